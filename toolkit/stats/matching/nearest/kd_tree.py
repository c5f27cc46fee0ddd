"""Nearest free candidate in a space of several dimensions, by k-d trees over distinct points within exact strata.

Never a matrix of distances: each focal row holds a short list of near points, lengthened only when all on it are
used or not allowed. Rows at the same point share one entry, so covariates with few values cost no more than others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.stats.arrays.distinct import DistinctPoints, distinct_points
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.infeasible import hopeless_rows
from toolkit.stats.matching.problem import Problem
from toolkit.stats.matching.reuse import Usage

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

LONGEST_FIRST_LIST = 9
FIRST_LISTS_TOTAL = 4_000_000

Near = tuple[list[int], list[float], float]  # groups, their distances, and the distance from which more may follow


class TreePool:
    """Candidates in space; the places handed out are row positions.

    Parameters
    ----------
    problem : Problem
        With `points`.
    """

    def __init__(self, problem: Problem) -> None:
        if problem.points is None:
            raise ValueError("a tree needs points")
        self._problem = problem
        self._points = problem.points
        self._usage = Usage(len(problem.stratum), problem.capacity, problem.unit)
        self._groups: DistinctPoints = distinct_points(problem.points, problem.stratum, problem.candidates)
        is_one_each = problem.capacity == 1 or int(problem.quota.max(initial=1)) == 1
        self._is_plain = is_one_each and not problem.limits.any
        self._head = self._groups.begins[:-1].tolist()
        self._ends = self._groups.begins[1:].tolist()
        self._trees: dict[int, tuple[cKDTree, Integers]] = {}
        self._dead: dict[int, int] = {}
        self._hopeless = hopeless_rows(problem)
        self._near: dict[int, Near] = {}
        self._first_lists()

    def nearest(self, focal: int) -> int:
        """Return the row of the nearest candidate the focal row may still have, or -1."""
        row = int(self._problem.focal[focal])
        if self._hopeless[focal] or not self._usage.may_seek(row):
            return -1
        while True:
            groups, gaps, edge = self._near[focal]
            found, gap = self._first_on_list(row, groups, gaps, edge)
            if found >= 0:
                return found if gap <= self._problem.caliper else -1
            if edge > self._problem.caliper or edge == np.inf:
                return -1
            self._lengthen(focal, len(groups))

    def _first_on_list(self, row: int, groups: list[int], gaps: list[float], edge: float) -> tuple[int, float]:
        """Return the nearest good row closer than the edge, the lowest of equally near ones, and its distance."""
        best, best_gap, tie = -1, np.inf, self._problem.tie
        for group, gap in zip(groups, gaps, strict=True):
            if gap > best_gap + tie:
                return best, best_gap
            found = self._first_in_group(row, group)
            if found >= 0:
                best_gap = min(gap, best_gap)
                best = found if best < 0 else min(best, found)
        return (-1, np.inf) if best_gap + tie >= edge else (best, best_gap)

    def _first_in_group(self, row: int, group: int) -> int:
        head, end = self._head[group], self._ends[group]
        rows, free = self._groups.rows, self._usage.is_free
        while head < end and not free[rows[head]]:
            head += 1
        if head != self._head[group]:
            self._head[group] = head
            if head == end:
                stratum = int(self._problem.stratum[row])
                self._dead[stratum] = self._dead.get(stratum, 0) + 1
        if head == end:
            return -1
        if self._is_plain:
            return int(rows[head])
        some = rows[head:end]
        good = free[some] & self._problem.limits.allows(row, some) & self._usage.is_new(row, some)
        first = int(good.argmax())
        return int(some[first]) if good[first] else -1

    def distance(self, focal: int, place: int) -> float:
        """Return how far apart a focal row and a candidate are."""
        gap = self._points[self._problem.focal[focal]] - self._points[place]
        return float(np.sqrt((gap * gap).sum()))

    def take(self, focal: int, place: int) -> None:
        """Count a use of the candidate in row `place` by the focal row's set."""
        self._usage.take(int(self._problem.focal[focal]), place)

    def _tree(self, stratum: int) -> tuple[cKDTree, Integers]:
        """Return the stratum's tree and its groups; made again without used groups once half of them are."""
        from scipy.spatial import cKDTree

        made = self._trees.get(stratum)
        if made is not None and 2 * self._dead.get(stratum, 0) <= len(made[1]):
            return made
        low, high = self._groups.of_stratum(stratum)
        groups = np.arange(low, high)
        if made is not None:
            groups = groups[np.array([self._head[group] < self._ends[group] for group in groups.tolist()], dtype=bool)]
            self._dead[stratum] = 0
        tree = cKDTree(self._points[self._groups.rows[self._groups.begins[groups]]], balanced_tree=False)
        self._trees[stratum] = tree, groups
        return tree, groups

    def _first_lists(self) -> None:
        focal_strata = self._problem.stratum[self._problem.focal]
        order = np.argsort(focal_strata, kind="stable")
        codes, begins = np.unique(focal_strata[order], return_index=True)
        length = int(np.clip(FIRST_LISTS_TOTAL // max(len(order), 1), 4, LONGEST_FIRST_LIST))
        if self._problem.capacity is None and not self._problem.limits.any:
            length = int(self._problem.quota.max(initial=1)) + 2
        for stratum, focals in zip(codes.tolist(), np.split(order, begins[1:]), strict=True):
            self._ask(stratum, focals, length)

    def _lengthen(self, focal: int, length: int) -> None:
        stratum = int(self._problem.stratum[self._problem.focal[focal]])
        self._ask(stratum, np.array([focal]), max(4 * length, LONGEST_FIRST_LIST))

    def _ask(self, stratum: int, focals: Integers, length: int) -> None:
        """List the nearest groups of focal rows of one stratum."""
        low, high = self._groups.of_stratum(stratum)
        if low == high:
            self._near.update({focal: ([], [], np.inf) for focal in focals.tolist()})
            return
        tree, groups = self._tree(stratum)
        if not len(groups):
            self._near.update({focal: ([], [], np.inf) for focal in focals.tolist()})
            return
        length = min(length, len(groups))
        wanted = np.arange(1, length + 1)
        rows = self._problem.focal[focals]
        gaps, places = tree.query(self._points[rows], k=wanted, workers=-1 if len(focals) > 1000 else 1)
        lists, distances = groups[places].tolist(), gaps.tolist()
        complete = length == len(groups)
        for focal, near, far in zip(focals.tolist(), lists, distances, strict=True):
            self._near[focal] = (near, far, np.inf if complete else far[-1])


def gap_to_nearest_point(points: Floats, focal: Integers, candidates: Integers, stratum: Integers) -> Floats:
    """Return each focal row's distance to the nearest candidate of its stratum, infinity where there is none."""
    from scipy.spatial import cKDTree

    gaps = np.full(len(focal), np.inf)
    for code in np.unique(stratum[focal]).tolist():
        inside, outside = np.flatnonzero(stratum[focal] == code), candidates[stratum[candidates] == code]
        if len(outside):
            tree = cKDTree(points[outside], balanced_tree=False)
            gaps[inside] = tree.query(points[focal[inside]], workers=-1)[0]
    return gaps
