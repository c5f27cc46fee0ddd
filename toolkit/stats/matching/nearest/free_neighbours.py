"""Nearest free candidate on a line, by two disjoint-set forests: one finds the next free to the right, one to the left.

A taken candidate is joined to its neighbour, so a run of taken ones is stepped over at once; n matches take about
n steps whatever the order (Tarjan, 1975). Only taken candidates are kept, so memory grows with the matches.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.stats.arrays.types import AnyArray, Integers
from toolkit.stats.matching.nearest.score_line import Line, nearest_place


class ForestPool:
    """Candidates on a line, each to be used at most so often.

    Parameters
    ----------
    line : Line
        The candidates and the focal rows' places.
    caliper : float
        The largest distance allowed (infinity for none).
    capacity : int or None
        How often a candidate (or, with units, a unit) may be used; None for no limit.
    unit : ndarray, shape (n,), optional
        Codes of the units rows belong to; a unit is used at most `capacity` times (seeking a match, once a set, is a
        use), at most once in a set, and never matched to itself.
    """

    def __init__(self, line: Line, caliper: float, capacity: int | None, unit: Integers | None = None) -> None:
        self._caliper, self._tie = caliper, line.tie
        self._capacity = capacity
        self._score = view(line.score)
        self._rows = view(line.rows)
        self._mirror = view(line.mirror)
        self._focal_score = view(line.focal_score)
        self._place = view(line.place)
        self._low = view(line.low)
        self._high = view(line.high)
        self._nearest = view(nearest_place(line))
        self._up: dict[int, int] = {}
        self._down: dict[int, int] = {}
        self._used: dict[int, int] = {}
        self._sets: dict[int, list[int]] = {}
        self._owner: memoryview[Any] | None = None
        self._focal_owner: memoryview[Any] | None = None
        if unit is not None:
            owner = np.ascontiguousarray(unit[line.rows])
            self._owner, self._focal_owner = view(owner), view(unit[line.focal])
            self._is_spent = bytearray(int(unit.max(initial=0)) + 1)
        self._may_repeat = unit is not None or capacity is None or capacity > 1

    def nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate the focal row may still have, or -1."""
        first: int = self._nearest[focal]
        if first < 0 or not self._may_seek(focal):
            return -1
        if first not in self._up and (not self._may_repeat or (self._is_left(first) and self._is_new(focal, first))):
            return first if abs(self._score[first] - self._focal_score[focal]) <= self._caliper else -1
        return self._walk(focal)

    def _walk(self, focal: int) -> int:
        """Step outward from the focal row's place, the nearer side first, ties to the lower row."""
        score, mirror, caliper, tie = self._score, self._mirror, self._caliper, self._tie
        mine, low, high = self._focal_score[focal], self._low[focal], self._high[focal]
        right = _root(self._up, self._place[focal])
        left = _root(self._down, self._place[focal] - 1)
        infinity = float("inf")
        while True:
            to_right = score[right] - mine if right < high else infinity
            left_place = mirror[left] if left >= low else -1
            to_left = mine - score[left_place] if left_place >= 0 else infinity
            nearer = min(to_left, to_right)
            if nearer == infinity or nearer > caliper:
                return -1
            is_level = to_left <= to_right + tie
            if to_left + tie < to_right or (is_level and self._rows[left_place] < self._rows[right]):
                chosen = left_place
                left = _root(self._down, left - 1)
            else:
                chosen = right
                right = _root(self._up, right + 1)
            if not self._may_repeat or (self._is_left(chosen) and self._is_new(focal, chosen)):
                return chosen

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart on the score a focal row and a candidate are."""
        return float(abs(self._score[place] - self._focal_score[focal]))

    def take(self, focal: int, place: int) -> None:
        """Count a use of the candidate at `place` by the focal row's set."""
        if not self._may_repeat:
            self._remove(place)
            return
        who = place if self._owner is None else self._owner[place]
        if focal not in self._sets:
            self._sets[focal] = []
            if self._focal_owner is not None:
                self._use(self._focal_owner[focal])
        self._sets[focal].append(who)
        self._use(who)

    def _may_seek(self, focal: int) -> bool:
        """Whether the focal row has a set already, or its unit may still be used."""
        if self._focal_owner is None or self._capacity is None or focal in self._sets:
            return True
        return self._used.get(self._focal_owner[focal], 0) < self._capacity

    def _use(self, who: int) -> None:
        """Count a use of a unit (or a place, where there are none), and take it out when it was the last.

        The rows of a unit that is used up are taken out when they are next come upon, and most never are.
        """
        if self._capacity is None:
            return
        used = self._used.get(who, 0) + 1
        self._used[who] = used
        if used < self._capacity:
            return
        if self._owner is None:
            self._remove(who)
        else:
            self._is_spent[who] = 1

    def _is_left(self, place: int) -> bool:
        """Whether the candidate's unit may still be used; takes the candidate out if not."""
        if self._owner is None or not self._is_spent[self._owner[place]]:
            return True
        self._remove(place)
        return False

    def _remove(self, place: int) -> None:
        self._up[place] = place + 1
        mirrored = self._mirror[place]
        self._down[mirrored] = mirrored - 1

    def _is_new(self, focal: int, place: int) -> bool:
        """Whether the candidate (or its unit) is neither in the focal row's set nor the focal row's own unit."""
        if self._owner is None or self._focal_owner is None:
            return place not in self._sets.get(focal, ())
        who = self._owner[place]
        return bool(who != self._focal_owner[focal]) and who not in self._sets.get(focal, ())


def view(array: AnyArray) -> memoryview[Any]:
    """Return the array for reading one number at a time, which is faster so than through NumPy."""
    return memoryview(np.ascontiguousarray(array))  # type: ignore[arg-type]


def _root(parent: dict[int, int], place: int) -> int:
    """Return the end of the chain from `place` and shorten the chain."""
    root = place
    while root in parent:
        root = parent[root]
    while place != root:
        parent[place], place = root, parent[place]
    return root
