"""The only door to a member's page: what a scrutiny member may see of a result, and nothing else.

A bundle holds exact counts and reasons that name small numbers; a page for members is given `member_view` of it.
Tables are shown only if they are listed in `toolkit.publish.members.tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, Release, Statement, protect
from toolkit.publish.members.matched_cohort import events_by_outcome, families_of
from toolkit.publish.members.tables import enter_tables, member_tables
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.wording.amounts import amounts_of, more_or_fewer

VERDICT = ("code", "sentence", "detail", "cannot_show", "maryland_level", "evidence", "hidden", "concerns")
"""What members read of a verdict; anything a later version adds stays inside until it is listed here."""


def book_of(bundle: Bundle, policy: Policy = HOUSE_POLICY) -> Book:
    """Return every count of a result that members may see, in one book, with what adds up to what."""
    book = Book()
    for name, count in _compared(bundle).values():
        book.figure(name, count)
    enter_tables(bundle.tables, book, policy)
    return book


def member_view(
    bundle: Bundle, policy: Policy = HOUSE_POLICY, *, before: Mapping[str, Statement] | None = None
) -> dict[str, Any]:
    """Return what a member may see of a result.

    Parameters
    ----------
    bundle
        The result.
    policy
        The rules of disclosure.
    before
        What earlier publications said of figures of the same records.

    Returns
    -------
    dict
        ``question``, ``title``, ``recommendation``, ``simulated``, ``notice`` (where simulated), ``as_of`` (first and
        last day), ``verdict`` (its words), ``estimates`` (rounded, in words), ``families`` (compared, rounded),
        ``tables`` (protected; a suppressed figure is ``None``) and ``key`` to them. No balance, no matched sets, no
        flow, no centre below the policy's minimum of families.

    Raises
    ------
    CannotProtect
        When a small count would follow from what was published before.
    """
    return view_of(bundle, protect(book_of(bundle, policy), policy, before=before), policy)


def view_of(bundle: Bundle, release: Release, policy: Policy) -> dict[str, Any]:
    """Return what a member may see of a result, given what may be shown of its book."""
    view: dict[str, Any] = {
        name: getattr(bundle, name) for name in ("question", "title", "recommendation", "simulated")
    }
    if bundle.notice:
        view["notice"] = bundle.notice
    view["as_of"] = {"first_day": bundle.as_of.first_day, "last_day": bundle.as_of.last_day}
    view["verdict"] = {name: getattr(bundle.verdict, name) for name in VERDICT}
    view["estimates"] = _estimates(bundle, policy)
    view["families"] = {said: release[name] for said, (name, _) in _compared(bundle).items()}
    view["tables"] = member_tables(bundle.tables, release, policy)
    view["key"] = TOO_FEW
    return view


def _estimates(bundle: Bundle, policy: Policy) -> list[dict[str, Any]]:
    """Return the matched differences of a result that may be put into words, in whole families of a round number."""
    if bundle.verdict.code == "cannot_say":
        return []
    shown = []
    events = events_by_outcome(bundle.table("events_matched"))
    for estimate in bundle.estimates:
        values = estimate.with_interval
        if estimate.estimator != "matched" or estimate.measure != "difference" or values is None:
            continue
        outcome = OUTCOMES.get(estimate.outcome)
        if outcome is None or not outcome.is_binary or not _may_show(events.get(outcome.name, ()), policy):
            continue
        amounts = amounts_of(*values)
        shown.append(
            {
                "outcome": outcome.name,
                "label": outcome.label,
                "per": amounts.base,
                "estimate": amounts.estimate,
                "low": amounts.low,
                "high": amounts.high,
                "words": f"{more_or_fewer(amounts.estimate, exactly=values[0])} in every {amounts.base:,} families, "
                f"from {more_or_fewer(amounts.low, exactly=values[1])} to "
                f"{more_or_fewer(amounts.high, exactly=values[2])}",
            }
        )
    return shown


def _compared(bundle: Bundle) -> dict[str, tuple[str, int]]:
    """Return the families compared: what the view calls them, their figure's name, and how many they are."""
    if bundle.kind != "matched_cohort":  # elsewhere the arms are not joiners and families like them
        return {}
    primary = bundle.primary
    if primary is None:
        return {}
    counts = {"joined": primary.n_treated, "compared_with": primary.n_control}
    return {said: (families_of(said == "joined", n), n) for said, n in counts.items() if n is not None}


def _may_show(events: Sequence[int], policy: Policy) -> bool:
    # An average over arms with one to five such families tells of those families.
    return bool(events) and all(count > policy.threshold or count == 0 for count in events)
