"""Breaks in units' courses where the truth is known: planted ones are found, and wobble with memory seldom is."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats.panel.level_breaks import _contrast, level_breaks

UNITS, PERIODS = 150, 16


def wobbling(seed: int, memory: float, deviation: float = 0.18) -> np.ndarray:
    """Logs of rates with memory, a shock all units share, and units' own levels."""
    rng = np.random.default_rng(seed)
    news = rng.normal(size=(UNITS, PERIODS))
    for period in range(1, PERIODS):
        news[:, period] = memory * news[:, period - 1] + np.sqrt(1 - memory**2) * news[:, period]
    return 6.2 + deviation * news + rng.normal(0, 0.3, (UNITS, 1)) + rng.normal(0, 0.1, PERIODS)


@pytest.mark.parametrize("memory", [0.0, 0.6])
def test_a_fall_of_63_in_100_is_found_in_its_year_and_wobble_seldom_is(memory: float) -> None:
    values = wobbling(1, memory)
    values[0, 8:] -= 1.0
    found = level_breaks(values)
    own = [one for one in found.found if one.unit == 0]
    assert [(one.period, one.kind) for one in own] == [(8, "level")]
    assert own[0].size == pytest.approx(-1.0, abs=0.4)
    assert len(found.found) <= 8 and found.looked_at == UNITS * (PERIODS - 1)
    assert found.memory == pytest.approx(memory, abs=0.15)


def test_each_break_of_a_unit_is_told_once_and_a_shock_to_all_is_none() -> None:
    values = wobbling(2, 0.3, 0.05)
    values[:, 9:] += 1.5
    values[3, 5:] += 0.9
    values[3, 8:] -= 0.9
    found = [one for one in level_breaks(values).found if abs(one.size) > 0.5]
    assert sorted((one.unit, one.period) for one in found) == [(3, 5), (3, 8)]


def test_a_course_that_bends_is_told_from_one_that_steps() -> None:
    values = wobbling(3, 0.0, 0.03)
    values[7] += 0.2 * np.maximum(np.arange(PERIODS) - 7, 0)
    kinds = {one.kind for one in level_breaks(values).found if one.unit == 7}
    assert kinds == {"slope"}


def test_the_weights_of_a_step_are_those_of_generalised_least_squares() -> None:
    weights, spread = _contrast((-2, -1, 0, 1), "level", 0.5)
    at = np.arange(4)
    inverse = np.linalg.inv(0.5 ** np.abs(at[:, None] - at))
    design = np.array([[1, 0], [1, 0], [1, 1], [1, 1.0]])
    assert weights == pytest.approx(np.linalg.solve(design.T @ inverse @ design, design.T @ inverse)[1])
    assert spread**2 == pytest.approx(np.linalg.inv(design.T @ inverse @ design)[1, 1])


def test_holes_take_no_part_and_nothing_to_look_at_is_nothing_found() -> None:
    values = wobbling(4, 0.0, 0.1)
    values[0, 8:] -= 1.0
    values[0, 6] = values[0, 10] = np.nan
    assert next((one.unit, one.period) for one in level_breaks(values).found) == (0, 8)
    assert level_breaks(np.full((4, 6), np.nan)).found == ()
    with pytest.raises(InputError, match="above 0"):
        level_breaks(values, false_alarms=0)


@pytest.mark.verify
@pytest.mark.parametrize("memory", [0.0, 0.6, 0.8])
def test_planted_falls_are_found_in_19_of_20_panels_with_few_false_alarms(memory: float) -> None:
    """A threshold looked at on panels that set nothing: 100 falls of 63 in 100, in any year but the ends."""
    alarms, hits = 0, 0
    for seed in range(20):
        values = wobbling(2_000 + seed, memory)
        alarms += len(level_breaks(values).found)
        rng = np.random.default_rng(seed)
        for unit in rng.choice(UNITS, 5, replace=False):
            period = int(rng.integers(3, 14))
            planted = values.copy()
            planted[unit, period:] -= 1.0
            hits += any(one.unit == unit and one.period == period for one in level_breaks(planted).found)
    assert hits >= 95
    assert alarms / 20 <= 4
