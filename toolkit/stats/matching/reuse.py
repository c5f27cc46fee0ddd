"""Who has been used, how often, and in whose set: the caps on reuse in one place."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Integers


class Usage:
    """Counts of use by row, or by unit where rows belong to units.

    Parameters
    ----------
    rows : int
        How many rows there are.
    capacity : int or None
        How often a row (or unit) may be used; None for no limit.
    unit : ndarray, shape (rows,), optional
        Codes of the units; a unit is at most once in a set, and seeking a match (once a set) is a use like any other.

    Attributes
    ----------
    is_free : ndarray of bool, shape (rows,)
        Rows that may still be used.
    """

    def __init__(self, rows: int, capacity: int | None, unit: Integers | None = None) -> None:
        self.is_free: Booleans = np.ones(rows, dtype=bool)
        self._capacity = capacity
        self._who: Integers = np.arange(rows) if unit is None else unit
        self._has_units = unit is not None
        self._count = np.zeros(int(self._who.max(initial=-1)) + 1, dtype=np.intp)
        self._sets: dict[int, list[int]] = {}
        if unit is not None:
            self._belongings = np.argsort(unit, kind="stable")
            self._begins = np.searchsorted(unit[self._belongings], np.arange(len(self._count) + 1))

    def may_seek(self, row: int) -> bool:
        """Whether the row has a set already, or its unit may still be used."""
        if not self._has_units or self._capacity is None or row in self._sets:
            return True
        return bool(self._count[self._who[row]] < self._capacity)

    def is_new(self, row: int, others: Integers) -> Booleans:
        """Return which of the other rows (or their units) are not yet in this row's set."""
        mine = self._sets.get(row)
        if not mine:
            return np.ones(len(others), dtype=bool)
        return ~np.isin(self._who[others], mine)

    def may_have(self, row: int, other: int) -> bool:
        """Whether the other row may still be used, and is (or its unit) not yet in this row's set."""
        return bool(self.is_free[other]) and int(self._who[other]) not in self._sets.get(row, ())

    def take(self, row: int, other: int) -> None:
        """Count a use of the other row in this row's set, and of this row's unit when the set is new."""
        if row not in self._sets:
            self._sets[row] = []
            if self._has_units:
                self._use(int(self._who[row]))
        who = int(self._who[other])
        self._sets[row].append(who)
        self._use(who)

    def _use(self, who: int) -> None:
        self._count[who] += 1
        if self._capacity is None or self._count[who] < self._capacity:
            return
        if self._has_units:
            self.is_free[self._belongings[self._begins[who] : self._begins[who + 1]]] = False
        else:
            self.is_free[who] = False
