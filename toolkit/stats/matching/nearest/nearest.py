"""Nearest-neighbour matching: pick the pool that suits the problem and let the focal rows choose from it."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.infeasible import hopeless_rows
from toolkit.stats.matching.nearest.free_neighbours import ForestPool
from toolkit.stats.matching.nearest.greedy import Pool, choose_closest_first, choose_in_order
from toolkit.stats.matching.nearest.greedy_without_replacement import choose_by_rounds, first_choices
from toolkit.stats.matching.nearest.line_windows import LineWindows
from toolkit.stats.matching.nearest.list_pool import ListPool
from toolkit.stats.matching.nearest.near_lists import Lister
from toolkit.stats.matching.nearest.proposals import choose_by_proposals
from toolkit.stats.matching.nearest.score_line import lay_out
from toolkit.stats.matching.nearest.space_windows import SpaceWindows
from toolkit.stats.matching.problem import Pairs, Problem

# The average number of candidates up to which comparing with all of them is faster than a tree:
IN_A_CALIPER = 150_000  # of which a tree knows nothing
WITH_MANY_AXES, WITH_FEW_AXES = 20_000, 3_000
WITH_SHARED_POINTS = 300  # which a tree holds once
FEW_AXES = 4
SOME = 5_000  # candidates to tell by


def match_nearest(problem: Problem) -> Pairs:
    """Match greedily and return the pairs in the order they were made."""
    is_plain = not (problem.limits.any or problem.closest_first)
    is_free_choice = is_plain and problem.capacity is None and int(problem.quota.max(initial=1)) == 1
    if problem.points is not None:
        if is_free_choice:
            from toolkit.stats.matching.nearest.with_replacement import nearest_points

            return _pairs(problem, *nearest_points(problem))
        return _in_space(problem)
    if problem.score is None:
        raise ValueError("a problem has either a score or points")
    line = lay_out(problem.score, problem.focal, problem.candidates, problem.stratum, problem.tie)
    if is_free_choice:
        place = first_choices(line, problem.caliper)
        found = np.flatnonzero(place >= 0)
        return _pairs(problem, found, line.rows[place[found]])
    if is_plain and problem.capacity == 1:
        return _pairs(problem, *choose_by_rounds(line, problem.caliper, problem.quota))
    if problem.limits.calipers or problem.limits.must_differ:
        return _by_lists(problem, LineWindows(line, problem.caliper, problem.limits, hopeless_rows(problem)))
    pool = ForestPool(line, problem.caliper, problem.capacity, problem.unit)
    return _solve(problem, pool, line.rows)


def _in_space(problem: Problem) -> Pairs:
    """Match in space: by comparing whole windows where these are small, by trees where they are not."""
    windows = SpaceWindows(problem)
    if windows.pairs <= len(problem.focal) * _widest(problem, windows.is_in_caliper):
        return _by_lists(problem, windows)
    from toolkit.stats.matching.nearest.kd_tree import TreePool

    return _solve(problem, TreePool(problem), np.arange(len(problem.stratum)))


def _widest(problem: Problem, is_in_caliper: bool) -> int:
    """Return the average number of candidates up to which they are compared one and all."""
    if _shares_points(problem):
        return WITH_SHARED_POINTS
    if is_in_caliper:
        return IN_A_CALIPER
    axes = 0 if problem.points is None else problem.points.shape[1]
    return WITH_FEW_AXES if axes <= FEW_AXES else WITH_MANY_AXES


def _shares_points(problem: Problem) -> bool:
    """Whether more than half the candidates are at the same point as another, going by some of them."""
    if problem.points is None:
        return False
    some = problem.points[problem.candidates[:: max(1, len(problem.candidates) // SOME)]]
    return len(np.unique(some, axis=0)) < len(some) / 2


def _by_lists(problem: Problem, lister: Lister) -> Pairs:
    if problem.capacity == 1 and problem.unit is None and not problem.closest_first:
        return _pairs(problem, *choose_by_proposals(lister, problem.quota))
    return _solve(problem, ListPool(problem, lister), lister.rows)


def _solve(problem: Problem, pool: Pool, rows: Integers) -> Pairs:
    order = np.arange(len(problem.focal))
    if problem.closest_first:
        focal, place = choose_closest_first(pool, order, problem.quota, problem.tie)
    else:
        focal, place = choose_in_order(pool, order, problem.quota)
    return _pairs(problem, focal, rows[place])


def _pairs(problem: Problem, focal: Integers, others: Integers) -> Pairs:
    """Return the pairs of focal rows (by number) and candidates (by row position)."""
    rows = problem.focal[focal]
    return Pairs(rows, others, pair_distance(problem, rows, others))


def pair_distance(problem: Problem, rows: Integers, others: Integers) -> Floats:
    """Return how far apart the rows of each pair are."""
    if problem.points is not None:
        gaps = problem.points[rows] - problem.points[others]
        return np.asarray(np.sqrt((gaps * gaps).sum(axis=1)), dtype=np.float64)
    if problem.score is None:
        return np.zeros(len(rows))
    return np.abs(problem.score[rows] - problem.score[others])
