"""Looking up first choices at once makes the same pairs as letting each row choose in turn."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.stats.matching.calipers import Limits
from toolkit.stats.matching.nearest.free_neighbours import ForestPool
from toolkit.stats.matching.nearest.greedy import choose_in_order
from toolkit.stats.matching.nearest.greedy_without_replacement import choose_by_rounds, first_choices
from toolkit.stats.matching.nearest.kd_tree import TreePool
from toolkit.stats.matching.nearest.score_line import Line, lay_out
from toolkit.stats.matching.nearest.with_replacement import nearest_points
from toolkit.stats.matching.problem import Problem

LAYOUTS = 400


def any_line(seed: int) -> tuple[Line, np.random.Generator]:
    """Return a line with many, few or no ties, in one to three strata, the rows choosing in any order."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(2, 80)) if seed % 50 else 3_000
    score = rng.normal(size=size)
    score = [score, np.round(score, 1), np.round(score)][seed % 3]
    treated = rng.random(size) < rng.choice([0.1, 0.3, 0.5, 0.8])
    focal = rng.permutation(np.flatnonzero(treated))
    stratum = rng.integers(0, rng.integers(1, 4), size)
    return lay_out(score, focal, np.flatnonzero(~treated), stratum), rng


@pytest.mark.parametrize("caliper", [0.05, 0.5, np.inf])
def test_rounds_make_the_pairs_that_choosing_in_turn_makes(caliper: float) -> None:
    for seed in range(LAYOUTS):
        line, rng = any_line(seed)
        quota = rng.integers(1, 5, len(line.focal)) if seed % 2 else np.full(len(line.focal), 1 + seed % 3)
        focal, row = choose_by_rounds(line, caliper, quota)
        one_by_one = choose_in_order(ForestPool(line, caliper, 1), np.arange(len(line.focal)), quota)
        assert np.array_equal(focal, one_by_one[0]), seed
        assert np.array_equal(row, line.rows[one_by_one[1]]), seed


@pytest.mark.parametrize("caliper", [0.05, 0.5, np.inf])
def test_with_replacement_each_row_has_its_nearest(caliper: float) -> None:
    for seed in range(LAYOUTS):
        line, _ = any_line(seed)
        place = first_choices(line, caliper)
        quota = np.ones(len(line.focal), dtype=int)
        focal, one_by_one = choose_in_order(ForestPool(line, caliper, None), np.arange(len(quota)), quota)
        assert np.array_equal(np.flatnonzero(place >= 0), focal), seed
        assert np.array_equal(place[focal], one_by_one), seed


@pytest.mark.parametrize("caliper", [0.3, 1.0, np.inf])
def test_in_space_with_replacement_each_row_has_its_nearest(caliper: float) -> None:
    for seed in range(LAYOUTS // 2):
        rng = np.random.default_rng(seed)
        size = int(rng.integers(4, 80)) if seed % 50 else 2_000
        shape = (size, int(rng.integers(1, 4)))
        points = rng.integers(0, 4, shape) / 3 if seed % 2 else rng.normal(size=shape)
        focal = rng.permutation(size)[: size // 3]
        candidates = np.setdiff1d(np.arange(size), focal)
        problem = Problem(
            focal=focal,
            candidates=candidates,
            score=None,
            points=points,
            stratum=rng.integers(0, rng.integers(1, 4), size),
            limits=Limits(),
            caliper=caliper,
            quota=np.ones(len(focal), dtype=int),
            capacity=None,
            closest_first=False,
        )
        found, rows = nearest_points(problem)
        one_by_one = choose_in_order(TreePool(problem), np.arange(len(focal)), problem.quota)
        assert np.array_equal(found, one_by_one[0]), seed
        assert np.array_equal(rows, one_by_one[1]), seed
