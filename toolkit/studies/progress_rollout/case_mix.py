"""Families made alike on what was known of them when they joined, so that centres' changes are not their families'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats, Integers

HALF_YEAR = 183


def without_case_mix(
    frame: pd.DataFrame, outcome: str, covariates: Sequence[str], unit: Integers, day: Integers
) -> Floats:
    """Return the outcome as it would be with average families, shape (n,).

    What a family's own marks are worth is learnt between families that joined the same centre in the same half year:
    neither the centre, nor the time, nor whether it scored by then has a part in it (but in the half year in which a
    centre began). So nothing of the effect is taken away with the mix, and dealing the days of beginning again leaves
    it as it is.

    Parameters
    ----------
    frame
        With the outcome and the covariates.
    outcome, covariates
        Names.
    unit, day
        Each family's centre and day of joining, as codes and numbers.
    """
    values = frame[outcome].to_numpy(dtype=np.float64)
    if not len(frame) or not covariates:
        return values
    marks = frame[list(covariates)].to_numpy(dtype=np.float64)
    spread = marks.std(axis=0)
    marks = (marks - marks.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    half_year = (day - day.min()) // HALF_YEAR
    cell = np.unique(unit * (int(half_year.max()) + 1) + half_year, return_inverse=True)[1].reshape(-1)
    size = np.bincount(cell)
    inside = np.column_stack([column - (np.bincount(cell, column) / size)[cell] for column in (values, *marks.T)])
    slopes = np.linalg.lstsq(inside[:, 1:], inside[:, 0], rcond=1e-10)[0]
    return np.asarray(values - marks @ slopes, dtype=np.float64)
