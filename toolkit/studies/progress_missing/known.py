"""What was known on the first day of every family that had time to be scored again: who is like whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.cohort.days.given import families_on_days
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.studies.progress_change.on_scale import places
from toolkit.studies.progress_change.readings import FirstAndLast

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MOST_SCORES = 6
"""Scores of more different values than this bend as a curve, each of fewer has a chance of its own."""
HELD = 1.0
"""What half the square of a coefficient costs: one standard deviation of a column seldom moves the log odds by more."""
CENTRE_HELD = 4.0
"""Centres' log odds seldom lie more than half a unit from what else is known of their families."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The families on the day of their first score.

    Attributes
    ----------
    frame
        The readings' frame with the covariates (empty where nothing was known) and ``who``, who scored first. Row
        level: never part of a result.
    design, penalty
        The columns that weights are estimated on, a constant first, and how each is held short (`fit_ridge`).
    stratum
        The place of each first score among those given, from 0.
    known
        Families of which more than the score was known that day.
    """

    frame: pd.DataFrame
    design: Floats
    penalty: Floats
    stratum: Integers
    known: int


def first_day(snapshot: Snapshot, readings: FirstAndLast, covariates: Sequence[str]) -> FirstDay:
    """Return what was known of the readings' families on the day of their first score.

    Raises
    ------
    InputError
        When tenths of deprivation of two editions would be compared, or a covariate is missing.
    """
    frame = readings.frame.assign(who=readings.frame["first_who"].fillna(UNKNOWN).astype(str))
    if not len(frame):
        nothing = pd.DataFrame({name: pd.Series(dtype=np.float64) for name in covariates})
        return FirstDay(frame.join(nothing), np.zeros((0, 1)), np.zeros(1), np.zeros(0, dtype=np.intp), 0)
    days = frame[["family_id"]].assign(day=frame["first_on"])
    # One day after is all there need be: nothing that came later is looked at.
    found = families_on_days(snapshot, days, covariates=covariates, outcomes=(), follow_up_days=1)
    about = found.frame[list(covariates)].astype(np.float64).reindex(frame.index)
    frame = frame.join(about)
    parts = [_of_scores(frame, readings), _of_kinds(frame["who"]), _of_numbers(about), _day(frame)]
    spread = np.column_stack([part for part in parts if part.shape[1]])
    spread = spread[:, spread.std(axis=0) > 0]
    spread = (spread - spread.mean(axis=0)) / spread.std(axis=0)
    centres = _of_kinds(frame["centre_id"].astype(str), every=True)
    held = [0.0, *[HELD] * spread.shape[1], *[CENTRE_HELD] * centres.shape[1]]
    return FirstDay(
        frame=frame,
        design=np.column_stack([np.ones(len(frame)), spread, centres]),
        penalty=np.array(held),
        stratum=np.unique(frame["first"].to_numpy(), return_inverse=True)[1].reshape(-1).astype(np.intp),
        known=int(about.notna().all(axis=1).sum()),
    )


def _of_scores(frame: pd.DataFrame, readings: FirstAndLast) -> Floats:
    place = places(frame["first"], readings.instrument)
    if place.nunique() <= MOST_SCORES:
        return _of_kinds(place)
    of = place.to_numpy(dtype=np.float64)
    return np.column_stack([of, (of - of.mean()) ** 2])


def _of_kinds(kinds: pd.Series, *, every: bool = False) -> Floats:
    """Return a column a kind, 1 where it is so; the first kind is what the others are set against, or one of every."""
    names = sorted(kinds.unique())[0 if every else 1 :]
    return np.column_stack([np.zeros((len(kinds), 0)), *[(kinds == name).to_numpy(dtype=np.float64) for name in names]])


def _of_numbers(about: pd.DataFrame) -> Floats:
    """Return the covariates, their mean where one is not known, and a column that says where."""
    gone = about.isna()
    filled = about.fillna(about.mean()).fillna(0.0).to_numpy(dtype=np.float64)
    return np.column_stack([filled, gone.any(axis=1).to_numpy(dtype=np.float64)])


def _day(frame: pd.DataFrame) -> Floats:
    since = (frame["first_on"] - frame["first_on"].min()).dt.days
    return np.asarray(since, dtype=np.float64).reshape(-1, 1)
