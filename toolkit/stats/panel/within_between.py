"""A random-effects model that keeps what varies within a unit apart from what differs between units.

Mundlak (1978), Econometrica 46, 69-85; Bell and Jones (2015), Political Science Research and Methods 3, 133-153. The
exposure enters twice: as its distance from the unit's own mean (within) and as that mean (between). Where the two
differ, units differ in more than the exposure, and only the first is free of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class WithinBetween(Shown):
    """A fitted model.

    Attributes
    ----------
    within, between : TEstimate
        What one unit of the exposure goes with, over time in the same unit and between units' means. Clustered.
    rows, units, clusters : int
        In the fit.
    share_between : float
        The part of what is left unexplained that lies between units.
    """

    within: TEstimate
    between: TEstimate
    rows: int
    units: int
    clusters: int
    share_between: float


def within_between(
    outcome: ArrayLike,
    exposure: ArrayLike,
    *,
    unit: ArrayLike,
    period: ArrayLike,
    cluster: ArrayLike | None = None,
) -> WithinBetween:
    """Fit by generalised least squares with a random level a unit, periods' own levels fixed.

    Parameters
    ----------
    outcome, exposure : array_like, shape (n,)
        Rows that lack one are left out.
    unit, period : array_like, shape (n,)
        Of each row.
    cluster : array_like, shape (n,), optional
        Of each row, where it is not the unit: such as the council of which one unit is the years after a break.

    Raises
    ------
    InputError
        When lengths differ, there are fewer than three units or two periods, or the exposure does not vary within
        units or between them.

    Notes
    -----
    The variance of units' levels is that of units' mean residuals less what the residuals within units put into it
    (Swamy and Arora, 1972, Econometrica 40, 261-275). Errors are clustered, times G/(G-1) with G-1 degrees of freedom,
    so that memory within a cluster is allowed for.
    """
    y, x = (np.asarray(values, dtype=np.float64) for values in (outcome, exposure))
    units, periods = pd.Series(np.asarray(unit)), pd.Series(np.asarray(period))
    clusters = units if cluster is None else pd.Series(np.asarray(cluster))
    if not len(y) == len(x) == len(units) == len(periods) == len(clusters):
        raise InputError("Outcome, exposure, unit, period and cluster must be as long as each other.")
    known = np.isfinite(y) & np.isfinite(x) & units.notna().to_numpy() & periods.notna().to_numpy()
    at, names = pd.factorize(units[known])
    when, times = pd.factorize(periods[known])
    if len(names) < 3 or len(times) < 2:
        raise InputError(f"There are {len(names)} units and {len(times)} periods: three and two are needed.")
    y, x = y[known], x[known]
    mean = _means(x, at)[at]
    design = np.column_stack([x - mean, mean, np.ones(len(y)), np.eye(len(times))[when][:, 1:]])
    spread = design[:, :2].std(axis=0)
    if (spread <= 1e-9 * (np.abs(x).max() + 1)).any():
        raise InputError("The exposure does not vary within units, or not between them: both are needed.")
    inside, between = _variances(y, design, at)
    sizes = np.bincount(at)
    kept = np.sqrt(inside / (inside + sizes * between))  # the part of a unit's mean that is left in
    lean = 1 - kept[at]
    columns = np.column_stack([y, design])
    moved = columns - lean[:, None] * np.column_stack([_means(column, at)[at] for column in columns.T])
    group, groups = pd.factorize(clusters[known])
    coefficients, covariance = _clustered(moved[:, 0], moved[:, 1:], group)
    freedom = len(groups) - 1
    found = [TEstimate(float(coefficients[k]), float(np.sqrt(covariance[k, k])), freedom) for k in (0, 1)]
    share = float(between / (between + inside))
    return WithinBetween(found[0], found[1], len(y), len(names), len(groups), share)


def _means(values: Floats, at: Integers) -> Floats:
    return np.asarray(np.bincount(at, values) / np.bincount(at))


def _variances(y: Floats, design: Floats, at: Integers) -> tuple[float, float]:
    """Return the variance within units and that of units' levels, from least squares."""
    units = int(at.max()) + 1
    inner = np.column_stack([column - _means(column, at)[at] for column in np.column_stack([y, design]).T])
    beta, _, rank, _ = np.linalg.lstsq(inner[:, 1:], inner[:, 0], rcond=None)
    spare = len(y) - units - int(rank)
    if spare <= 0:
        raise InputError(f"There are {len(y)} rows in {units} units: more periods of each are needed.")
    inside = float(((inner[:, 0] - inner[:, 1:] @ beta) ** 2).sum() / spare)
    left = y - design @ np.linalg.lstsq(design, y, rcond=None)[0]
    mean = _means(left, at)
    size = float(1 / np.mean(1 / np.bincount(at)))
    between = float((mean**2).sum() / (units - 2)) - inside / size
    return inside, max(between, 0.0)


def _clustered(y: Floats, x: Floats, cluster: Integers) -> tuple[Floats, Floats]:
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ (x.T @ y)
    scores = x * (y - x @ coefficients)[:, None]
    summed = np.column_stack([np.bincount(cluster, column) for column in scores.T])
    clusters = len(summed)
    return coefficients, clusters / (clusters - 1) * bread @ (summed.T @ summed) @ bread
