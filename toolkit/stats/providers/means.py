"""The funnel of means: scores, changes of scores, days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.note import Note
from toolkit.stats.providers.dispersion import between_units, dispersion_of
from toolkit.stats.providers.funnel import LEVELS, Funnel, beyond, named, one_order, require_levels
from toolkit.stats.providers.notes import FEW_UNITS, few_units, notes_on_dispersion
from toolkit.stats.providers.predictive import predictive_limits
from toolkit.stats.providers.units import Units
from toolkit.stats.sample.numbers import numbers_of


def mean_funnel(
    unit: Sequence[object],
    mean: ArrayLike,
    error: ArrayLike,
    *,
    size: ArrayLike | None = None,
    target: float | None = None,
    levels: tuple[float, float] = LEVELS,
    over_dispersed: bool = False,
) -> Funnel:
    """Return the funnel of means.

    Parameters
    ----------
    unit : sequence
        Names.
    mean, error : array_like, shape (n,)
        Means by unit, as they are or adjusted for case mix, and their standard errors, above 0. Of few values a
        standard error is itself poorly known: give one standard deviation, pooled over units, over the root of each
        size.
    size : array_like, shape (n,), optional
        How many values each mean is of; 1 over the squared standard error when not given.
    target : float, optional
        The mean to draw around; that of all units, each by its precision, when not given.
    levels : tuple of float
        Two levels, rising.
    over_dispersed : bool
        Whether the limits allow for units' true means differing; see `binomial_funnel`.

    Returns
    -------
    Funnel
        Means, limits and which units lie outside them, in the order given.

    Raises
    ------
    InputError
        When a mean is missing, a standard error is not above 0, or there is no unit.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, appendix A.4.
    """
    unit, (mean, error, size) = one_order(unit, mean=mean, error=error, size=size)
    y, s = estimates_of(unit, mean, error)
    require_levels(levels)
    sizes = s**-2.0 if size is None else numbers_of(size, "size").reshape(-1)
    if len(sizes) != len(y):
        raise InputError(f"There are {len(sizes)} sizes for {len(y)} means. Give one for each.")
    middle = float(np.average(y, weights=s**-2.0)) if target is None else target
    spread = dispersion_of((y - middle) / s, s, extremes="kept", is_centred=target is None) if len(y) > 1 else None
    between = between_units(y, s**2, middle) if over_dispersed else 0.0
    if between > 0:
        limits = predictive_limits(Units("normal", y, s, np.zeros(len(y))), levels, target)
    else:
        limits = [(middle - z * s, middle + z * s) for z in (float(stats.norm.isf((1 - a) / 2)) for a in levels)]
    low, high = np.array([end[0] for end in limits]), np.array([end[1] for end in limits])
    phi, p_value = (float("nan"), float("nan")) if spread is None else (spread.phi, spread.p_value)
    notes: tuple[Note, ...] = notes_on_dispersion(phi, p_value, len(y), between if over_dispersed else None)
    if between and len(y) < FEW_UNITS:
        notes = (*notes, few_units(len(y)))
    return Funnel(
        unit=np.asarray(unit, dtype=object),
        count=y * sizes,
        size=sizes,
        rate=y,
        target=middle,
        levels=levels,
        low=low,
        high=high,
        outside=beyond(y, low, high),
        dispersion=phi,
        between=between,
        notes=notes,
        p_value=p_value,
    )


def estimates_of(unit: Sequence[object], estimate: ArrayLike, error: ArrayLike) -> tuple[Floats, Floats]:
    """Return estimates and standard errors as numbers.

    Raises
    ------
    InputError
        When there are not as many of each, none, an estimate is missing, or an error is not above 0.
    """
    y, s = numbers_of(estimate, "mean").reshape(-1), numbers_of(error, "error").reshape(-1)
    if not len(unit) == len(y) == len(s) or not len(y):
        raise InputError(
            f"Give a name, an estimate and a standard error for every unit; there are {len(unit)} names, {len(y)} "
            f"estimates and {len(s)} standard errors."
        )
    wrong = ~(np.isfinite(y) & np.isfinite(s) & (s > 0))
    if wrong.any():
        raise InputError(
            f"The estimate is missing or its standard error is not above 0 for {named(unit, wrong)}. Leave them out, "
            "or use a standard deviation pooled over units."
        )
    return y, s
