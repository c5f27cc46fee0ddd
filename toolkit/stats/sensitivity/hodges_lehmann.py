"""Rosenbaum's bounds of the typical difference within matched pairs (Hodges and Lehmann's estimate) under hidden bias.

Rosenbaum (1993), Journal of the American Statistical Association 88, 1250-1253; (2002) Observational Studies, ch. 4.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sensitivity.rosenbaum import GAMMAS, checked_differences, checked_gammas


@dataclass(frozen=True, slots=True)
class EffectBounds(Shown):
    """What hidden bias could do to a typical difference within pairs (Hodges and Lehmann's estimate).

    Attributes
    ----------
    gammas : ndarray, shape (g,)
        Sizes of hidden bias.
    low, high : ndarray, shape (g,)
        The smallest and the largest estimate.
    interval_low, interval_high : ndarray, shape (g,)
        The ends of the interval that holds whatever the bias is, up to that size.
    level : float
        Of the interval.
    """

    gammas: Floats
    low: Floats
    high: Floats
    interval_low: Floats
    interval_high: Floats
    level: float

    def tidy(self) -> pd.DataFrame:
        """Return one row a gamma."""
        names = ("low", "high", "interval_low", "interval_high")
        return pd.DataFrame({"gamma": self.gammas} | {name: getattr(self, name) for name in names})

    def summary(self) -> str:
        """Return what it means, in plain words."""
        return "\n".join(
            f"If the odds of treatment differ by up to {gamma:g} times: from {low:.4g} to {high:.4g}."
            for gamma, low, high in zip(self.gammas, self.low, self.high, strict=True)
        )


def hodges_lehmann_bounds(
    differences: ArrayLike, gammas: Sequence[float] = GAMMAS, *, level: float = 0.95
) -> EffectBounds:
    """Return bounds of the typical difference within pairs, and of its interval.

    Parameters
    ----------
    differences : array_like, shape (pairs,)
        Treated less control.
    gammas : sequence of float
        Sizes of hidden bias, 1 (none) or more.
    level : float
        Of the interval.

    Returns
    -------
    EffectBounds
        For each size of bias, the smallest and largest estimate, and the interval that holds them.

    Raises
    ------
    InputError
        When a difference is missing, or a gamma is below 1.

    Notes
    -----
    A shift is an estimate when the signed-rank statistic of the shifted differences is what it is expected to be. The
    statistic counts the means of two (Walsh averages) above the shift, so the bounds are their quantiles at
    ``1 / (1 + gamma)`` and ``gamma / (1 + gamma)``; the interval's ends are quantiles as much further out as the
    test asks (normal approximation).
    """
    from scipy.special import ndtri

    require_level(level)
    values, sizes = np.sort(checked_differences(differences)), checked_gammas(gammas)
    count = len(values)
    total = count * (count + 1) / 2
    shares = sizes / (1 + sizes)
    spread = np.sqrt(shares * (1 - shares) * count * (count + 1) * (2 * count + 1) / 6)
    reach = float(ndtri(0.5 + level / 2)) * spread
    few = shares * total + reach
    return EffectBounds(
        gammas=sizes,
        low=np.array([_walsh_quantile(values, total * share) for share in shares]),
        high=np.array([_walsh_quantile(values, total * (1 - share)) for share in shares]),
        interval_low=np.array([_walsh_quantile(values, above) for above in few]),
        interval_high=np.array([_walsh_quantile(values, total - above) for above in few]),
        level=level,
    )


def _walsh_quantile(values: Floats, above: float) -> float:
    """Return the shift that leaves so many means of two above it (half-way where a whole stretch does).

    `values` is sorted; the means of two are never made, only counted, so many pairs are no trouble.
    """
    total = len(values) * (len(values) + 1) / 2
    if above <= 0 or above >= total:
        return math.inf if above <= 0 else -math.inf
    fewer = _halving(values, lambda shift: _means_beyond(values, shift, "right") > above + 1e-9)
    more = _halving(values, lambda shift: _means_beyond(values, shift, "left") >= above - 1e-9)
    return (fewer + more) / 2


def _means_beyond(values: Floats, shift: float, side: str) -> float:
    """Return how many means of two (one with itself too) are above the shift, or at it too for side "left"."""
    places = np.searchsorted(values, 2 * shift - values, side=side)  # type: ignore[call-overload]
    pairs = float((len(values) - places).sum())
    own = float((values > shift).sum() if side == "right" else (values >= shift).sum())
    return (pairs + own) / 2


def _halving(values: Floats, is_below: Callable[[float], bool]) -> float:
    low, high = float(values[0]) - 1.0, float(values[-1]) + 1.0
    for _ in range(80):
        middle = (low + high) / 2
        if is_below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
