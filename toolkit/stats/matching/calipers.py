"""What a pair must satisfy beside its exact stratum: calipers on columns, values that must differ, the unit.

Every method of matching asks this one place, so that no combination of options can go around a limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from toolkit.stats.arrays.types import AnyArray, Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Caliper(Shown):
    """A limit on how far apart two rows may be on one column.

    Attributes
    ----------
    name : str
        The column.
    values : ndarray, shape (n,)
        Its values.
    width : float
        Raw units: at most this far apart; if negative, at least ``-width`` apart.
    slack : float
        By how much rounding may put a pair exactly so far apart on the wrong side.
    """

    name: str
    values: Floats
    width: float
    slack: float = 0.0

    def holds(self, gaps: Floats) -> Booleans:
        """Return which of these differences are allowed."""
        good = gaps <= self.width + self.slack if self.width >= 0 else gaps >= -self.width - self.slack
        return np.asarray(good, dtype=bool)


@dataclass(frozen=True, slots=True)
class Limits(Shown):
    """All limits of a design on a pair of rows.

    Attributes
    ----------
    calipers : tuple of Caliper
        Column calipers, a propensity caliper beside another distance among them.
    must_differ : tuple of ndarray
        Codes that two rows must not share.
    unit : ndarray or None
        Codes of the units rows belong to; a unit is never its own match.
    """

    calipers: tuple[Caliper, ...] = ()
    must_differ: tuple[AnyArray, ...] = ()
    unit: Integers | None = None
    _apart: tuple[AnyArray, ...] = field(init=False)

    def __post_init__(self) -> None:
        own = () if self.unit is None else (self.unit,)
        object.__setattr__(self, "_apart", (*self.must_differ, *own))

    @property
    def any(self) -> bool:
        """Whether there is any limit at all."""
        return bool(self.calipers or self._apart)

    def allows(self, row: int, others: Integers) -> Booleans:
        """Return which of the other rows this row may be matched with."""
        good: Booleans = np.ones(len(others), dtype=bool)
        for caliper in self.calipers:
            good &= caliper.holds(np.abs(caliper.values[others] - caliper.values[row]))
        for codes in self._apart:
            good &= codes[others] != codes[row]
        return good

    def of(self, rows: Integers) -> Limits:
        """Return the same limits of some rows, numbered in their order."""
        return Limits(
            tuple(replace(caliper, values=caliper.values[rows]) for caliper in self.calipers),
            tuple(codes[rows] for codes in self.must_differ),
            None if self.unit is None else self.unit[rows],
        )

    def without(self, caliper: Caliper | None) -> Limits:
        """Return the limits without one of the calipers."""
        return replace(self, calipers=tuple(other for other in self.calipers if other is not caliper))

    def allow(self, mine: Integers, others: Limits, places: Integers | slice) -> Booleans:
        """Return which of the rows at `places` (a slice, or (f, w)) of others each of my rows (f,) may be matched with.

        Of shape (f, w), or (f, 1) where there are no limits.
        """
        good: Booleans = np.ones((len(mine), 1), dtype=bool)
        for own, other in zip(self.calipers, others.calipers, strict=True):
            good = good & own.holds(np.abs(other.values[places] - own.values[mine][:, None]))
        for codes, other_codes in zip(self._apart, others._apart, strict=True):
            good = good & (other_codes[places] != codes[mine][:, None])
        return good

    def holds(self, rows: Integers, others: Integers) -> Booleans:
        """Return, pair by pair, whether every limit holds."""
        good: Booleans = np.ones(len(rows), dtype=bool)
        for caliper in self.calipers:
            good &= caliper.holds(np.abs(caliper.values[others] - caliper.values[rows]))
        for codes in self._apart:
            good &= codes[others] != codes[rows]
        return good
