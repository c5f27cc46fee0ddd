"""Weights that are none below 0 and add to 1: the mixture of units nearest to another."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from toolkit.stats.arrays.types import Floats

SUM_COUNTS_FOR = 1e3


def nearest_mixture(target: Floats, donors: Floats, *, evenness: float = 0.0) -> Floats:
    """Return the weights with which donors come nearest to a target, by the sum of squares.

    Parameters
    ----------
    target : ndarray, shape (k,)
        What is to be matched.
    donors : ndarray, shape (k, d)
        The same of each donor.
    evenness
        How much the sum of squared weights counts beside the distance: 0 not at all. With fewer things matched than
        donors, many mixtures are equally near, and only one of them is the most even.

    Returns
    -------
    ndarray, shape (d,)
        None below 0; they add to 1.

    Notes
    -----
    Non-negative least squares, with the sum as one more row that counts for a thousand times the largest of the rest.
    Since the weights add to 1, the target is taken off both sides first, so that this row alone does not vanish.
    """
    apart = donors - target[:, None]
    heavy = SUM_COUNTS_FOR * max(float(np.abs(apart).max(initial=0.0)), 1e-12)
    rows = [apart, np.full((1, apart.shape[1]), heavy)]
    aims = [np.zeros(len(target)), np.array([heavy])]
    if evenness > 0:
        rows.append(np.sqrt(evenness) * np.eye(apart.shape[1]))
        aims.append(np.zeros(apart.shape[1]))
    found, _ = optimize.nnls(np.vstack(rows), np.concatenate(aims))
    return np.asarray(found / found.sum(), dtype=np.float64)


def evenness_of(donors: Floats) -> float:
    """Return how much evenness should count for donors' outcomes, of shape (k, d), at the times before treatment.

    The variance of their steps from one time to the next, around each time's mean, times k: with one treated unit and
    one time after, the penalty of Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021, American Economic Review
    111, 4088-4118), section I.
    """
    steps = np.diff(donors, axis=0)
    apart = steps - steps.mean(axis=1, keepdims=True)
    return float(len(donors) * np.mean(apart**2))
