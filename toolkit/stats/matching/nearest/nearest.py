"""Nearest-neighbour matching: pick the pool that suits the problem and let the focal rows choose from it."""

from __future__ import annotations

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.infeasible import hopeless_rows
from toolkit.stats.matching.nearest.caliper_window import WindowPool
from toolkit.stats.matching.nearest.free_neighbours import ForestPool
from toolkit.stats.matching.nearest.greedy import Pool, choose_closest_first, choose_in_order
from toolkit.stats.matching.nearest.greedy_without_replacement import choose_by_rounds, first_choices
from toolkit.stats.matching.nearest.score_line import lay_out
from toolkit.stats.matching.problem import Pairs, Problem
from toolkit.stats.matching.reuse import Usage


def match_nearest(problem: Problem) -> Pairs:
    """Match greedily and return the pairs in the order they were made."""
    is_plain = not (problem.limits.any or problem.closest_first)
    is_free_choice = is_plain and problem.capacity is None and int(problem.quota.max(initial=1)) == 1
    if problem.points is not None:
        if is_free_choice:
            from toolkit.stats.matching.nearest.with_replacement import nearest_points

            return _pairs(problem, *nearest_points(problem))
        from toolkit.stats.matching.nearest.kd_tree import TreePool

        return _solve(problem, TreePool(problem), np.arange(len(problem.stratum)))
    if problem.score is None:
        raise ValueError("a problem has either a score or points")
    line = lay_out(problem.score, problem.focal, problem.candidates, problem.stratum, problem.tie)
    if is_free_choice:
        place = first_choices(line, problem.caliper)
        found = np.flatnonzero(place >= 0)
        return _pairs(problem, found, line.rows[place[found]])
    if is_plain and problem.capacity == 1:
        return _pairs(problem, *choose_by_rounds(line, problem.caliper, problem.quota))
    pool: Pool
    if problem.limits.calipers or problem.limits.must_differ:
        usage = Usage(len(problem.stratum), problem.capacity, problem.unit)
        pool = WindowPool(line, problem.caliper, usage, problem.limits, hopeless_rows(problem))
    else:
        pool = ForestPool(line, problem.caliper, problem.capacity, problem.unit)
    return _solve(problem, pool, line.rows)


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
