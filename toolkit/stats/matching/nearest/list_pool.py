"""Nearest free candidate from a short list of near ones, made longer when all on it are used or not allowed."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.nearest.near_lists import Lister
from toolkit.stats.matching.problem import Problem
from toolkit.stats.matching.reuse import Usage


class ListPool:
    """Candidates that may be used more than once, or belong to units, chosen by one focal row after another.

    Parameters
    ----------
    problem : Problem
        Whose limits the lister keeps.
    lister : Lister
        What lists the nearest candidates.
    """

    def __init__(self, problem: Problem, lister: Lister) -> None:
        self._lister, self._focal, self._rows = lister, problem.focal, lister.rows
        self._usage = Usage(len(problem.stratum), problem.capacity, problem.unit)
        near = lister.ask(np.arange(len(problem.focal)), self._is_barred)
        self._lists: list[list[int]] = [[place for place in some if place >= 0] for some in near.places.tolist()]
        self._is_all: list[bool] = near.is_all.tolist()

    def nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate the focal row may still have, or -1."""
        row = int(self._focal[focal])
        if not self._usage.may_seek(row):
            return -1
        places = self._lists[focal]
        for number, place in enumerate(places):
            if self._usage.may_have(row, int(self._rows[place])):
                if number:
                    del places[:number]  # what cannot be had now cannot be had later
                return place
        if self._is_all[focal]:
            return -1
        found = self._lister.nearest(focal, self._is_barred)
        self._lists[focal] = [found] if found >= 0 else []
        self._is_all[focal] = found < 0
        return found

    def _is_barred(self, focals: Integers, places: Integers | slice) -> Booleans | None:
        """Return what a focal row cannot have: what is used up, or is in its set (of one row asked for by itself)."""
        rows = self._rows[places]
        if len(focals) > 1:
            return None  # nobody has any yet
        some = rows.reshape(-1)
        row = int(self._focal[focals[0]])
        barred = ~(self._usage.is_free[some] & self._usage.is_new(row, some))
        return barred.reshape(1, -1)

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart a focal row and a candidate are."""
        return self._lister.distance(focal, place)

    def take(self, focal: int, place: int) -> None:
        """Count a use of the candidate at `place` by the focal row's set."""
        self._usage.take(int(self._focal[focal]), int(self._rows[place]))
