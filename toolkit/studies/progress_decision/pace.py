"""How fast families are scored today: what the price of finding out is reckoned from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.studies.progress_meaning.readings import read_scores

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Pace:
    """Families first scored a month, and scores that two gave a month, as it is today."""

    scored: float
    double: float


def pace_of(snapshot: Snapshot, dimension: str, instrument: str) -> Pace:
    """Return the pace of the last year of first scores; doubles as often for each of them as ever.

    Raises
    ------
    InputError
        As `read_scores`.
    """
    scores = read_scores(snapshot, dimension=dimension, apart_days=1, instrument=instrument)
    first_on = scores.families["first_on"]
    if not len(first_on):
        return Pace(0.0, 0.0)
    recent = int((first_on > first_on.max() - pd.DateOffset(months=MONTHS)).sum())
    scored = recent / MONTHS
    return Pace(scored, scored * len(scores.doubles) / len(first_on))
