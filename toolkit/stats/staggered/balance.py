"""Whether units that began were other than the rest beforehand, by more than the luck of a deal makes them."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers


def standardised_differences(values: Floats, has_begun: Booleans) -> Floats:
    """Return how far apart both kinds of unit are, in standard deviations of all of them, shape (k,)."""
    spread = values.std(axis=0, ddof=1)
    apart = values[has_begun].mean(axis=0) - values[~has_begun].mean(axis=0)
    return np.asarray(np.where(spread > 0, apart / np.where(spread > 0, spread, 1.0), 0.0), dtype=np.float64)


def chance_of_imbalance(values: Floats, has_begun: Booleans, strata: Integers, *, draws: int, seed: int) -> float:
    """Return how often a deal would leave the units at least as far apart on all values together.

    Parameters
    ----------
    values : ndarray, shape (u, k)
        What units were before.
    has_begun : ndarray, shape (u,)
        Which began.
    strata : ndarray, shape (u,)
        Codes of units among which it could have been dealt otherwise.
    draws, seed
        Deals, and what draws them.

    Notes
    -----
    The distance is Mahalanobis's between the means (Hansen and Bowers, 2008, Statistical Science 23, 219-236), with
    the values' covariance over all units.
    """
    centred = values - values.mean(axis=0)
    inverse = np.linalg.pinv(np.atleast_2d(centred.T @ centred / max(1, len(values) - 1)), hermitian=True)
    generator = np.random.default_rng(seed)
    dealt = np.tile(has_begun, (draws + 1, 1))
    for stratum in np.unique(strata):
        inside = np.flatnonzero(strata == stratum)
        dealt[1:, inside] = generator.permuted(dealt[1:, inside], axis=1)
    share = dealt / dealt.sum(axis=1, keepdims=True) - ~dealt / (~dealt).sum(axis=1, keepdims=True)
    apart = share @ centred
    distance = np.einsum("dk,kl,dl->d", apart, inverse, apart)
    return float((distance >= distance[0] * (1 - 1e-12)).mean())
