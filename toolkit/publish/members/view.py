"""The only door to a member's page: what a scrutiny member may see of a result, and nothing else.

A bundle holds exact counts and reasons that name small numbers; a page for members is given `view_of` it.
Tables are shown only if they are listed in `toolkit.publish.figures.tables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, Release, Statement, protect
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import KINDS, book_of, member_tables
from toolkit.publish.members.model import Days, MemberEstimate, MemberVerdict, MemberView
from toolkit.publish.verdicts.matched_cohort import may_tell
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.rule import Verdict, base_for, interval_of
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.publish.verdicts.verdict import verdict_for_members
from toolkit.wording.amounts import more_or_fewer, of_every

_HASH_TOLD = 8


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
    book = book_of(bundle, policy)
    return view_of(bundle, book, protect(book, policy, before=before), policy)


def view_of(bundle: Bundle, book: Book, release: Release, policy: Policy) -> MemberView:
    """Return what a member may see of a result, given what may be shown of its book; its words are made here anew."""
    verdict = verdict_for_members(bundle, book, release, policy)
    figures = Shown.to_members(book, release, policy)
    may = MayShow.of(bundle.kind, verdict.code)
    tables = member_tables(bundle.tables, release, policy)
    return MemberView(
        question=bundle.question,
        title=bundle.title,
        recommendation=bundle.recommendation,
        simulated=bundle.simulated,
        notice=bundle.notice,
        as_of=Days(first_day=bundle.as_of.first_day, last_day=bundle.as_of.last_day),
        verdict=_verdict(verdict),
        estimates=tuple(_estimates(bundle, verdict.code, figures)) if may.effect else (),
        families={said: release[name] for said, name in KINDS[bundle.kind].compared(bundle).items()},
        tables={name: rows for name, rows in tables.items() if may.table(name)},
        key=TOO_FEW,
        round_to=policy.round_to,
        least_told=policy.least_told,
        plan=bundle.protocol_hash[:_HASH_TOLD],
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
        short=verdict.in_short,
    )


def _estimates(bundle: Bundle, code: str, figures: Shown) -> Iterator[MemberEstimate]:
    """Yield the differences that may be put into words, in whole families of the number the answer is given in.

    It is one number for all of them: beside "2 in every 100", "16 in every 1,000" would look the larger.
    """
    base = base_for(code, interval_of(bundle.primary))
    for estimate in bundle.answers:
        values = estimate.with_interval
        if values is None:
            continue
        outcome = OUTCOMES.get(estimate.outcome)
        if outcome is None or not outcome.is_binary or not may_tell(figures, outcome.name):
            continue
        whole = of_every(base, values)
        about, low, high = (more_or_fewer(one, exactly=share) for one, share in zip(whole, values, strict=True))
        yield MemberEstimate(
            outcome=outcome.name,
            label=outcome.label,
            per=base,
            estimate=whole[0],
            low=whole[1],
            high=whole[2],
            words=f"{about} in every {base:,} families, from {low} to {high}",
        )
