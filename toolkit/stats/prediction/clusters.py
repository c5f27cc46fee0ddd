"""Intervals where only clusters are independent, from what each row adds to an error; folds of whole clusters."""

from __future__ import annotations

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from toolkit.stats.agreement.coefficient import Coefficient, unknown
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level


def with_interval(
    estimate: float,
    influence: Floats,
    weights: Floats,
    cluster: Integers,
    level: float = 0.95,
    *,
    is_share: bool = False,
) -> Coefficient:
    """Return an estimate with a t interval from its rows' influences.

    Parameters
    ----------
    estimate : float
        The figure.
    influence, weights : ndarray, shape (n,)
        What each row adds to its error (they sum to 0), and what each row weighs.
    cluster : ndarray, shape (n,)
        Codes from 0.
    level : float
        Of the interval.
    is_share : bool
        Whether it runs from 0 to 1, so that the interval is made on the logit scale.

    Notes
    -----
    The variance is the sum of squares of clusters' sums, times G / (G - 1). The t has one fewer degrees of freedom than
    there are clusters of like size: the square of the sum of their weights over the sum of their squares (Kish), since
    a few large clusters among many small ones tell as little as those few.
    """
    require_level(level)
    sums, sizes = (np.bincount(cluster, weights=values) for values in (influence, weights))
    sums, sizes = sums[sizes > 0], sizes[sizes > 0]
    groups = len(sums)
    if groups < 2:
        return unknown(estimate)
    se = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()))
    freedom = max(1.0, float(sizes.sum() ** 2 / (sizes**2).sum()) - 1)
    reach = float(stats.t.isf((1 - level) / 2, freedom)) * se
    if is_share and not 0 < estimate < 1:
        return unknown(estimate)
    if is_share:
        centre, half = float(logit(estimate)), reach / (estimate * (1 - estimate))
        return Coefficient(estimate, se, float(expit(centre - half)), float(expit(centre + half)), freedom)
    return Coefficient(estimate, se, estimate - reach, estimate + reach, freedom)


def weighted_mean(
    values: Floats, weights: Floats, cluster: Integers, level: float = 0.95, *, is_share: bool = False
) -> Coefficient:
    """Return a weighted mean with an interval that takes only clusters as independent."""
    total = float(weights.sum())
    if total <= 0:
        return unknown()
    mean = float(weights @ values) / total
    influence = weights * (values - mean) / total
    return with_interval(mean, influence, weights, cluster, level, is_share=is_share)


def whole_folds(cluster: Integers, outcome: Floats, folds: int, rng: np.random.Generator) -> Integers:
    """Return the fold of each row: clusters are kept whole, and folds are as alike in outcomes and rows as they can be.

    Clusters are drawn in random order within size, the largest first, and each goes to the fold with the fewest
    outcomes so far; of equals to the one with the fewest rows.

    Parameters
    ----------
    cluster : ndarray, shape (n,)
        Codes from 0 without gaps.
    outcome : ndarray, shape (n,)
        0 or 1.
    folds : int
        How many; no more are made than there are clusters.
    rng : Generator
        Decides the order of clusters of about the same size.
    """
    sizes, events = np.bincount(cluster).astype(np.float64), np.bincount(cluster, weights=outcome)
    count = min(folds, len(sizes))
    order = np.argsort(-(events + 0.5) * rng.uniform(0.5, 1.5, len(sizes)), kind="stable")
    into = np.zeros(len(sizes), dtype=np.intp)
    filled = np.zeros((count, 2))
    for one in order:
        fold = min(range(count), key=lambda place: (filled[place, 0], filled[place, 1]))
        into[one] = fold
        filled[fold] += events[one], sizes[one]
    return into[cluster]
