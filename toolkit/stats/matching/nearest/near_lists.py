"""Short lists of each focal row's nearest candidates, taken from a table of distances many rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown

LENGTH = 8  # candidates on a list
BLOCKS = 64  # a long row is looked through in so many parts
FARTHEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True)
class Near(Shown):
    """The nearest candidates of the focal rows asked for.

    Attributes
    ----------
    places : ndarray, shape (asked, LENGTH)
        Their places in the lister's order, the nearest first (of equally near ones the lowest row); -1 after the last.
    is_all : ndarray of bool, shape (asked,)
        Whether there are no others.
    """

    places: Integers
    is_all: Booleans


class Bar(Protocol):
    """Says which candidates a focal row can no longer have."""

    def __call__(self, focals: Integers, places: Integers | slice, /) -> Booleans | None:
        """Return for focal numbers (f,) and places (a slice, or (f, w)) what they cannot have (f, w); None: nothing."""


class Lister(Protocol):
    """What lists the nearest candidates of focal rows.

    Attributes
    ----------
    rows : ndarray, shape (m,)
        Row positions of the candidates, in the lister's order.
    """

    rows: Integers

    def ask(self, focals: Integers, bar: Bar) -> Near:
        """Return the nearest candidates of some focal rows, by number, of those not barred."""

    def nearest(self, focal: int, bar: Bar) -> int:
        """Return the place of the nearest candidate of one focal row that is not barred, or -1."""

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart a focal row and a candidate are."""


def least_of_blocks(distance: Floats) -> Floats:
    """Return a distance up to which each row has at least LENGTH entries, infinity where it may have fewer.

    Parameters
    ----------
    distance : ndarray, shape (f, w)
        Infinity for what cannot be had.

    Notes
    -----
    In a long row that is the least of a block of columns: cheaper than to order the row, and not much farther.
    """
    width = distance.shape[1]
    step = max(1, width // BLOCKS)
    least = distance if step == 1 else np.minimum.reduceat(distance, np.arange(0, width, step), axis=1)
    if least.shape[1] > LENGTH:
        return np.asarray(np.partition(least, LENGTH - 1, axis=1)[:, LENGTH - 1], dtype=np.float64)
    return np.full(len(distance), np.inf)


def entries_up_to(distance: Floats, reach: Floats) -> tuple[Integers, Integers]:
    """Return the row and column of every entry up to its row's reach, those that cannot be had (infinity) left out."""
    found = np.flatnonzero(distance <= np.minimum(reach, FARTHEST)[:, None])
    row = found // distance.shape[1]
    return row, found - row * distance.shape[1]


def listed(asked: int, row: Integers, place: Integers, rows: Integers, gap: Floats, reach: Floats, tie: float) -> Near:
    """Return the lists of candidates found, nearest first.

    Parameters
    ----------
    asked : int
        How many focal rows were asked for.
    row, place, gap : ndarray, shape (found,)
        Which of them, the place of a candidate, and how far apart they are.
    rows : ndarray, shape (m,)
        Candidates' row positions by place: of equally near ones the lowest comes first.
    reach : ndarray, shape (asked,)
        Up to which distance candidates were looked for; infinity for all.
    tie : float
        Distances that differ by no more are equal.
    """
    known = gap + tie < reach[row]  # one farther might be tied with what was not looked at
    row, place, gap = row[known], place[known], gap[known]
    order = np.lexsort((gap, row))
    row, place, gap = row[order], place[order], gap[order]
    begins = np.ones(len(row), dtype=bool)
    begins[1:] = row[1:] != row[:-1]
    level = begins.copy()
    level[1:] |= gap[1:] - gap[:-1] > tie
    place = place[np.lexsort((rows[place], np.cumsum(level)))]
    counts = np.bincount(row, minlength=asked)
    rank = np.arange(len(row)) - np.repeat(np.flatnonzero(begins), counts[counts > 0])
    on_list = rank < LENGTH
    places = np.full((asked, LENGTH), -1, dtype=np.intp)
    places[row[on_list], rank[on_list]] = place[on_list]
    return Near(places, np.isinf(reach) & (counts <= LENGTH))
