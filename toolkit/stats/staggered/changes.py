"""How much each unit changed around each start, in the same calendar windows: what staggered starts are compared by.

A *start* is a day on which some units began. Around it every unit, whether or not it began then, has a change: the mean
of its rows after less that of its rows before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Windows(Shown):
    """The days around each start: before it, half-open, and from it on.

    Attributes
    ----------
    starts : ndarray, shape (e,)
        Days, as numbers, in order and each once.
    before_from, after_to : ndarray, shape (e,)
        The first day before each start, and the first day no longer after it.
    begins : ndarray, shape (e,)
        When units of each start truly began: the start itself, unless another day is tried in its place.
    """

    starts: Integers
    before_from: Integers
    after_to: Integers
    begins: Integers

    @staticmethod
    def around(starts: Integers, length: int, first: int, last: int) -> Windows:
        """Return windows of ``length`` days either side, cut to the days from ``first`` to ``last`` that are known."""
        starts = np.unique(starts)
        return Windows(
            starts=starts,
            before_from=np.maximum(starts - length, first),
            after_to=np.minimum(starts + length, last + 1),
            begins=starts,
        )

    def halves_before(self) -> Windows:
        """Return the days before each start as if it had been half way through them: a start at which none began."""
        middle = (self.before_from + self.starts) // 2
        return Windows(starts=middle, before_from=self.before_from, after_to=self.starts, begins=self.begins)

    def before(self, days: Integers) -> Booleans:
        """Return which rows are before each start, shape (n, e)."""
        return np.asarray((days[:, None] >= self.before_from) & (days[:, None] < self.starts))

    def after(self, days: Integers) -> Booleans:
        """Return which rows are after each start, shape (n, e)."""
        return np.asarray((days[:, None] >= self.starts) & (days[:, None] < self.after_to))


@dataclass(frozen=True, slots=True)
class Rows(Shown):
    """Rows of units over time.

    Attributes
    ----------
    unit : ndarray, shape (n,)
        Codes from 0.
    day : ndarray, shape (n,)
        Days as numbers.
    outcome : ndarray, shape (n,)
        What is averaged.
    year : ndarray, shape (n,)
        Codes from 0 of the stretch of time within which a unit's rows share what happened to it.
    """

    unit: Integers
    day: Integers
    outcome: Floats
    year: Integers


@dataclass(frozen=True, slots=True)
class Changes(Shown):
    """Each unit's change around each start, all of shape (u, e).

    Attributes
    ----------
    change
        Mean after less mean before; not a number with too few rows on either side.
    rows_before, rows_after
        Rows behind it.
    chance
        What a variance of 1 a row gives it: 1 / before + 1 / after.
    shared
        What a variance of 1 that the rows of a year share gives it.
    treated
        The share of its rows after that are treated, less the share of those before: 1 for a unit at its own start.
    """

    change: Floats
    rows_before: Integers
    rows_after: Integers
    chance: Floats
    shared: Floats
    treated: Floats

    @property
    def is_known(self) -> Booleans:
        """Whether a unit has rows enough on both sides of a start."""
        return np.isfinite(self.change)


def changes_of(
    rows: Rows,
    units: int,
    before: Booleans | None,
    after: Booleans,
    begins: Integers,
    fewest: int = 1,
) -> Changes:
    """Return each unit's change around each start.

    Parameters
    ----------
    rows
        The rows of all units.
    units
        How many units there are; some may have no rows.
    before, after : ndarray, shape (n, e)
        Which rows stand on which side of each start; no row on both. Without a before a change is the mean after.
    begins : ndarray, shape (u,)
        The day each unit truly began; later than any row's for one that never did.
    fewest
        Rows needed on each side.
    """
    years = int(rows.year.max()) + 1 if len(rows.year) else 1
    is_treated = rows.day >= begins[rows.unit]
    shape = (units, after.shape[1])
    needed = fewest if before is not None else 0
    earlier = np.zeros_like(after) if before is None else before
    change, shared, treated = np.full(shape, np.nan), np.zeros(shape), np.zeros(shape)
    count_before, count_after = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.intp)
    for start in range(shape[1]):
        sides = []
        for side, counts in ((earlier[:, start], count_before), (after[:, start], count_after)):
            unit = rows.unit[side]
            count = np.bincount(unit, minlength=units)
            counts[:, start] = count
            size = np.maximum(count, 1)
            sides.append(
                (
                    np.bincount(unit, weights=rows.outcome[side], minlength=units) / size,
                    np.bincount(unit, weights=is_treated[side] * 1.0, minlength=units) / size,
                    _by_year(unit, rows.year[side], units, years) / size[:, None],
                )
            )
        (mean_before, treated_before, years_before), (mean_after, treated_after, years_after) = sides
        is_known = (count_before[:, start] >= needed) & (count_after[:, start] >= fewest)
        change[is_known, start] = (mean_after - mean_before)[is_known]
        treated[:, start] = treated_after - treated_before
        shared[:, start] = ((years_after - years_before) ** 2).sum(axis=1)
    chance = (count_before > 0) / np.maximum(count_before, 1) + 1 / np.maximum(count_after, 1)
    return Changes(change, count_before, count_after, chance, shared, treated)


def _by_year(unit: Integers, year: Integers, units: int, years: int) -> NDArray[np.float64]:
    counted = np.bincount(unit * years + year, minlength=units * years)
    return np.asarray(counted.reshape(units, years), dtype=np.float64)
