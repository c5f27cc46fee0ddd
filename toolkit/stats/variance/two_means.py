"""The difference of two groups' means with a clustered standard error: plain, or with covariates allowed for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.standardised_terms import independent_columns
from toolkit.stats.regression.least_squares import least_squares
from toolkit.stats.variance.arms import Arms, fewest_clusters
from toolkit.stats.variance.cluster_robust import clustered_covariance


@dataclass(frozen=True, slots=True)
class MeanDifference(Shown):
    """A difference of two means.

    Attributes
    ----------
    estimate : float
        The first group's mean less the second's.
    se, low, high : float
        Its clustered standard error and interval; not a number where a group is in one cluster.
    p_value : float
        Two-sided, of no difference; not a number where there is no standard error above 0.
    clusters : int
        How many there are.
    """

    estimate: float
    se: float
    low: float
    high: float
    p_value: float
    clusters: int


def difference_of_means(
    values: ArrayLike, group: ArrayLike, cluster: ArrayLike, *, level: float = 0.95
) -> MeanDifference:
    """Return a group's mean less that of the rest, with a standard error clustered by `cluster`.

    The correction is CR2 with Satterthwaite's degrees of freedom where a group has few clusters, otherwise CR1 with one
    less than the clusters (see `clustered_covariance`).

    Parameters
    ----------
    values : array_like, shape (n,)
        The outcome.
    group : array_like of bool, shape (n,)
        Who is in the group; both groups have rows.
    cluster : array_like, shape (n,)
        Codes from 0.
    level : float
        Of the interval.

    Returns
    -------
    MeanDifference
        With not a number for all but the estimate where either group is in one cluster.
    """
    require_level(level)
    y, inside = np.asarray(values, dtype=float), np.asarray(group, dtype=bool)
    return _difference(y, inside, np.empty((len(y), 0)), np.asarray(cluster), level)


def adjusted_difference(
    values: Floats, group: ArrayLike, covariates: Floats, cluster: ArrayLike
) -> tuple[float, float, float]:
    """Return the least-squares difference between a group and the rest, and its 95% interval.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The outcome.
    group : array_like of bool, shape (n,)
        Who is in the group.
    covariates : ndarray, shape (n, p)
        Allowed for; constant and repeated ones do no harm.
    cluster : array_like, shape (n,)
        Codes.

    Returns
    -------
    tuple of float
        The difference and the ends of its interval, clustered as `difference_of_means` is; the ends are not a number
        where either group is in one cluster.
    """
    found = _difference(values, np.asarray(group, dtype=bool), covariates, np.asarray(cluster), 0.95)
    return found.estimate, found.low, found.high


def _difference(y: Floats, inside: Booleans, covariates: Floats, cluster: np.ndarray, level: float) -> MeanDifference:
    from scipy.special import stdtr, stdtrit

    codes: Integers = np.unique(cluster, return_inverse=True)[1].reshape(-1).astype(np.intp)
    columns = np.column_stack([inside, covariates]).astype(np.float64)
    spread = columns.std(axis=0)
    scaled = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    kept = sorted(independent_columns(scaled.T @ scaled / len(y)) - {0})
    design = np.column_stack([~inside, inside, scaled[:, kept]]).astype(np.float64)
    ones = np.ones(len(y))
    fit = least_squares(design, y, ones, np.arange(len(y)), design.shape[1])
    contrast = np.zeros((1, design.shape[1]))
    contrast[0, :2] = -1.0, 1.0
    estimate, groups, nothing = float((contrast @ fit.coefficients)[0]), int(codes.max(initial=-1)) + 1, math.nan
    arms = Arms(inside, ones)
    if fewest_clusters([codes], arms).clusters < 2:
        return MeanDifference(estimate, se=nothing, low=nothing, high=nothing, p_value=nothing, clusters=groups)
    got = clustered_covariance([fit], [contrast], [codes], arms=arms)
    se, freedom = math.sqrt(max(got.covariance[0, 0], 0.0)), got.degrees_of_freedom
    reach = float(stdtrit(freedom, 0.5 + level / 2)) * se
    p_value = 2 * float(stdtr(freedom, -abs(estimate) / se)) if se > 0 else nothing
    return MeanDifference(
        estimate, se=se, low=estimate - reach, high=estimate + reach, p_value=p_value, clusters=groups
    )
