"""The smallest effect that units could show: from how much they vary, before any effect is looked at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.staggered.changes import Rows
from toolkit.stats.staggered.spread import Spread

MOST_TIMES = 1_000.0


@dataclass(frozen=True, slots=True)
class Visible(Shown):
    """What the standard error of an effect would be made of, and the effect it would let be seen.

    Attributes
    ----------
    chance, between
        Variance of the estimate from the luck of rows, and from that of units' years.
    degrees_of_freedom
        Of its t distribution.
    """

    chance: float
    between: float
    degrees_of_freedom: float

    def smallest(self, *, rows: float = 1.0, units: float = 1.0, power: float = 0.8, level: float = 0.95) -> float:
        """Return the smallest effect, either way, that would be told from none this often.

        Parameters
        ----------
        rows
            How many times as many rows each unit has.
        units
            How many times as many units there are, with rows in proportion.
        power, level
            How often it is seen, and the level of the interval that must leave out 0.
        """
        require_level(level)
        freedom = self.degrees_of_freedom * units
        se = float(np.sqrt((self.chance / rows + self.between) / units))
        return float(stats.t.isf((1 - level) / 2, freedom) + stats.t.ppf(power, freedom)) * se

    def rows_for(self, effect: float) -> float | None:
        """Return how many times as many rows would show an effect; ``None`` where no number of rows would."""
        share = (effect / self.smallest()) ** 2 * (self.chance + self.between)
        return self.chance / (share - self.between) if share > self.between else None

    def units_for(self, effect: float) -> float:
        """Return how many times as many units would show an effect, 1 where these do."""
        times = 1.0
        while self.smallest(units=times) > effect and times < MOST_TIMES:
            times *= 1.05
        return times


def visible(
    parts: Floats, before: Booleans, after: Booleans, rows: Rows, spread: Spread, degrees_of_freedom: float
) -> Visible:
    """Return what an estimate's standard error would be made of.

    Parameters
    ----------
    parts : ndarray, shape (u, e)
        What the estimate is made of: the sum of parts times changes.
    before, after : ndarray, shape (n, e)
        Which rows stand on which side of each start.
    rows, spread
        The rows, and how they vary where none is treated.
    degrees_of_freedom
        Of the estimate's standard error.

    Notes
    -----
    Each row's part in the estimate is known, so that rows which stand in the windows of several starts are counted as
    the same rows.
    """
    units, starts = parts.shape
    part = np.zeros(len(rows.unit))
    for start in range(starts):
        for side, sign in ((after[:, start], 1.0), (before[:, start], -1.0)):
            unit = rows.unit[side]
            count = np.bincount(unit, minlength=units)
            part[side] += sign * parts[unit, start] / count[unit]
    years = int(rows.year.max()) + 1 if len(rows.year) else 1
    by_year = np.bincount(rows.unit * years + rows.year, weights=part, minlength=units * years)
    return Visible(
        chance=spread.within * float(part @ part),
        between=spread.between * float(by_year @ by_year),
        degrees_of_freedom=degrees_of_freedom,
    )
