"""Greedy matching on a line without going through it row by row.

Every focal row's nearest candidate is looked up at once. Where several want the same one, the first to choose has it;
only the others, and whoever they then displace, choose again one by one, in their order. A row that chooses again
passes over candidates held by rows that chose before it, and displaces one that chose after it. That ends where letting
each row choose in turn ends (it is deferred acceptance, all candidates preferring whoever chooses first: Gale and
Shapley, 1962), and most rows are never looked at singly.
"""

from __future__ import annotations

from dataclasses import replace
from heapq import heappop, heappush
from typing import Any

import numpy as np

from toolkit.stats.arrays.types import Booleans, Integers
from toolkit.stats.matching.nearest.free_neighbours import view
from toolkit.stats.matching.nearest.score_line import Line, nearest_place


def choose_by_rounds(line: Line, caliper: float, quota: Integers) -> tuple[Integers, Integers]:
    """Let each focal row in turn take its nearest free candidate, in as many rounds as the largest quota.

    Parameters
    ----------
    line : Line
        The candidates, each to be used once, and the focal rows in the order they choose.
    caliper : float
        The largest distance allowed (infinity for none).
    quota : ndarray, shape (f,)
        How many candidates each focal row may have.

    Returns
    -------
    focal, row : ndarray
        Focal numbers and row positions of their matches, round by round.
    """
    focals, rows = [], []
    choosing = np.arange(len(line.focal))
    for number in range(1, int(quota.max(initial=0)) + 1):
        wants = quota[choosing] >= number
        if number > 1:
            line = _only(line, wants)
        choosing = choosing[wants]
        place = _choose_once(line, caliper)
        found = place >= 0  # who found none will not find one later: nothing is given back
        focals.append(choosing[found])
        rows.append(line.rows[place[found]])
        if number < int(quota.max()):
            line, choosing = _rest(line, place), choosing[found]
    nothing = np.zeros(0, dtype=np.intp)
    return np.concatenate([nothing, *focals]), np.concatenate([nothing, *rows])


def first_choices(line: Line, caliper: float) -> Integers:
    """Return the place of each focal row's nearest candidate, -1 where there is none within the caliper."""
    place = nearest_place(line)
    if not len(line.rows):
        return place
    gap = np.abs(line.score[np.maximum(place, 0)] - line.focal_score)
    return np.where(gap <= caliper, place, -1)


def _choose_once(line: Line, caliper: float) -> Integers:
    """Return the place of the candidate each focal row gets, or -1."""
    wanted = first_choices(line, caliper)
    nobody = len(line.focal)
    holder = np.full(len(line.rows) + 1, nobody, dtype=np.intp)  # one more, past the end, for the walk to stop at
    seeking = np.flatnonzero(wanted >= 0)
    holder[wanted[seeking][::-1]] = seeking[::-1]  # written last: the first to choose
    beaten = seeking[holder[wanted[seeking]] != seeking]
    if len(beaten):
        _choose_again(line, caliper, holder, beaten, nobody)
    place = np.full(nobody, -1, dtype=np.intp)
    held = np.flatnonzero(holder < nobody)
    place[holder[held]] = held
    return place


def _choose_again(line: Line, caliper: float, holder: Integers, beaten: Integers, nobody: int) -> None:
    """Let the beaten choose again in their order, and whoever they displace after them; writes to `holder`."""
    walk = _Walk(line, caliper, view(holder))
    held = walk.holder
    queue: list[int] = beaten.tolist()  # ascending, so a heap
    while queue:
        focal = heappop(queue)
        place = walk.nearest(focal)
        if place < 0:
            continue
        displaced = held[place]
        held[place] = focal
        if displaced < nobody:
            heappush(queue, displaced)


class _Walk:
    """Steps outward from a focal row's place over candidates held by rows that chose before it.

    Such candidates stay out of reach of all who choose later, so a run of them is joined (two disjoint-set forests,
    one a direction, as in `ForestPool`) and stepped over at once the next time.
    """

    def __init__(self, line: Line, caliper: float, holder: memoryview[Any]) -> None:
        self.holder = holder
        self._caliper, self._tie = caliper, line.tie
        self._rows, self._score, self._mirror = view(line.rows), view(line.score), view(line.mirror)
        self._focal_score, self._place = view(line.focal_score), view(line.place)
        self._low, self._high = view(line.low), view(line.high)
        self._up: dict[int, int] = {}
        self._down: dict[int, int] = {}

    def nearest(self, focal: int) -> int:
        """Return the place of the nearest candidate not held by a row that chose before this one, or -1."""
        score, low, high = self._score, self._low[focal], self._high[focal]
        mine, place = self._focal_score[focal], self._place[focal]
        right, left = self._right(place, focal), self._left(place - 1, focal)
        infinity = float("inf")
        left_place = self._mirror[left] if left >= low else -1
        to_left = mine - score[left_place] if left >= low else infinity
        to_right = score[right] - mine if right < high else infinity
        nearer = min(to_left, to_right)
        if nearer == infinity or nearer > self._caliper:
            return -1
        is_level = to_left <= to_right + self._tie
        if to_left + self._tie < to_right or (is_level and self._rows[left_place] < self._rows[right]):
            return int(left_place)
        return right

    def _right(self, place: int, focal: int) -> int:
        up, holder, root = self._up, self.holder, place
        while True:
            if root in up:
                root = up[root]
            elif holder[root] < focal:
                up[root] = root = root + 1
            else:
                break
        while place != root:
            up[place], place = root, up[place]
        return root

    def _left(self, place: int, focal: int) -> int:
        """Return the same to the left, among mirrored places."""
        down, holder, mirror, root = self._down, self.holder, self._mirror, place
        while True:
            if root in down:
                root = down[root]
            elif root >= 0 and holder[mirror[root]] < focal:
                down[root] = root = root - 1
            else:
                break
        while place != root:
            down[place], place = root, down[place]
        return root


def _only(line: Line, wants: Booleans) -> Line:
    """Return the line with some of the focal rows."""
    return replace(
        line,
        focal=line.focal[wants],
        focal_score=line.focal_score[wants],
        place=line.place[wants],
        low=line.low[wants],
        high=line.high[wants],
    )


def _rest(line: Line, taken: Integers) -> Line:
    """Return the line without the candidates taken, and without the focal rows that took none (-1)."""
    found = taken >= 0
    kept = np.ones(len(line.rows), dtype=bool)
    kept[taken[found]] = False
    before = np.concatenate([[0], np.cumsum(kept)])  # how many are kept of those before each place
    mirror = line.mirror[kept[line.mirror]]
    shorter = replace(
        line,
        rows=line.rows[kept],
        score=line.score[kept],
        mirror=before[mirror],
        place=before[line.place],
        low=before[line.low],
        high=before[line.high],
    )
    return _only(shorter, found)
