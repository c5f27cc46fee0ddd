"""One centre's own progress scores, first to last, for its manager: the county's study on that centre's records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from toolkit.studies.progress_change.on_scale import change_on
from toolkit.studies.progress_change.readings import FirstAndLast, first_and_last
from toolkit.studies.progress_change.tables import tables_of
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import BUILT_IN

FEW_FAMILIES = 30
"""Below so many families scored twice, a page warns that one family changes the picture."""

WAIT_DAYS = 183


class Records(Protocol):
    """Anything that reads a table, limited to what the reader may see."""

    def read(self, name: str) -> pd.DataFrame:
        """Return the table's rows."""


@dataclass(frozen=True, slots=True)
class CentreProgress:
    """How one centre's families moved.

    Attributes
    ----------
    scored
        Families scored at least once.
    families, scored_twice
        Those first scored half a year before the last score or earlier, and those of them scored again.
    improved, same, worse
        Of those scored twice.
    by_start
        One row a first score: ``start``, ``families``, ``improved``, ``same``, ``worse`` and their shares.
    sentence
        The whole in words.
    """

    scored: int
    families: int
    scored_twice: int
    improved: int
    same: int
    worse: int
    by_start: pd.DataFrame
    sentence: str


def centre_progress(records: Records, *, dimension: str = "overall") -> CentreProgress:
    """Return the progress of the families in a centre's records.

    Parameters
    ----------
    records
        The centre's own rows only.
    dimension
        What was scored.

    Raises
    ------
    InputError
        When there are scores but none of this dimension.
    """
    read = own_readings(records, dimension)
    frame, instrument = read.frame, read.instrument
    change = change_on(frame, instrument)
    twice = change.improved.of
    return CentreProgress(
        scored=next(step.rows for step in read.flow if step.step == "scored"),
        families=len(frame),
        scored_twice=twice,
        improved=change.improved.count,
        same=change.same.count,
        worse=change.worse.count,
        by_start=tables_of(frame, change, None, instrument)["by_start"],
        sentence=_sentence(twice, change.improved.count, change.same.count, change.worse.count) + _on(instrument),
    )


def own_readings(records: Records, dimension: str) -> FirstAndLast:
    """Return a centre's families with their first and last score on the instrument it uses most.

    Raises
    ------
    InputError
        When there are scores but none of this dimension.
    """
    of = _most_used(records.read("progress_scores"))
    return first_and_last(records, dimension=dimension, wait_days=WAIT_DAYS, instrument=of)  # type: ignore[arg-type]


def _most_used(scores: pd.DataFrame) -> str:
    """Return the instrument of most of a centre's scores, the first by number of those with as many."""
    of = scores["instrument"].fillna(BUILT_IN).astype(str)
    return (
        str(of.value_counts().sort_index().sort_values(ascending=False, kind="stable").index[0])
        if len(of)
        else BUILT_IN
    )


def _on(instrument: Instrument) -> str:
    if instrument.is_built_in:
        return ""
    return f" These are the scores on {instrument.name}; scores on another scale are not added to them."


def _sentence(twice: int, improved: int, same: int, worse: int) -> str:
    if not twice:
        return "No family has been scored twice yet, so there is no change to show."
    families = "1 family" if twice == 1 else f"{twice:,} families"
    moved = f"{improved:,} scored higher the last time, {same:,} the same and {worse:,} lower"
    return f"Of your {families} scored twice, {moved}."
