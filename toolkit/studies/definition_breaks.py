"""The days from which what is recorded means another thing, as a study reads them from the council's register.

Nothing is guessed: a day counts only where the council has confirmed it. Snapshots of before the register have none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from toolkit.cohort.outcome_definitions import AGES, BASES, Base
from toolkit.cohort.outcomes import Outcome
from toolkit.studies.figures import Gate, Status
from toolkit.tables.definition_breaks import BREAKS, EVERY_SOURCE

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

TABLE = "definition_breaks"
_EPISODES_TOUCHED = {"section_47_or_plan": "protection", "early_help": "early_help"}
"""What a break must touch to change an outcome of episodes; of the others, care."""
YEAR = 365
"""Days before an event in which an earlier one makes it a repeat (`toolkit.cohort.counted`)."""


@dataclass(frozen=True, slots=True)
class Break:
    """One row of the register.

    Attributes
    ----------
    area
        ``county``, a district or a reach area's centre, as written.
    starts_on
        The first day under the new definition.
    kind, touches, source
        Codes of `toolkit.tables.definition_breaks`; ``source`` is empty where referrals of every source are touched.
    """

    area: str
    starts_on: date
    kind: str
    touches: str
    source: str = ""

    @property
    def in_words(self) -> str:
        """What changed and when, without what anybody typed: a sentence may be published."""
        return f"{BREAKS[self.kind]}, {self.starts_on.day} {self.starts_on:%B %Y}"


def breaks_of(snapshot: Snapshot) -> tuple[Break, ...]:
    """Return the breaks a council has confirmed, by day."""
    found = snapshot.read(TABLE)
    rows = zip(found["area"], found["starts_on"], found["kind"], found["touches"], found["source"], strict=True)
    breaks = [
        Break(str(area), day.date(), str(kind), str(touches), _source(source))
        for area, day, kind, touches, source in rows
    ]
    return tuple(sorted(breaks, key=lambda one: (one.starts_on, one.area, one.kind, one.touches, one.source)))


def _source(stored: object) -> str:
    return stored if isinstance(stored, str) and stored != EVERY_SOURCE else ""


def touches(one: Break, outcome: Outcome, centre_sources: Collection[str]) -> bool:
    """Return whether what an outcome counts is recorded otherwise from a break's day on."""
    base = base_of(outcome)
    if base.records != "referrals":
        return one.touches == _EPISODES_TOUCHED.get(base.name, "care")
    if one.touches not in ("referrals", "assessments"):
        return False
    if one.source and one.source in centre_sources and "NOT list_contains($centre_sources" in base.condition:
        return False  # it is of the others' referrals alone
    if one.source and one.source not in centre_sources and base.name.startswith("centre_referral"):
        return False
    return one.touches == "referrals" or reads_outcome(base)


def base_of(outcome: Outcome) -> Base:
    """Return what an outcome counts, whatever its window and the ages of the children."""
    name = outcome.base
    for ages in AGES:
        name = name.removesuffix(ages)
    return BASES[name]


def reads_outcome(base: Base) -> bool:
    """Return whether a base rests on what came of a referral."""
    return "outcome " in base.condition


def looks_back(base: Base) -> int:
    """Return how many days before an event its definition looks: a repeat is one after an earlier referral."""
    return YEAR if "is_repeat" in base.condition else 0


def within(breaks: Iterable[Break], first_day: date | None, last_day: date | None, *touched: str) -> tuple[Break, ...]:
    """Return the breaks after a study's first day, and by its last, that touch what it reads; none without days."""
    if first_day is None or last_day is None:
        return ()
    return tuple(one for one in breaks if one.touches in touched and first_day < one.starts_on <= last_day)


def definitions_gate(changed: Sequence[Break], sentence: str, *, bars: bool = False) -> Gate:
    """Return the gate every kind of study calls ``definitions``.

    Parameters
    ----------
    changed
        The breaks found: how many is the gate's figure, held against none.
    sentence
        What was found.
    bars
        Whether they bar an answer; otherwise any is a warning.
    """
    status: Status = "pass" if not changed else ("fail" if bars else "warn")
    return Gate("definitions", status, float(len(changed)), 0.0, sentence)


def said(breaks: Sequence[Break]) -> str:
    """Return breaks as a list in words, each once."""
    return "; ".join(dict.fromkeys(one.in_words for one in breaks))
