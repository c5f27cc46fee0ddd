"""Gaps between two arms' cumulative distributions, from one ordering of the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.sorting import sorted_with_order
from toolkit.stats.arrays.types import AnyArray, Floats, Integers

BLOCK = 131_072
TREATED, USED = 1, 2  # flags of a row


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rows in the order of a term.

    Attributes
    ----------
    rows : ndarray, shape (n,)
        Row positions in ascending order of the values.
    flags : ndarray of uint8, shape (n,)
        Their flags, in that order.
    ends : ndarray, shape (d,), or None
        Where in that order each distinct value ends; None where every value is distinct.
    """

    rows: Integers
    flags: AnyArray
    ends: Integers | None

    @staticmethod
    def of(values: Floats, flags: AnyArray) -> Ordered:
        """Order the rows, whose flags say who is treated and who is used."""
        ordered, rows = sorted_with_order(values)
        changes = ordered[1:] != ordered[:-1]
        ends = None if changes.all() else np.append(np.flatnonzero(changes), len(rows) - 1)
        return Ordered(rows, flags[rows], ends)

    @property
    def distinct(self) -> int:
        """How many distinct values there are."""
        return len(self.rows) if self.ends is None else len(self.ends)


def gaps_of_all(ordered: Ordered) -> tuple[float, float]:
    """Return the mean (over distinct values) and the largest gap, every row counting the same."""
    treated = np.cumsum(ordered.flags & TREATED, dtype=np.int32)
    inside = int(treated[-1])
    outside = len(treated) - inside
    total, largest = 0.0, 0.0
    for begin in range(0, ordered.distinct, BLOCK):  # in blocks, for the many intermediate numbers
        end = min(begin + BLOCK, ordered.distinct)
        ends = np.arange(begin, end) if ordered.ends is None else ordered.ends[begin:end]
        so_far = treated[ends] if ordered.ends is not None else treated[begin:end]
        gaps = np.abs(so_far / inside - (ends + 1 - so_far) / outside)
        total += float(gaps.sum())
        largest = max(largest, float(gaps.max()))
    return total / ordered.distinct, largest


def gaps_of_weighted(ordered: Ordered, shares: Floats) -> tuple[float, float]:
    """Return the same for weighted arms, over the distinct values of all rows, so that it compares with before.

    Parameters
    ----------
    ordered : Ordered
        All rows in order.
    shares : ndarray, shape (n,)
        Each row's share of its arm's weight, negative in one of the arms. Between two rows that are used the gap stays
        as it is, so only these are walked through.
    """
    places = np.flatnonzero(ordered.flags >= USED)
    gaps = np.abs(np.cumsum(shares[ordered.rows[places]]))
    if ordered.ends is not None:
        places = np.searchsorted(ordered.ends, places)  # from places among rows to places among distinct values
    lengths = np.diff(np.append(places, ordered.distinct))
    return float((gaps * lengths).sum()) / ordered.distinct, float(gaps[lengths > 0].max())
