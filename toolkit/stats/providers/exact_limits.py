"""Limits of counts by chance alone: exact quantiles, and the same made smooth between whole counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.stats.arrays.types import Floats


def binomial_limits(
    total: ArrayLike, share: ArrayLike, level: float, *, is_smooth: bool = False
) -> tuple[Floats, Floats]:
    """Return the lowest and highest *counts* inside the exact limits of a binomial share.

    A count is outside when the chance of one as low (or as high) is at most half of ``1 - level``, taken by itself:
    no interpolation, so the limits keep at least their level. With ``is_smooth`` they are interpolated between whole
    counts, which is how Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.1.1, draws them.
    """
    n, p = np.asarray(total, dtype=float), np.asarray(share, dtype=float)
    return _limits(stats.binom, (n, p), level, is_smooth)


def poisson_limits(expected: ArrayLike, level: float, *, is_smooth: bool = False) -> tuple[Floats, Floats]:
    """Return the lowest and highest counts inside the exact limits of a Poisson count with this mean.

    See `binomial_limits`. Charts that put Garwood's interval around the expectation instead (FunnelPlotR) ask which
    means fit the count expected, the other way round; their limits lie a little higher on both sides.
    """
    return _limits(stats.poisson, (np.asarray(expected, dtype=float),), level, is_smooth)


def _limits(of: Any, parameters: tuple[Floats, ...], level: float, is_smooth: bool) -> tuple[Floats, Floats]:
    tail = (1 - level) / 2
    low, high = of.ppf(tail, *parameters).clip(min=0), of.isf(tail, *parameters).clip(min=0)
    if not is_smooth:
        return low, high
    return _between_counts(of, low, tail, parameters), _between_counts(of, high, 1 - tail, parameters)


def _between_counts(of: Any, count: Floats, chance: float, parameters: tuple[Floats, ...]) -> Floats:
    """Return counts lowered by the part of their own chance that is not needed to reach the chance asked for."""
    here, before = of.cdf(count, *parameters), of.cdf(count - 1, *parameters)
    own = np.maximum(here - before, 1e-300)
    return np.asarray(np.maximum(count - np.clip((here - chance) / own, 0, 1), 0.0))
