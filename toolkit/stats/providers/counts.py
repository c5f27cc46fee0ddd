"""Funnels of counts: shares, and ratios of events counted to events expected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.providers.dispersion import between_units, dispersion_of
from toolkit.stats.providers.exact_limits import binomial_limits, poisson_limits
from toolkit.stats.providers.funnel import LEVELS, Funnel, beyond, checked, named, one_order
from toolkit.stats.providers.notes import notes_on_limits
from toolkit.stats.providers.predictive import predictive_limits
from toolkit.stats.providers.units import Units
from toolkit.stats.sample.numbers import numbers_of

Limits = list[tuple[Floats, Floats]]


def binomial_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    total: ArrayLike,
    *,
    target: float | None = None,
    levels: tuple[float, float] = LEVELS,
    over_dispersed: bool = False,
    expected: ArrayLike | None = None,
    is_smooth: bool = False,
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
        Whether the limits allow for units' true shares differing, as they do wherever units are places or people and
        not draws from one urn. Each unit is then judged by the others (`predictive_limits`): it does not widen its
        own limits, and they allow for how little a few units tell of the spread. Where units differ no more than
        chance would have them the limits are those of chance alone.
    expected : array_like, shape (n,), optional
        Events each unit's case mix leads one to expect (`case_mix`), above 0 and below the total. The rate is then
        ``target * count / expected``.
    is_smooth : bool
        Whether limits of chance alone are interpolated between whole counts (Spiegelhalter, 2005).

    Returns
    -------
    Funnel
        Rates, limits and which units lie outside them, in the order given.

    Raises
    ------
    InputError
        When a count is not a part of its total, an expectation is out of range, or there is no unit.
    """
    unit, (count, total, expected) = one_order(unit, count=count, total=total, expected=expected)
    x, n = checked(unit, count, total, levels)
    if (x > n).any() or (n % 1 != 0).any() or (x % 1 != 0).any():
        place = int(((x > n) | (n % 1 != 0) | (x % 1 != 0)).argmax())
        raise InputError(f"{unit[place]}: {x[place]:g} of {n[place]:g} is not a count and its whole-number total.")
    share = float(x.sum() / n.sum()) if target is None else target
    if not 0 <= share <= 1:
        raise InputError(f"target is {share:g}. A share lies between 0 and 1.")
    chance = np.full(len(x), share) if expected is None else _shares_expected(unit, n, expected)
    variance = n * chance * (1 - chance)
    limits = [binomial_limits(n, chance, level, is_smooth=is_smooth) for level in levels]
    middle = None
    if target is not None and 0 < share < 1:
        middle = 0.0 if expected is not None else float(logit(share))
    offset = np.zeros(len(x)) if expected is None else np.asarray(logit(chance))
    units = Units("binomial", x, n, offset)
    divisor = n if expected is None else np.where(n > 0, n * chance / max(share, 1e-300), 0.0)
    return _funnel(unit, units, chance * n, variance, divisor, share, levels, limits, over_dispersed, middle)


def poisson_funnel(
    unit: Sequence[object],
    count: ArrayLike,
    expected: ArrayLike,
    *,
    levels: tuple[float, float] = LEVELS,
    over_dispersed: bool = False,
    is_smooth: bool = False,
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
        Whether the limits allow for units' true ratios differing; see `binomial_funnel`.
    is_smooth : bool
        Whether limits of chance alone are interpolated between whole counts.

    Returns
    -------
    Funnel
        Ratios, limits and which units lie outside them, in the order given.

    Raises
    ------
    InputError
        When a count or an expectation is negative or missing, or there is no unit.
    """
    unit, (count, expected) = one_order(unit, count=count, expected=expected)
    x, e = checked(unit, count, expected, levels)
    limits = [poisson_limits(e, level, is_smooth=is_smooth) for level in levels]
    units = Units("poisson", x, e, np.zeros(len(x)))
    return _funnel(unit, units, e, e, e, 1.0, levels, limits, over_dispersed, None)


def _shares_expected(unit: Sequence[object], total: Floats, expected: ArrayLike) -> Floats:
    found = numbers_of(expected, "expected").reshape(-1)
    wrong = np.ones(len(total), dtype=bool)
    if len(found) == len(total):
        wrong = ~((found > 0) & (found < total)) & (total > 0)
    if wrong.any():
        raise InputError(
            f"expected must be above 0 and below the total of every unit; it is not for {named(unit, wrong)}. Give "
            "the events their case mix leads one to expect."
        )
    return np.where(total > 0, found / np.where(total > 0, total, 1), 0.5)


def _funnel(
    unit: Sequence[object],
    units: Units,
    expected: Floats,
    variance: Floats,
    divisor: Floats,
    target: float,
    levels: tuple[float, float],
    limits: Limits,
    over_dispersed: bool,
    middle: float | None,
) -> Funnel:
    """Return the funnel of counts whose rate is the count over the divisor."""
    count, known = units.value, variance > 0
    p_value = dispersion = float("nan")
    between = 0.0
    if known.any():
        z = (count - expected)[known] / np.sqrt(variance[known])
        dispersion = float((z**2).mean())
    if known.sum() > 1:
        p_value = _by_chance(units, z, variance[known], expected[known])
        rates = (count - expected)[known] / divisor[known] + target
        between = between_units(rates, variance[known] / divisor[known] ** 2, target) if over_dispersed else 0.0
    chance_limits = limits
    if between > 0:
        limits = predictive_limits(units, levels, middle)
    low, high = np.array([end[0] for end in limits]), np.array([end[1] for end in limits])
    with np.errstate(divide="ignore", invalid="ignore"):
        rate, low_rate, high_rate = count / divisor, low / divisor, high / divisor
    return Funnel(
        unit=np.asarray(unit, dtype=object),
        count=count,
        size=units.size,
        rate=rate,
        target=target,
        levels=levels,
        low=low_rate,
        high=high_rate,
        outside=beyond(count, low, high),
        dispersion=dispersion,
        between=between,
        notes=notes_on_limits(
            dispersion, p_value, int(known.sum()), between if over_dispersed else None, units, chance_limits
        ),
        p_value=p_value,
    )


def _by_chance(units: Units, z: Floats, variance: Floats, expected: Floats) -> float:
    """Return how often chance alone spreads counts so far; kurtosis of a count near 0 or its total is allowed for."""
    kurtosis = 1 / variance
    if units.kind == "binomial":
        share = expected / units.size[units.size > 0]
        kurtosis = (1 - 6 * share * (1 - share)) / variance
    kept = dispersion_of(z, np.ones(len(z)), extremes="kept", kurtosis=kurtosis, is_centred=True)
    return kept.p_value
