"""The only door to a member's page: what a scrutiny member may see of a result, and nothing else.

A bundle holds exact counts and reasons that name small numbers; a page for members is given `member_view` of it.
Tables are shown only if they are listed in `toolkit.publish.figures.tables`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, Release, Statement, protect
from toolkit.publish.figures.matched_cohort import events_by_outcome, families_of
from toolkit.publish.figures.tables import enter_tables, member_tables
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.wording.amounts import amounts_of, more_or_fewer

VERDICT = ("code", "sentence", "detail", "cannot_show", "maryland_level", "evidence", "hidden", "concerns")
"""What members read of a verdict; anything a later version adds stays inside until it is listed here."""


def book_of(bundle: Mapping[str, Any], policy: Policy = HOUSE_POLICY) -> Book:
    """Return every count of a result that members may see, in one book, with what adds up to what."""
    book = Book()
    for name, count in _compared(bundle).values():
        book.figure(name, count)
    enter_tables(bundle["tables"], book, policy)
    return book


def member_view(
    bundle: Mapping[str, Any], policy: Policy = HOUSE_POLICY, *, before: Mapping[str, Statement] | None = None
) -> dict[str, Any]:
    """Return what a member may see of a result.

    Parameters
    ----------
    bundle
        The content of a bundle's ``result.json``.
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


def view_of(bundle: Mapping[str, Any], release: Release, policy: Policy) -> dict[str, Any]:
    """Return what a member may see of a result, given what may be shown of its book."""
    view: dict[str, Any] = {name: bundle[name] for name in ("question", "title", "recommendation", "simulated")}
    if bundle.get("notice"):
        view["notice"] = bundle["notice"]
    view["as_of"] = {name: bundle["as_of"].get(name) for name in ("first_day", "last_day")}
    view["verdict"] = {name: bundle["verdict"][name] for name in VERDICT if name in bundle["verdict"]}
    view["estimates"] = _estimates(bundle, policy)
    view["families"] = {said: release[name] for said, (name, _) in _compared(bundle).items()}
    view["tables"] = member_tables(bundle["tables"], release, policy)
    view["key"] = TOO_FEW
    return view


def _estimates(bundle: Mapping[str, Any], policy: Policy) -> list[dict[str, Any]]:
    """Return the matched differences of a result that may be put into words, in whole families of a round number."""
    if bundle["verdict"]["code"] == "cannot_say":
        return []
    shown = []
    events = events_by_outcome(bundle["tables"].get("events_matched", ()))
    for estimate in bundle["estimates"]:
        values = [estimate[name] for name in ("estimate", "low", "high")]
        if estimate["estimator"] != "matched" or estimate["measure"] != "difference" or None in values:
            continue
        outcome = OUTCOMES.get(estimate["outcome"])
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


def _compared(bundle: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Return the families compared: what the view calls them, their figure's name, and how many they are."""
    if bundle["kind"] != "matched_cohort":  # elsewhere the arms are not joiners and families like them
        return {}
    primary = bundle["estimates"][0]
    counts = {"joined": primary.get("n_treated"), "compared_with": primary.get("n_control")}
    return {
        said: (families_of(said == "joined", int(count)), int(count))
        for said, count in counts.items()
        if count is not None
    }


def _may_show(events: Sequence[int], policy: Policy) -> bool:
    # An average over arms with one to five such families tells of those families.
    return bool(events) and all(count > policy.threshold or count == 0 for count in events)
