"""The mean of grouped values, with an interval that takes only the groups as independent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.intervals import clopper_pearson
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import checked_weights, numbers_of
from toolkit.stats.variance.cluster_robust import clustered_covariance, least_squares


@dataclass(frozen=True, slots=True)
class ClusteredMean(Shown):
    """A mean with a standard error that takes only clusters as independent.

    Attributes
    ----------
    mean, se, low, high : float
        Not a number where there are fewer than two clusters.
    degrees_of_freedom : float
        Satterthwaite's, of the t distribution behind the interval.
    clusters : int
        How many there are.
    """

    mean: float
    se: float
    low: float
    high: float
    degrees_of_freedom: float
    clusters: int


def clustered_mean(
    values: ArrayLike,
    cluster: ArrayLike,
    *,
    level: float = 0.95,
    is_share: bool = True,
    weights: ArrayLike | None = None,
) -> ClusteredMean:
    """Return a mean with a CR2 standard error and a t interval on Satterthwaite's degrees of freedom.

    A share's interval is made on the logit scale, so it stays between 0 and 1. A share of nobody or of everybody has
    no such interval; it gets Clopper and Pearson's with one trial a cluster, the widest that the data can mean.

    Parameters
    ----------
    values : array_like, shape (n,)
        Numbers, 0 or 1 for a share.
    cluster : array_like, shape (n,)
        The group of each. Two Series are put in one order by their labels.
    level : float
        Of the interval.
    is_share : bool
        Whether the mean is a share.
    weights : array_like, shape (n,), optional
        What each value stands for, above 0; all alike where not given.

    Returns
    -------
    ClusteredMean
        The mean, its standard error and interval, and how many clusters they rest on.

    Raises
    ------
    InputError
        When a value or cluster is missing, or there are not as many of one as of the other.

    Notes
    -----
    Bell and McCaffrey (2002), Survey Methodology 28, 169-181.
    """
    require_level(level)
    values, cluster, weights = aligned(values=values, cluster=cluster, weights=weights)
    numbers, codes = numbers_of(values, "values").reshape(-1), group_codes(cluster, "cluster")
    load = np.ones(len(numbers)) if weights is None else checked_weights(weights)
    missing = int((~np.isfinite(numbers)).sum())
    if missing or len({len(numbers), len(codes), len(load)}) > 1 or not (load > 0).all():
        raise InputError(
            f"There are {len(numbers):,} values, {missing:,} of them missing or infinite, {len(codes):,} clusters and "
            f"{int((load > 0).sum()):,} weights above 0. Give a number, a cluster and a weight above 0 a row."
        )
    clusters = int(codes.max(initial=-1)) + 1
    mean = float(numbers.mean() if weights is None else load @ numbers / load.sum()) if len(numbers) else float("nan")
    nothing = float("nan")
    if is_share and clusters > 1 and mean in (0.0, 1.0):
        worth = clusters if weights is None else _worth(load, codes)
        low, high = clopper_pearson(mean * worth, worth, level)
        return ClusteredMean(
            mean=mean, se=0.0, low=float(low), high=float(high), degrees_of_freedom=clusters - 1.0, clusters=clusters
        )
    if clusters < 2:
        return ClusteredMean(
            mean=mean, se=nothing, low=nothing, high=nothing, degrees_of_freedom=nothing, clusters=clusters
        )
    fit = least_squares(np.ones((len(numbers), 1)), numbers, load, np.arange(len(numbers)), 1)
    got = clustered_covariance([fit], [np.ones((1, 1))], [codes])
    se, freedom = float(np.sqrt(got.covariance[0, 0])), got.degrees_of_freedom
    reach = float(stats.t.isf((1 - level) / 2, freedom)) * se
    if not is_share:
        return ClusteredMean(
            mean=mean, se=se, low=mean - reach, high=mean + reach, degrees_of_freedom=freedom, clusters=clusters
        )
    centre, half = np.log(mean / (1 - mean)), reach / (mean * (1 - mean))
    low, high = 1 / (1 + np.exp(-(centre - half))), 1 / (1 + np.exp(-(centre + half)))
    return ClusteredMean(
        mean=mean, se=se, low=float(low), high=float(high), degrees_of_freedom=freedom, clusters=clusters
    )


def _worth(weights: Floats, codes: Integers) -> float:
    """Return how many clusters of like weight would be as good."""
    held = np.bincount(codes, weights=weights)
    return float(held.sum() ** 2 / (held @ held))
