"""What leads and analysts read of a result beside its answer: what was looked at, what names it, TARGET's checklist.

It holds exact counts, as far as the verdict's state lets them be told, and is for no member.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.looked_at import all_looked_at
from toolkit.publish.target.checklist import TargetItem, target_checklist
from toolkit.studies.protocol_file import protocol_of

_HASH_TOLD = 16


@dataclass(frozen=True, slots=True)
class CheckTold:
    """A check or gate in words: what it looked at, how the answer stood it, what it found."""

    looked_at: str
    stood: str
    found: str


@dataclass(frozen=True, slots=True)
class OfficersView:
    """What officers read of a result.

    Attributes
    ----------
    question, title, recommendation, notice
        As a result has them; the notice is empty for real figures.
    sentence
        The verdict's, for officers.
    checks
        All that was looked at, what speaks against the answer first.
    steps
        From all that is on record to what was compared.
    named
        What names the result, a pair each.
    target
        The TARGET checklist; empty for studies that stand in for no trial, and where the plan was not kept.
    """

    question: str
    title: str
    recommendation: str
    notice: str
    sentence: str
    checks: tuple[CheckTold, ...]
    steps: tuple[str, ...]
    named: tuple[tuple[str, str], ...]
    target: tuple[TargetItem, ...]


def officers_view(bundle: Bundle) -> OfficersView:
    """Return what officers read of a result, as far as its verdict's state lets it be told."""
    return OfficersView(
        question=bundle.question,
        title=bundle.title,
        recommendation=bundle.recommendation,
        notice=bundle.notice or "",
        sentence=bundle.verdict.sentence,
        checks=tuple(CheckTold(*one) for one in all_looked_at(bundle)),
        steps=tuple(step.sentence for step in bundle.flow),
        named=(
            ("Plan (protocol hash begins)", bundle.protocol_hash[:_HASH_TOLD]),
            ("Data (snapshot hash begins)", bundle.snapshot_hash[:_HASH_TOLD]),
            ("Version of the records", str(bundle.as_of.store_version)),
            ("Toolkit version", bundle.version),
            ("Seed", str(bundle.seed)),
        ),
        target=_target(bundle),
    )


def _target(bundle: Bundle) -> tuple[TargetItem, ...]:
    if bundle.kind != "matched_cohort" or not bundle.protocol_text:
        return ()
    return target_checklist(bundle, protocol_of(bundle.protocol_text.encode(), bundle.question))
