"""The difference of two groups' means with a clustered standard error: plain, or with covariates allowed for."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays.types import Floats


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """A difference of two means.

    Attributes
    ----------
    estimate : float
        The first group's mean less the second's.
    se, low, high : float
        Its clustered standard error and interval; not a number where there is one cluster.
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

    The variance is the sandwich of the two-mean regression with the usual correction for few clusters, G / (G - 1),
    and t intervals on G - 1 degrees of freedom (Cameron and Miller 2015, section II).

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
        With not a number for all but the estimate where there is one cluster.
    """
    from scipy import stats

    y, inside, codes = np.asarray(values, dtype=float), np.asarray(group, dtype=bool), np.asarray(cluster)
    first, second = float(y[inside].mean()), float(y[~inside].mean())
    influence = np.where(inside, (y - first) / inside.sum(), -(y - second) / (~inside).sum())
    sums = np.bincount(codes, weights=influence)
    groups = len(np.unique(codes))
    difference, nothing = first - second, math.nan
    if groups < 2:
        return MeanDifference(difference, se=nothing, low=nothing, high=nothing, p_value=nothing, clusters=groups)
    se = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()))
    reach = float(stats.t.ppf(0.5 + level / 2, groups - 1)) * se
    p_value = float(2 * stats.t.sf(abs(difference / se), groups - 1)) if se > 0 else nothing
    return MeanDifference(
        difference, se=se, low=difference - reach, high=difference + reach, p_value=p_value, clusters=groups
    )


def adjusted_difference(
    values: Floats, group: ArrayLike, covariates: Floats, cluster: ArrayLike
) -> tuple[float, float, float]:
    """Return the least-squares difference between a group and the rest, and its 95% interval.

    Standard errors are clustered (CR1) with t intervals on clusters less one.

    Parameters
    ----------
    values : ndarray, shape (n,)
        The outcome.
    group : array_like of bool, shape (n,)
        Who is in the group.
    covariates : ndarray, shape (n, p)
        Allowed for; constant ones do no harm.
    cluster : array_like, shape (n,)
        Codes.

    Returns
    -------
    tuple of float
        The difference and the ends of its interval.
    """
    from statsmodels.api import OLS

    varying = covariates[:, covariates.std(axis=0) > 0]
    design = np.column_stack([np.asarray(group, dtype=float), np.ones(len(values)), varying])
    fit = OLS(values, design).fit(cov_type="cluster", cov_kwds={"groups": np.asarray(cluster)}, use_t=True)
    low, high = fit.conf_int()[0]
    return float(fit.params[0]), float(low), float(high)
