"""The within-between model beside the same model written out with every unit's covariance."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats.panel.fixed_effects import two_way_fixed_effects
from toolkit.stats.panel.within_between import _variances, within_between


def panel(seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    unit, period = (one.ravel() for one in np.indices((40, 6)))
    level = rng.normal(0, 1, 40)
    x = rng.normal(size=240) + level[unit]
    y = 0.3 * x + 0.8 * level[unit] + rng.normal(0, 0.5, 40)[unit] + rng.normal(0, 0.4, 240) + 0.1 * period
    keep = rng.random(240) > 0.1
    return y[keep], x[keep], unit[keep], period[keep]


def test_it_is_generalised_least_squares_with_a_random_level_a_unit() -> None:
    y, x, unit, period = panel(1)
    found = within_between(y, x, unit=unit, period=period)
    mean = np.array([x[unit == one].mean() for one in unit])
    design = np.column_stack([x - mean, mean, np.ones(len(y)), *(period == one for one in range(1, 6))]).astype(float)
    inside, between = _variances(y, design, unit)
    cover = inside * np.eye(len(y)) + between * (unit[:, None] == unit[None, :])
    inverse = np.linalg.inv(cover)
    beta = np.linalg.solve(design.T @ inverse @ design, design.T @ inverse @ y)
    assert (found.within.estimate, found.between.estimate) == pytest.approx(tuple(beta[:2]), rel=1e-8)
    assert found.within.estimate == pytest.approx(0.3, abs=0.1) and found.between.estimate > 0.7
    assert 0 < found.share_between < 1 and found.units == 40
    pairs = within_between(y, x, unit=unit, period=period, cluster=unit // 2)
    assert pairs.within.estimate == found.within.estimate
    assert (pairs.clusters, pairs.within.degrees_of_freedom) == (20, 19)
    root = np.sqrt(inside / (inside + np.bincount(unit) * between))
    lean = np.array([(1 - root[one]) for one in unit])
    means = {one: np.column_stack([y, design])[unit == one].mean(axis=0) for one in np.unique(unit)}
    moved = np.column_stack([y, design]) - lean[:, None] * np.array([means[one] for one in unit])
    left = moved[:, 0] - moved[:, 1:] @ beta
    bread = np.linalg.inv(moved[:, 1:].T @ moved[:, 1:])
    sums = np.array([moved[unit // 2 == one, 1:].T @ left[unit // 2 == one] for one in range(20)])
    assert pairs.within.se == pytest.approx(np.sqrt((20 / 19 * bread @ sums.T @ sums @ bread)[0, 0]), rel=1e-8)


def test_what_varies_within_is_the_fixed_effects_answer_where_no_period_is_missing() -> None:
    rng = np.random.default_rng(2)
    unit, period = (one.ravel() for one in np.indices((30, 5)))
    x = rng.normal(size=150) + rng.normal(size=30)[unit]
    y = -0.2 * x + rng.normal(size=30)[unit] + rng.normal(size=150)
    fixed = two_way_fixed_effects(y, x, unit=unit, period=period)
    found = within_between(y, x, unit=unit, period=period)
    assert found.within.estimate == pytest.approx(fixed.coefficients[0], abs=1e-9)


def test_an_exposure_alike_within_units_is_named() -> None:
    unit, period = (one.ravel() for one in np.indices((5, 4)))
    with pytest.raises(InputError, match="within units"):
        within_between(period * 1.0, unit * 1.0, unit=unit, period=period)
