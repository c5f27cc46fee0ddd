"""Gaps between cumulative distributions against their definition, value by value."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.stats.balance.distributions import BLOCK, Ordered, gaps_of_all, gaps_of_weighted
from toolkit.stats.balance.table import Arms


def by_definition(values: np.ndarray, treated: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Return the mean and largest gap over the distinct values of all rows."""
    gaps = []
    for value in np.unique(values):
        at_most = values <= value
        inside, outside = (weights[at_most & arm].sum() / weights[arm].sum() for arm in (treated, ~treated))
        gaps.append(abs(inside - outside))
    return float(np.mean(gaps)), float(np.max(gaps))


@pytest.mark.parametrize("decimals", [0, 1, 12])
@pytest.mark.parametrize("seed", range(5))
def test_gaps_are_those_of_the_definition(seed: int, decimals: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.round(rng.normal(size=300), decimals)
    treated = rng.random(300) < 0.3
    weights = rng.uniform(0.1, 2, 300) * (rng.random(300) < 0.5)
    arms = Arms.of(treated, weights)
    assert arms.after is not None
    ordered = Ordered.of(values, values[arms.treated])
    assert gaps_of_all(ordered) == pytest.approx(by_definition(values, treated, np.ones(300)), abs=1e-12)
    used = values[np.concatenate(arms.after.rows)]
    assert gaps_of_weighted(ordered, used, arms.after.shares) == pytest.approx(
        by_definition(values, treated, weights), abs=1e-12
    )


def test_gaps_do_not_depend_on_the_blocks_they_are_worked_out_in() -> None:
    rng = np.random.default_rng(1)
    treated = rng.random(BLOCK + 1_000) < 0.2
    values = rng.normal(size=len(treated)) + 0.1 * treated
    mean, largest = gaps_of_all(Ordered.of(values, values[treated]))
    order = np.argsort(values)
    gaps = np.abs(np.cumsum(treated[order]) / treated.sum() - np.cumsum(~treated[order]) / (~treated).sum())
    assert (mean, largest) == pytest.approx((gaps.mean(), gaps.max()), rel=1e-12)
