"""Gaps between two arms' cumulative distributions, from the values of each arm in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.sorting import sorted_with_order
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown

BLOCK = 131_072


@dataclass(frozen=True, slots=True)
class Ordered(Shown):
    """A term's values in ascending order; NumPy sorts values alone several times as fast as it finds their order.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Of all rows.
    treated : ndarray
        Where in that order the treated rows' values begin, ascending.
    ends : ndarray, shape (d,), or None
        Where in that order each distinct value ends; None where every value is distinct.
    """

    values: Floats
    treated: Integers
    ends: Integers | None

    @staticmethod
    def of(values: Floats, inside: Floats) -> Ordered:
        """Order the values of all rows, those of the treated (`inside`) among them."""
        ordered = np.sort(values)
        changes = ordered[1:] != ordered[:-1]
        ends = None if changes.all() else np.append(np.flatnonzero(changes), len(values) - 1)
        return Ordered(ordered, np.searchsorted(ordered, np.sort(inside)), ends)

    @property
    def distinct(self) -> int:
        """How many distinct values there are."""
        return len(self.values) if self.ends is None else len(self.ends)


def gaps_of_all(ordered: Ordered) -> tuple[float, float]:
    """Return the mean (over distinct values) and the largest gap, every row counting the same.

    Notes
    -----
    Gaps are counted in whole units of 1 / (treated × controls): each row lowers the gap by the number of the treated,
    and a treated one raises it by the number of all rows besides.
    """
    count, inside = len(ordered.values), len(ordered.treated)
    total, largest, carried = 0.0, 0.0, 0.0
    for begin in range(0, count, BLOCK):  # in blocks, which fit the processor's cache
        end = min(begin + BLOCK, count)
        first, last = np.searchsorted(ordered.treated, [begin, end])
        gaps = np.bincount(ordered.treated[first:last] - begin, minlength=end - begin) * float(count)
        gaps -= inside
        gaps[0] += carried
        np.cumsum(gaps, out=gaps)
        carried = float(gaps[-1])
        if ordered.ends is not None:
            first, last = np.searchsorted(ordered.ends, [begin, end])
            gaps = gaps[ordered.ends[first:last] - begin]
        np.abs(gaps, out=gaps)
        total += float(gaps.sum())
        largest = max(largest, float(gaps.max(initial=0.0)))
    unit = float(inside) * (count - inside)
    return total / unit / ordered.distinct, largest / unit


def gaps_of_weighted(ordered: Ordered, values: Floats, shares: Floats) -> tuple[float, float]:
    """Return the same for weighted arms, over the distinct values of all rows, so that it compares with before.

    Parameters
    ----------
    ordered : Ordered
        All rows' values in order.
    values, shares : ndarray, shape (used,)
        The value of each row that is used, and its share of its arm's weight, negative in one of the arms. Between two
        rows that are used the gap stays as it is, so only these are walked through.
    """
    used, order = sorted_with_order(values)
    gaps = np.abs(np.cumsum(shares[order]))
    places = np.searchsorted(ordered.values, used)
    if ordered.ends is not None:
        places = np.searchsorted(ordered.ends, places)  # from places among rows to places among distinct values
    lengths = np.diff(np.append(places, ordered.distinct))
    return float((gaps * lengths).sum()) / ordered.distinct, float(gaps[lengths > 0].max())
