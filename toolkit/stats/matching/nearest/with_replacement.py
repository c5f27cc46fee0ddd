"""Each focal row's nearest candidate in space where candidates may be used any number of times: no row waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from toolkit.stats.arrays.distinct import DistinctPoints, distinct_points
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.problem import Problem

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

FIRST_LIST = 3


def nearest_points(problem: Problem) -> tuple[Integers, Integers]:
    """Return the focal rows (by number) that have a candidate within the caliper, and its row.

    Of candidates equally near the lowest row is taken.
    """
    from scipy.spatial import cKDTree

    if problem.points is None:
        raise ValueError("a problem in space needs points")
    groups = distinct_points(problem.points, problem.stratum, problem.candidates)
    mine = problem.stratum[problem.focal]
    chosen = np.full(len(problem.focal), -1, dtype=np.intp)
    for stratum in np.unique(mine).tolist():
        low, high = groups.of_stratum(stratum)
        focals = np.flatnonzero(mine == stratum)
        if low == high:
            continue
        tree = cKDTree(problem.points[groups.rows[groups.begins[low:high]]], balanced_tree=False)
        chosen[focals] = _ask(tree, groups, low, problem.points[problem.focal[focals]], problem.caliper, problem.tie)
    found = np.flatnonzero(chosen >= 0)
    return found, chosen[found]


def _ask(
    tree: cKDTree, groups: DistinctPoints, first_group: int, places: Floats, caliper: float, tie: float
) -> Integers:
    """Return the row nearest to each place, -1 where it is beyond the caliper.

    The list of near points is lengthened for those whose nearest are all equally far, as more may follow.
    """
    chosen = np.full(len(places), -1, dtype=np.intp)
    asking, length = np.arange(len(places)), FIRST_LIST
    while len(asking):
        length = min(length, tree.n)
        gaps, near = tree.query(places[asking], k=np.arange(1, length + 1), workers=-1 if len(asking) > 1000 else 1)
        reach = gaps[:, :1] + tie
        is_settled = (reach[:, 0] < gaps[:, -1]) | (length == tree.n)
        rows = groups.rows[groups.begins[first_group + near]]
        rows = np.where(gaps <= reach, rows, np.iinfo(np.intp).max)
        best = rows.argmin(axis=1)[:, None]
        is_near = gaps[:, 0] <= caliper
        good = is_settled & is_near
        chosen[asking[good]] = np.take_along_axis(rows, best, axis=1)[good, 0]
        asking, length = asking[~is_settled], 4 * length
    return chosen
