"""Whether designs with staggered starts hold their level on made-up panels: a few here, many by make verify."""

from __future__ import annotations

import pytest
from staggered_worlds import EFFECT, WORLDS, mean, parting_trial, staggered_trial, synthetic_trial

BY_NAME = {world.name: world for world in WORLDS}


def test_on_a_few_panels_ranges_mostly_hold_the_truth_and_few_units_say_so() -> None:
    few = BY_NAME["40 units, 6 start"]
    found = mean([staggered_trial(few, EFFECT, seed) for seed in range(12)])
    assert found["simple"] >= 75 and found["noted"] == 100
    enough = mean([staggered_trial(BY_NAME["60 units"], EFFECT, seed) for seed in range(12)])
    assert enough["simple"] >= 75 and enough["noted"] <= 50


def test_on_a_few_panels_bounds_hold_where_trends_part_and_they_are_not_called_alike() -> None:
    found = mean([parting_trial(60, 0.05, seed) for seed in range(8)])
    assert found["relative"] >= 75 and found["alike"] <= 25 and found["plain"] <= 50


@pytest.mark.verify
@pytest.mark.parametrize("name", list(BY_NAME))
def test_ranges_hold_the_truth_and_false_alarms_are_few(name: str) -> None:
    held = mean([staggered_trial(BY_NAME[name], EFFECT, seed) for seed in range(500)])
    none = mean([staggered_trial(BY_NAME[name], 0.0, seed) for seed in range(500, 1000)])
    for average in ("simple", "dynamic"):
        # 500 panels: an exact 95 or 5 in 100 would lie within 1 either side twice in three times.
        assert held[average] >= 92.5 or held["noted"] == 100
        assert none[f"{average} clear"] <= 7.5 or held["noted"] == 100


@pytest.mark.verify
def test_synthetic_differences_hold_their_level() -> None:
    for units, treated in ((25, 1), (60, 1), (60, 5)):
        none = mean([synthetic_trial(units, treated, 0.0, seed) for seed in range(300)])
        assert none["clear"] <= 8


@pytest.mark.verify
def test_bounds_hold_where_trends_part_along_a_line_and_equivalence_errs_five_times_in_100() -> None:
    for units, least in ((30, 89), (60, 91), (150, 91)):
        found = mean([parting_trial(units, 0.04, seed, smooth=True) for seed in range(400)])
        assert found["smooth"] >= least and found["relative"] >= 95 and found["alike"] <= 7.5
