"""What leads and analysts read of a result beside its answer: what was looked at, what names it, TARGET's checklist.

It holds exact counts, as far as the verdict's state lets them be told, and is for no member.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.target.checklist import TargetItem, target_checklist
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.studies.protocol_file import protocol_of

STOOD = {"pass": "Passed", "warn": "Take care", "fail": "Failed"}
"""How an answer stood a check, in words."""
_HASH_TOLD = 16
_WORST_FIRST = {"fail": 0, "warn": 1, "pass": 2}


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
        Those that failed first.
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
        checks=tuple(_checks(bundle)),
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


def _checks(bundle: Bundle) -> Iterator[CheckTold]:
    may = bundle.may
    told = {gate.name: (gate.status, gate.name, may.said_of_gate(gate)) for gate in bundle.gates}
    told |= {one.name: (one.status, one.label, may.said_of(one)) for one in bundle.checks if may.bears(one.name)}
    for status, label, found in sorted(told.values(), key=lambda one: _WORST_FIRST[one[0]]):
        looked = LOOKED[label].at if label in LOOKED else label.replace("_", " ").capitalize()
        yield CheckTold(looked, STOOD[status], found)


def _target(bundle: Bundle) -> tuple[TargetItem, ...]:
    if bundle.kind != "matched_cohort" or not bundle.protocol_text:
        return ()
    return target_checklist(bundle, protocol_of(bundle.protocol_text.encode(), bundle.question))
