"""Weights that are none below 0 and add to 1: the mixture of units nearest to another."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from toolkit.stats.arrays.types import Floats

SUM_COUNTS_FOR = 1e3


def nearest_mixture(target: Floats, donors: Floats) -> Floats:
    """Return the weights with which donors come nearest to a target, by the sum of squares.

    Parameters
    ----------
    target : ndarray, shape (k,)
        What is to be matched.
    donors : ndarray, shape (k, d)
        The same of each donor.

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
    rows = np.vstack([apart, np.full((1, apart.shape[1]), heavy)])
    found, _ = optimize.nnls(rows, np.append(np.zeros(len(target)), heavy))
    return np.asarray(found / found.sum(), dtype=np.float64)
