"""Whether chances come true: their slope, their mean, and groups of them beside what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.prediction.clusters import weighted_mean
from toolkit.stats.prediction.ridge import chances
from toolkit.stats.regression.least_squares import LinearFit
from toolkit.stats.regression.logistic import fit_logistic
from toolkit.stats.variance.cluster_robust import clustered_covariance

MOST_GROUPS = 10
EVENTS_A_GROUP = 8
"""Fewer rows with the outcome than this for each group: fewer groups are made."""


@dataclass(frozen=True, slots=True)
class Calibrated(Shown):
    """How true chances came.

    Attributes
    ----------
    slope : Coefficient
        Log odds of what happened for a log odds of what was expected: 1 where chances are right, below where they are
        too far apart, and 0 where they tell nothing.
    in_the_large : Coefficient
        The share that had the outcome less the mean chance.
    expected : float
        The mean chance.
    """

    slope: Coefficient
    in_the_large: Coefficient
    expected: float


def calibration(
    linear: Floats, outcome: Floats, cluster: Integers, *, weights: Floats | None = None, level: float = 0.95
) -> Calibrated:
    """Return how true chances came, with intervals that take only clusters as independent.

    Parameters
    ----------
    linear : ndarray, shape (n,)
        Log odds that were expected, by a fit that had not seen the row.
    outcome : ndarray, shape (n,)
        0 or 1.
    cluster : ndarray, shape (n,)
        Codes from 0.
    weights : ndarray, shape (n,), optional
        Of rows.
    level : float
        Of the intervals.

    Notes
    -----
    Cox (1958), Biometrika 45, 562-565; van Calster and others (2019), BMC Medicine 17, 230.
    """
    require_level(level)
    load = np.ones(len(linear)) if weights is None else weights
    chance = chances(linear)
    total = max(float(load.sum()), 1e-300)
    return Calibrated(
        slope=_slope(linear, outcome, cluster, load, level),
        in_the_large=weighted_mean(outcome - chance, load, cluster, level),
        expected=float(load @ chance) / total,
    )


def _slope(linear: Floats, outcome: Floats, cluster: Integers, load: Floats, level: float) -> Coefficient:
    rows = np.flatnonzero(load > 0)
    if not len(rows) or np.ptp(linear[rows]) < 1e-9 or len(np.unique(cluster[rows])) < 2:
        return unknown()
    y, w = outcome[rows], load[rows]
    design = np.column_stack([np.ones(len(rows)), linear[rows] - linear[rows].mean()])
    fit = fit_logistic(design, y, w)
    if fit is None:
        return unknown()
    varies = fit.mean * (1 - fit.mean)
    line = LinearFit(
        design=design * np.sqrt(w * varies)[:, None],
        residual=np.sqrt(w) * (y - fit.mean) / np.sqrt(varies),
        bread=np.linalg.inv(fit.information),
        coefficients=fit.coefficients,
        parameters=2,
        rows=np.arange(len(rows)),
    )
    codes = np.unique(cluster[rows], return_inverse=True)[1].reshape(-1).astype(np.intp)
    got = clustered_covariance([line], [np.array([[0.0, 1.0]])], [codes], small_sample="CR2")
    slope, se = float(fit.coefficients[1]), float(np.sqrt(max(got.covariance[0, 0], 0.0)))
    reach = float(stats.t.isf((1 - level) / 2, got.degrees_of_freedom)) * se
    return Coefficient(slope, se, slope - reach, slope + reach, got.degrees_of_freedom)


def risk_groups(linear: Floats, outcome: Floats, *, weights: Floats | None = None, fewest: int = 60) -> pd.DataFrame:
    """Return rows in groups of like chance, the least first, beside what happened.

    Parameters
    ----------
    linear : ndarray, shape (n,)
        Log odds that were expected.
    outcome : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (n,), optional
        Of rows; those of weight 0 are in no group.
    fewest : int
        Rows that a group has at least.

    Returns
    -------
    DataFrame
        One row a group, ten at most and fewer where rows or outcomes are few: ``group`` (from 1), ``rows``, ``events``,
        ``expected`` (mean chance) and ``observed`` (weighted share).
    """
    load = np.ones(len(linear)) if weights is None else weights
    kept = np.flatnonzero(load > 0)
    events = int(outcome[kept].sum())
    groups = max(1, min(MOST_GROUPS, len(kept) // fewest, events // EVENTS_A_GROUP))
    order = kept[np.argsort(linear[kept], kind="stable")]
    chance = chances(linear)
    rows = []
    for place, part in enumerate(np.array_split(order, groups)):
        mass = max(float(load[part].sum()), 1e-300)
        rows.append(
            {
                "group": place + 1,
                "rows": len(part),
                "events": int(outcome[part].sum()),
                "expected": float(load[part] @ chance[part]) / mass,
                "observed": float(load[part] @ outcome[part]) / mass,
            }
        )
    return pd.DataFrame(rows)
