"""Funnels: which units differ from the overall rate by more than chance, with exact limits and no league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats
from toolkit.stats.inference.over_dispersion import (
    beta_binomial_limits,
    between_units,
    negative_binomial_limits,
    notes_on_dispersion,
)
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned, as_series
from toolkit.stats.sample.numbers import numbers_of

LEVELS = (0.95, 0.998)
"""Limits that one unit in 20, and one in 500, would pass by chance alone (Spiegelhalter, 2005)."""


@dataclass(frozen=True, slots=True)
class Funnel(Shown):
    """Units against the limits chance alone would keep them in.

    Attributes
    ----------
    unit : ndarray, shape (n,)
        Names, in the order given: a funnel ranks nobody.
    count : ndarray, shape (n,)
        Events counted.
    size : ndarray, shape (n,)
        What the rate is over: the total of a share, the events expected of a standardised ratio.
    rate : ndarray, shape (n,)
        ``count / size``; not a number where the size is 0.
    target : float
        The overall rate the funnel is drawn around.
    levels : tuple of float
        Of the limits, rising.
    low, high : ndarray, shape (levels, n)
        The lowest and the highest rates inside the limits.
    outside : ndarray, shape (n,)
        -2 to 2: beyond the second (±2) or only the first limit (±1), below (-) or above (+); 0 is inside.
    dispersion : float
        Mean of the squared standardised differences: near 1 when units differ by chance alone.
    between : float
        Standard deviation of units' true rates that the limits allow for; 0 where they are of chance alone.
    notes : tuple of Note
        Whether units differ by more than chance, and whether the limits allow for it.
    """

    unit: AnyArray
    count: Floats
    size: Floats
    rate: Floats
    target: float
    levels: tuple[float, float]
    low: Floats
    high: Floats
    outside: AnyArray
    dispersion: float
    between: float = 0.0
    notes: tuple[Note, ...] = ()

    def tidy(self) -> pd.DataFrame:
        """Return one row a unit, in the order given."""
        columns: dict[str, object] = {
            "unit": self.unit,
            "count": self.count,
            "size": self.size,
            "rate": self.rate,
            "target": self.target,
        }
        for place, level in enumerate(self.levels):
            name = f"{100 * level:g}".replace(".", "_")
            columns |= {f"low_{name}": self.low[place], f"high_{name}": self.high[place]}
        return pd.DataFrame({**columns, "outside": self.outside})

    def summary(self) -> str:
        """Return how many units lie outside, and how many chance alone would put there."""
        lines = [f"{len(self.unit)} units around an overall rate of {self.target:.4g}."]
        for place, level in enumerate(self.levels, start=1):
            beyond = int((np.abs(self.outside) >= place).sum())
            lines.append(
                f"{beyond} outside the {100 * level:g}% limits; at most {(1 - level) * len(self.unit):.1f} expected "
                "by chance."
            )
        lines.append(f"Dispersion {self.dispersion:.2f} (1 by chance alone).")
        return "\n".join([*lines, *self.notes])


def binomial_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    total: ArrayLike,
    *,
    target: float | None = None,
    levels: tuple[float, float] = LEVELS,
    over_dispersed: bool = False,
) -> Funnel:
    """Return the funnel of shares.

    Parameters
    ----------
    unit : sequence
        Names.
    count, total : array_like, shape (n,)
        How many of how many, by unit; whole numbers. A total of 0 is inside every limit.
    target : float, optional
        The share to draw around; the overall share when not given.
    levels : tuple of float
        Two levels, rising.
    over_dispersed : bool
        Whether the limits allow for units' true shares differing (a beta distribution whose spread is estimated with
        the units furthest out brought in, so that they do not widen their own limits), as they do wherever units are
        places or people and not draws from one urn. Where no spread is found the limits are those of chance alone.

    Returns
    -------
    Funnel
        Rates, limits and which units lie outside them, in the order given.

    Raises
    ------
    InputError
        When a count is not a part of its total, or there is no unit.
    """
    unit, count, total = _one_order(unit, count, total)
    x, n = _checked(unit, count, total, levels)
    if (x > n).any() or (n % 1 != 0).any() or (x % 1 != 0).any():
        place = int(((x > n) | (n % 1 != 0) | (x % 1 != 0)).argmax())
        raise InputError(f"{unit[place]}: {x[place]:g} of {n[place]:g} is not a count and its whole-number total.")
    share = float(x.sum() / n.sum()) if target is None else target
    if not 0 <= share <= 1:
        raise InputError(f"target is {share:g}. A share lies between 0 and 1.")
    variance = n * share * (1 - share)
    between = _between(x, n, share, variance) if over_dispersed else None
    limits = [
        beta_binomial_limits(n, share, between, level) if between else binomial_limits(n, share, level)
        for level in levels
    ]
    return _funnel(unit, x, n, share, levels, limits, variance, between)


def poisson_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    expected: ArrayLike,
    *,
    levels: tuple[float, float] = LEVELS,
    over_dispersed: bool = False,
) -> Funnel:
    """Return the funnel of standardised ratios, events counted over events expected, around 1.

    Parameters
    ----------
    unit : sequence
        Names.
    count, expected : array_like, shape (n,)
        Events by unit, counted and expected.
    levels : tuple of float
        Two levels, rising.
    over_dispersed : bool
        Whether the limits allow for units' true ratios differing (a gamma distribution); see `binomial_funnel`.

    Returns
    -------
    Funnel
        Ratios, limits and which units lie outside them, in the order given.

    Raises
    ------
    InputError
        When a count or an expectation is negative or missing, or there is no unit.
    """
    unit, count, expected = _one_order(unit, count, expected)
    x, e = _checked(unit, count, expected, levels)
    between = _between(x, e, 1.0, e) if over_dispersed else None
    limits = [negative_binomial_limits(e, between, level) if between else poisson_limits(e, level) for level in levels]
    return _funnel(unit, x, e, 1.0, levels, limits, e, between)


def binomial_limits(total: ArrayLike, share: float, level: float) -> tuple[Floats, Floats]:
    """Return the lowest and highest *counts* inside the exact limits of a binomial share.

    A count is outside when the chance of one as low (or as high) is at most half of ``1 - level``, taken by itself:
    no interpolation, so the limits keep at least their level. Spiegelhalter (2005), Statistics in Medicine 24,
    1185-1202, smooths the same quantiles for drawing.
    """
    n = np.asarray(total, dtype=float)
    tail = (1 - level) / 2
    return stats.binom.ppf(tail, n, share).clip(min=0), stats.binom.isf(tail, n, share).clip(min=0)


def poisson_limits(expected: ArrayLike, level: float) -> tuple[Floats, Floats]:
    """Return the lowest and highest counts inside the exact limits of a Poisson count with this mean.

    See `binomial_limits`. Charts that put Garwood's interval around the expectation instead (FunnelPlotR) ask which
    means fit the count expected, the other way round; their limits lie a little higher on both sides.
    """
    mean = np.asarray(expected, dtype=float)
    tail = (1 - level) / 2
    return stats.poisson.ppf(tail, mean).clip(min=0), stats.poisson.isf(tail, mean).clip(min=0)


def _between(count: Floats, size: Floats, target: float, variance: Floats) -> float:
    known = variance > 0
    return between_units(count[known] / size[known], variance[known] / size[known] ** 2, target)


def _funnel(
    unit: Sequence[object],
    count: Floats,
    size: Floats,
    target: float,
    levels: tuple[float, float],
    limits: Sequence[tuple[Floats, Floats]],
    variance: Floats,
    between: float | None,
) -> Funnel:
    low, high = np.array([end[0] for end in limits]), np.array([end[1] for end in limits])
    beyond = (count > high).sum(axis=0) - (count < low).sum(axis=0)
    known = variance > 0
    dispersion = float("nan")
    if known.any():
        dispersion = float(((count[known] - target * size[known]) ** 2 / variance[known]).mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, low_rate, high_rate = count / size, low / size, high / size
    return Funnel(
        unit=np.asarray(unit, dtype=object),
        count=count,
        size=size,
        rate=rate,
        target=target,
        levels=levels,
        low=low_rate,
        high=high_rate,
        outside=beyond,
        dispersion=dispersion,
        between=between or 0.0,
        notes=notes_on_dispersion(dispersion, int(known.sum()), between),
    )


def _one_order(unit: Any, count: Any, size: Any) -> tuple[list[Any], Any, Any]:
    """Return names, counts and sizes in the order of their labels, where they are Series."""
    names, count, size = aligned(unit=unit, count=count, size=size)
    return list(as_series(names, "unit")), count, size


def _checked(
    unit: Sequence[object], count: ArrayLike, size: ArrayLike, levels: tuple[float, float]
) -> tuple[Floats, Floats]:
    x, n = numbers_of(count, "count").reshape(-1), numbers_of(size, "size").reshape(-1)
    if not len(unit) == len(x) == len(n) or not len(unit) or not n.sum() > 0:
        raise InputError(
            f"A funnel needs a name, a count and a size for every unit; there are {len(unit)} names, {len(x)} counts "
            f"and {len(n)} sizes, of {n.sum():g} in all."
        )
    good = np.isfinite(x) & np.isfinite(n) & (x >= 0) & (n >= 0)
    if not good.all():
        named = ", ".join(str(unit[place]) for place in np.flatnonzero(~good)[:5])
        raise InputError(f"The count or size is missing or below 0 for {named}.")
    if not 0 < levels[0] < levels[1] < 1:
        raise InputError(f"levels are {levels}. Give two, rising, between 0 and 1, such as {LEVELS}.")
    return x, n
