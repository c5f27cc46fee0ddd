"""A book of figures: every count that is about to be shown, once, with what adds up to what.

Two tables share figures (a total, a margin, a cell) by entering them under the same name: then they are one figure,
and whatever is known of it from one table is known in the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of a figure: that it lies from the least to the most; a hidden one from 0 to without end."""

    least: float
    most: float


class Book:
    """Figures by name, each a whole number from 0, and the sums among them."""

    def __init__(self) -> None:
        self._values: dict[str, int] = {}
        self._sums: dict[str, list[tuple[str, ...]]] = {}
        self._withheld: set[str] = set()
        self._known: set[str] = set()
        self._inner: set[str] = set()

    def figure(self, name: str, count: int, *, withheld: bool = False, known: bool = False, inner: bool = False) -> str:
        """Enter a figure and return its name.

        Parameters
        ----------
        name
            What it is, with every filter: the same name is the same figure.
        count
            A whole number from 0.
        withheld
            Whether it is hidden whatever its size.
        known
            Whether everybody knows it exactly from elsewhere, as the Department publishes it.
        inner
            Whether it is never shown, being only what others are made of; a small one is protected all the same.

        Raises
        ------
        ValueError
            When the figure was entered with another count.
        """
        if count < 0 or int(count) != count:
            raise ValueError(f"{name} is {count}; counts are whole numbers from 0.")
        if self._values.setdefault(name, int(count)) != int(count):
            raise ValueError(f"{name} was {self._values[name]} before and is {count} now: these are two figures.")
        if withheld:
            self._withheld.add(name)
        if known:
            self._known.add(name)
        if inner:
            self._inner.add(name)
        return name

    def total(self, name: str, parts: Iterable[str]) -> str:
        """Say that a figure is the sum of others, entering it if need be, and return its name.

        Raises
        ------
        ValueError
            When it is not.
        """
        of = tuple(parts)
        self.figure(name, sum(self._values[part] for part in of))
        if len(of) and of not in self._sums.setdefault(name, []):
            self._sums[name].append(of)
        return name

    def table(
        self,
        name: str,
        rows: Sequence[str],
        columns: Sequence[str],
        counts: NDArray[np.integer],
        *,
        known_margins: bool = False,
    ) -> None:
        """Enter a two-way table with its margins, as ``name/row/column`` with "all" for a total.

        With ``known_margins`` everybody knows the totals exactly from elsewhere.
        """
        for row, line in zip(rows, counts, strict=True):
            for column, count in zip(columns, line, strict=True):
                self.figure(f"{name}/{row}/{column}", int(count))
            self.total(f"{name}/{row}/all", [f"{name}/{row}/{column}" for column in columns])
        for column in columns:
            self.total(f"{name}/all/{column}", [f"{name}/{row}/{column}" for row in rows])
        self.total(f"{name}/all/all", [f"{name}/{row}/all" for row in rows])
        self.total(f"{name}/all/all", [f"{name}/all/{column}" for column in columns])
        if known_margins:
            self._known |= {f"{name}/{row}/all" for row in (*rows, "all")}
            self._known |= {f"{name}/all/{column}" for column in columns}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure's name, in the order entered."""
        return tuple(self._values)

    @property
    def values(self) -> Mapping[str, int]:
        """Every figure by its name."""
        return self._values

    @property
    def withheld(self) -> frozenset[str]:
        """The figures that are hidden whatever their size."""
        return frozenset(self._withheld)

    @property
    def inner(self) -> frozenset[str]:
        """The figures that are never shown, being only what others are made of."""
        return frozenset(self._inner)

    @property
    def known(self) -> frozenset[str]:
        """The figures that everybody knows exactly."""
        return frozenset(self._known)

    @property
    def is_total(self) -> NDArray[np.bool_]:
        """Whether each figure is the sum of others."""
        return np.array([name in self._sums for name in self._values], dtype=bool)

    def equations(self) -> sparse.csr_matrix:
        """Return the sums as a matrix: each row times the figures is nought (parts less total)."""
        place = {name: number for number, name in enumerate(self._values)}
        rows, columns, entries = [], [], []
        sums = [(total, parts) for total, several in self._sums.items() for parts in several]
        for number, (total, parts) in enumerate(sums):
            for name, sign in [*((part, 1.0) for part in parts), (total, -1.0)]:
                rows.append(number)
                columns.append(place[name])
                entries.append(sign)
        return sparse.csr_matrix((entries, (rows, columns)), shape=(len(sums), len(place)))
