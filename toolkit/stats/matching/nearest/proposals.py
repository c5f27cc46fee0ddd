"""Greedy matching by proposals: every focal row goes down its own list of near candidates, all of them at once.

Each candidate is held by the earliest focal row that has asked for it; whoever loses goes on to the next on the list,
or has a new one made of what can still be had. That ends where letting each row choose in turn ends (it is deferred
acceptance, all candidates preferring whoever chooses first: Gale and Shapley, 1962).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

import numpy as np

from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.nearest.near_lists import LENGTH, Lister

FEW = 100  # so few go faster one by one


def choose_by_proposals(lister: Lister, quota: Integers) -> tuple[Integers, Integers]:
    """Let each focal row in turn take its nearest free candidate, in as many rounds as the largest quota.

    Parameters
    ----------
    lister : Lister
        The candidates, each to be used once; focal numbers are in the order they choose.
    quota : ndarray, shape (f,)
        How many candidates each focal row may have.

    Returns
    -------
    focal, row : ndarray
        Focal numbers and row positions of their matches, round by round.
    """
    lists = _Lists(lister, len(quota))
    focals, rows = [np.zeros(0, dtype=np.intp)], [np.zeros(0, dtype=np.intp)]
    choosing = np.arange(len(quota))
    for number in range(1, int(quota.max(initial=0)) + 1):
        choosing = choosing[quota[choosing] >= number]
        lists.settle(choosing)
        held = np.flatnonzero((lists.holder >= 0) & (lists.holder < len(quota)))
        found = lists.holder[held]
        order = np.argsort(found)
        lists.holder[held] = -1  # nobody can have these in later rounds
        choosing = found[order]  # who found none will not find one later: nothing is given back
        focals.append(choosing)
        rows.append(lister.rows[held[order]])
    return np.concatenate(focals), np.concatenate(rows)


class _Lists:
    """Every focal row's list, how far it has gone down it, and who holds which candidate.

    Attributes
    ----------
    holder : ndarray, shape (m,)
        The focal number that holds each candidate; -1 where it was taken in an earlier round, the number of focal
        rows where nobody has it.
    """

    def __init__(self, lister: Lister, focals: int) -> None:
        self._lister, self._nobody = lister, focals
        self.holder: Integers = np.full(len(lister.rows), focals, dtype=np.intp)
        self._winner: Integers = np.empty(len(lister.rows), dtype=np.intp)
        self._places: Integers = np.full((focals, LENGTH), -1, dtype=np.intp)
        self._next: Integers = np.zeros(focals, dtype=np.intp)
        self._is_all: Booleans = np.zeros(focals, dtype=bool)
        self._is_fresh = True

    def settle(self, waiting: Integers) -> None:
        """Let the focal rows waiting (ascending) ask until each holds a candidate or can have none."""
        if self._is_fresh:
            self._ask(waiting)
        start, taken, spent = self._next.copy(), self.holder < 0, waiting
        while len(spent):
            before, spent = len(spent), self._go_down(spent)
            spent = spent[~self._is_all[spent]]
            if len(spent) > len(waiting) / 4:  # so many want the same that choosing in turn is shorter
                self._next[:], self.holder[:] = start, np.where(taken, -1, self._nobody)
                self._in_turn(waiting)
                return
            if len(spent) < FEW or len(spent) > before / 2:
                self._one_by_one(spent)
                return
            self._ask(spent)
            start[spent] = 0

    def _ask(self, focals: Integers) -> None:
        near = self._lister.ask(focals, self._is_barred)
        self._is_fresh = False
        self._places[focals], self._is_all[focals], self._next[focals] = near.places, near.is_all, 0

    def _is_barred(self, focals: Integers, places: Integers | slice) -> Booleans | None:
        if self._is_fresh:
            return None
        return np.asarray(self.holder[places] < focals[:, None], dtype=bool)

    def _go_down(self, waiting: Integers) -> Integers:
        """Let rows ask for what is on their lists until nobody has more to ask for; return those who hold nothing."""
        spent = [np.zeros(0, dtype=np.intp)]
        while len(waiting):
            step = self._next[waiting]
            wanted = np.where(step < LENGTH, self._places[waiting, np.minimum(step, LENGTH - 1)], -1)
            spent.append(waiting[wanted < 0])
            waiting, wanted = waiting[wanted >= 0], wanted[wanted >= 0]
            self._next[waiting] += 1
            self._winner[wanted[::-1]] = waiting[::-1]  # written last: the first to choose
            held = self.holder[wanted]
            has_won = (self._winner[wanted] == waiting) & (waiting < held)
            self.holder[wanted[has_won]] = waiting[has_won]
            displaced = held[has_won & (held < self._nobody)]
            waiting = np.sort(np.concatenate([waiting[~has_won], displaced]))
        return np.sort(np.concatenate(spent))

    def _in_turn(self, focals: Integers) -> None:
        """Let each row in turn have its nearest, when nobody in the same round has any yet."""
        for focal in focals.tolist():
            if (place := self._nearest(focal)) >= 0:
                self.holder[place] = focal

    def _one_by_one(self, focals: Integers) -> None:
        """Let rows, and whoever they displace, ask in their order."""
        queue: list[int] = focals.tolist()
        heapify(queue)
        while queue:
            focal = heappop(queue)
            place = self._nearest(focal)
            if place < 0:
                continue
            displaced = int(self.holder[place])
            self.holder[place] = focal
            if displaced < self._nobody:
                heappush(queue, displaced)

    def _nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate not held by a row that chose before this one, or -1."""
        while self._next[focal] < LENGTH and (place := int(self._places[focal, self._next[focal]])) >= 0:
            self._next[focal] += 1
            if self.holder[place] > focal:
                return place
        return -1 if self._is_all[focal] else self._lister.nearest(focal, self._is_barred)
