"""A funnel: units against the limits that ordinary units stay in, in the order given; no league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats
from toolkit.stats.inference.level import level_problems
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.dispersion import Dispersion
from toolkit.stats.sample.aligned import aligned, as_series
from toolkit.stats.sample.asked import all_of
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
        Events counted; of a funnel of means, the sums.
    size : ndarray, shape (n,)
        What the rate is over: the total of a share, the events expected of a standardised ratio, the values of a mean.
    rate : ndarray, shape (n,)
        ``count / size``, adjusted for case mix where that is given; not a number where the size is 0.
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
        Standard deviation of units' true rates that the limits allow for, as best estimated; 0 where they are of
        chance alone.
    notes : tuple of Note
        Whether units differ by more than chance, whether the limits allow for it, and what they cannot show.
    p_value : float
        How often chance alone spreads units so far; not a number where it cannot be told.
    over_dispersion : Dispersion, optional
        Of funnels on a transformed scale: scores, phi and tau squared as published methods have them.
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
    p_value: float = float("nan")
    over_dispersion: Dispersion | None = None

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
        if self.over_dispersion is not None:
            found = self.over_dispersion
            lines.append(f"Phi {found.phi:.6g}, tau squared {found.tau_squared:.6g}, of {found.units} units.")
        return "\n".join([*lines, *self.notes])


def beyond(value: Floats, low: Floats, high: Floats) -> AnyArray:
    """Return how many of the limits each value lies beyond, below as minus; limits of shape (levels, n)."""
    return np.asarray((value > high).sum(axis=0) - (value < low).sum(axis=0))


def one_order(unit: Any, **given: Any) -> tuple[list[Any], list[Any]]:
    """Return names and what belongs to them in the order of their labels, where they are Series."""
    names, *found = aligned(unit=unit, **given)
    return list(as_series(names, "unit")), found


def checked(
    unit: Sequence[object], count: ArrayLike, size: ArrayLike, levels: tuple[float, float]
) -> tuple[Floats, Floats]:
    """Return counts and sizes as numbers.

    Raises
    ------
    InputError
        When there are not as many of each, none, one is missing or below 0, or the levels do not rise.
    """
    x, n = numbers_of(count, "count").reshape(-1), numbers_of(size, "size").reshape(-1)
    if not len(unit) == len(x) == len(n) or not len(unit) or not n.sum() > 0:
        raise InputError(
            f"A funnel needs a name, a count and a size for every unit; there are {len(unit)} names, {len(x)} counts "
            f"and {len(n)} sizes, of {n.sum():g} in all."
        )
    good = np.isfinite(x) & np.isfinite(n) & (x >= 0) & (n >= 0)
    if not good.all():
        raise InputError(f"The count or size is missing or below 0 for {named(unit, ~good)}.")
    require_levels(levels)
    return x, n


def require_levels(levels: tuple[float, float]) -> None:
    """Refuse levels that are not two, rising, between 0 and 1.

    Raises
    ------
    InputError
        Naming them.
    """
    is_pair = all_of(levels, lambda one: not level_problems(one)) and len(levels) == 2
    if not is_pair or not levels[0] < levels[1]:
        raise InputError(f"levels are {levels}. Give two, rising, between 0 and 1, such as {LEVELS}.")


def named(unit: Sequence[object], wrong: AnyArray) -> str:
    """Return the names of the first few units that something is wrong with."""
    return ", ".join(str(unit[place]) for place in np.flatnonzero(wrong)[:5])
