"""Gaps between two arms' cumulative distributions, from one ordering of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays import Booleans, Floats, Integers
from toolkit.stats.sorting import stable_order


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in the order of a term.

    Attributes
    ----------
    rows : ndarray, shape (n,)
        Row positions in ascending order of the values.
    last : ndarray, shape (d,), or None
        Where in that order each distinct value ends; None where every value is distinct.
    """

    rows: Integers
    last: Integers | None

    @staticmethod
    def of(values: Floats) -> Ordered:
        """Order the rows."""
        rows = stable_order(values)
        ordered = values[rows]
        changes = ordered[1:] != ordered[:-1]
        if changes.all():
            return Ordered(rows, None)
        return Ordered(rows, np.append(np.flatnonzero(changes), len(rows) - 1))

    @property
    def distinct(self) -> int:
        """How many distinct values there are."""
        return len(self.rows) if self.last is None else len(self.last)


def gaps_of_all(ordered: Ordered, treated: Booleans) -> tuple[float, float]:
    """Return the mean (over distinct values) and the largest gap, every row counting the same."""
    inside = np.cumsum(treated[ordered.rows], dtype=np.intp)
    everyone = np.arange(1, len(inside) + 1)
    ours = int(inside[-1])
    others = len(inside) - ours
    if ordered.last is not None:
        inside, everyone = inside[ordered.last], everyone[ordered.last]
    gaps = inside / ours
    everyone -= inside
    gaps -= everyone / others
    np.abs(gaps, out=gaps)
    return float(gaps.mean()), float(gaps.max())


def gaps_of_weighted(ordered: Ordered, shares: Floats, used: Booleans) -> tuple[float, float]:
    """Return the same for weighted arms, over the distinct values of all rows, so that it compares with before.

    Parameters
    ----------
    ordered : Ordered
        All rows in order.
    shares : ndarray, shape (n,)
        Each row's share of its arm's weight, negative in one of the arms.
    used : ndarray of bool, shape (n,)
        Rows whose share is not 0; between two of them the gap stays as it is, so only these are walked through.
    """
    places = np.flatnonzero(used[ordered.rows])
    gaps = np.abs(np.cumsum(shares[ordered.rows[places]]))
    if ordered.last is not None:
        places = np.searchsorted(ordered.last, places)  # from places among rows to places among distinct values
    lengths = np.diff(np.append(places, ordered.distinct))
    return float(gaps @ lengths) / ordered.distinct, float(gaps[lengths > 0].max())
