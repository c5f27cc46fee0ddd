"""The only door to a member's page: what a scrutiny member may see of a result, and nothing else.

A bundle holds exact counts and reasons that name small numbers; a page for members is given `member_view` of it.
Tables are shown only if they are listed in `toolkit.publish.members.tables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, Release, Statement, protect
from toolkit.publish.members.matched_cohort import events_by_outcome, families_of
from toolkit.publish.members.model import Days, MemberEstimate, MemberVerdict, MemberView
from toolkit.publish.members.tables import enter_tables, member_tables
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.publish.verdicts.verdict import Verdict
from toolkit.wording.amounts import amounts_of, more_or_fewer


def book_of(bundle: Bundle, policy: Policy = HOUSE_POLICY) -> Book:
    """Return every count of a result that members may see, in one book, with what adds up to what."""
    book = Book()
    for name, count in _compared(bundle).values():
        book.figure(name, count)
    enter_tables(bundle.tables, book, policy)
    return book


def member_view(
    bundle: Bundle, policy: Policy = HOUSE_POLICY, *, before: Mapping[str, Statement] | None = None
) -> MemberView:
    """Return what a member may see of a result.

    Parameters
    ----------
    bundle
        The result.
    policy
        The rules of disclosure.
    before
        What earlier publications said of figures of the same records.

    Raises
    ------
    CannotProtect
        When a small count would follow from what was published before.
    """
    return view_of(bundle, protect(book_of(bundle, policy), policy, before=before), policy)


def view_of(bundle: Bundle, release: Release, policy: Policy) -> MemberView:
    """Return what a member may see of a result, given what may be shown of its book."""
    return MemberView(
        question=bundle.question,
        title=bundle.title,
        recommendation=bundle.recommendation,
        simulated=bundle.simulated,
        notice=bundle.notice,
        as_of=Days(first_day=bundle.as_of.first_day, last_day=bundle.as_of.last_day),
        verdict=_verdict(bundle.verdict),
        estimates=tuple(_estimates(bundle, policy)),
        families={said: release[name] for said, (name, _) in _compared(bundle).items()},
        tables=member_tables(bundle.tables, release, policy),
        key=TOO_FEW,
    )


def _verdict(verdict: Verdict) -> MemberVerdict:
    return MemberVerdict(
        code=verdict.code,
        sentence=verdict.sentence,
        detail=verdict.detail,
        cannot_show=verdict.cannot_show,
        maryland_level=verdict.maryland_level,
        evidence=verdict.evidence,
        hidden=verdict.hidden,
        concerns=verdict.concerns,
    )


def _estimates(bundle: Bundle, policy: Policy) -> Iterator[MemberEstimate]:
    """Yield the matched differences of a result that may be put into words, in whole families of a round number."""
    if bundle.verdict.code == "cannot_say":
        return
    events = events_by_outcome(bundle.table("events_matched"))
    for estimate in bundle.estimates:
        values = estimate.with_interval
        if estimate.estimator != "matched" or estimate.measure != "difference" or values is None:
            continue
        outcome = OUTCOMES.get(estimate.outcome)
        if outcome is None or not outcome.is_binary or not _may_show(events.get(outcome.name, ()), policy):
            continue
        amounts = amounts_of(*values)
        yield MemberEstimate(
            outcome=outcome.name,
            label=outcome.label,
            per=amounts.base,
            estimate=amounts.estimate,
            low=amounts.low,
            high=amounts.high,
            words=f"{more_or_fewer(amounts.estimate, exactly=values[0])} in every {amounts.base:,} families, "
            f"from {more_or_fewer(amounts.low, exactly=values[1])} to {more_or_fewer(amounts.high, exactly=values[2])}",
        )


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
