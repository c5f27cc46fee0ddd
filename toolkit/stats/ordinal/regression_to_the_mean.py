"""What readings that are not exact do by themselves: extremes fall back towards the mean with nothing changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.ordinal.change import ordinal_scores


def expected_from_noise(first: ArrayLike, correlation: float, *, levels: int = 5) -> Floats:
    """Return the mean change to expect by starting score when nothing changes but readings are not exact.

    A score far from the mean is partly chance, so the next reading of the same thing lies nearer to it: the change
    is ``(1 - correlation) * (mean - score)`` (Galton, 1886; Davis, 1976, American Journal of Epidemiology 104).

    Parameters
    ----------
    first : array_like, shape (n,)
        First scores of all, those without a second reading too.
    correlation : float
        Between two readings of the same thing (test and retest), 0 to 1. The data of first and last readings do not
        give it: it must come from elsewhere.
    levels : int
        The scale's highest score.

    Returns
    -------
    ndarray, shape (levels,)
        Points, by starting score from 1. Its mean over all starters is 0: noise moves nobody on average.
    """
    _check_correlation(correlation)
    mean = float(ordinal_scores(first, "first", levels).mean())
    return np.asarray((1 - correlation) * (mean - np.arange(1, levels + 1)), dtype=np.float64)


def regression_to_the_mean(cut: float, correlation: float) -> float:
    """Return how far the mean of those chosen for being above a cut falls back by itself, in standard deviations.

    Parameters
    ----------
    cut : float
        The cut, standard deviations above the mean of a normal score.
    correlation : float
        Between two readings of the same thing.

    Notes
    -----
    ``(1 - correlation) * φ(cut) / (1 - Φ(cut))``; Davis (1976).
    """
    _check_correlation(correlation)
    return float((1 - correlation) * stats.norm.pdf(cut) / stats.norm.sf(cut))


def _check_correlation(correlation: float) -> None:
    if not 0 <= correlation <= 1:
        raise InputError(f"correlation is {correlation}. Give a number from 0 to 1.")
