"""One unit's difference among placebos': the test and its range say the same, and what choice does to both."""

from dataclasses import replace

import numpy as np
import pytest
from choice_worlds import ChoiceWorld, panel, rejections
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats.synthetic.augmented import augmented_control
from toolkit.stats.synthetic.difference import Chosen, difference, rise_before
from toolkit.stats.synthetic.placebos import time_placebos

CHOSEN: tuple[Chosen, ...] = ("no", "before", "across")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(CHOSEN), st.floats(-3, 3), st.sampled_from([0.8, 0.9, 0.95]))
def test_an_effect_lies_in_the_range_just_where_the_test_does_not_rule_it_out(
    seed: int, chosen: Chosen, effect: float, level: float
) -> None:
    rng = np.random.default_rng(seed)
    placebos, rises = rng.normal(0, 1, 40), rng.normal(0, 1, 40)
    one = difference(float(rng.normal()), placebos, chosen=chosen, rise=2.0, rises=rises)
    low, high = one.interval(level)
    left = replace(one, estimate=one.estimate - effect)
    assert (low < effect < high) == (left.p_value > 1 - level)


def test_a_range_is_without_end_with_fewer_than_19_placebos() -> None:
    assert difference(0.3, np.arange(18.0)).interval() == (float("-inf"), float("inf"))
    assert difference(0.0, np.arange(19.0)).interval() == (-18.0, 18.0)


def test_the_smallest_fall_to_be_seen_is_told_from_none_in_four_cases_of_five() -> None:
    placebos = np.random.default_rng(1).normal(0, 0.2, 400)
    one = difference(0.0, placebos)
    seen = [replace(one, estimate=value - one.smallest_visible()).p_value <= 0.05 for value in placebos]
    assert np.mean(seen) == pytest.approx(0.8, abs=0.01)


def test_a_rise_that_goes_back_is_allowed_for() -> None:
    rng = np.random.default_rng(2)
    rises = rng.normal(0, 1, 60)
    placebos = -0.5 * rises + rng.normal(0, 0.01, 60)
    one = difference(-1.5, placebos, chosen="before", rise=3.0, rises=rises)
    assert one.estimate == pytest.approx(0, abs=0.02) and one.p_value > 0.05
    assert difference(-1.5, placebos).p_value < 0.05


def test_placebos_in_time_read_nothing_from_treatment_on() -> None:
    outcomes = panel(ChoiceWorld(units=8, before=6, after=2), np.random.default_rng(3))
    later = outcomes.copy()
    later[6:] += 100
    moved = time_placebos(outcomes, 2, 6, augmented_control)
    assert [start for start, _ in moved] == [2, 3, 4, 5]
    assert [one.difference for _, one in moved] == [
        one.difference for _, one in time_placebos(later, 2, 6, augmented_control)
    ]
    assert time_placebos(outcomes, 2, 2, augmented_control) == ()


def test_how_far_it_had_risen_is_its_last_time_against_those_before() -> None:
    assert rise_before(np.array([[1.0, 2.0], [3.0, 2.0], [6.0, 1.0], [9.0, 9.0]]), 3) == pytest.approx([4.0, -1.0])


def test_what_is_wrong_is_said_at_once() -> None:
    with pytest.raises(InputError) as raised:
        difference(np.nan, np.zeros(2), chosen="before")
    for said in ("2 placebos", "not finite", "rises has none"):
        assert said in str(raised.value)


def test_of_units_chosen_for_a_rise_across_most_are_called_changed_and_none_after_the_correction() -> None:
    found = rejections(ChoiceWorld(units=25), "across", 25)
    assert found["plain"] > 0.3
    assert found["corrected"] <= 0.06


@pytest.mark.verify
@pytest.mark.parametrize("tail", [None, 4.0, 3.0])
@pytest.mark.parametrize("before", [2, 3, 5])
@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("chosen", ["before", "across"])
def test_a_unit_chosen_for_its_rise_is_called_changed_in_6_of_100_at_most(
    chosen: Chosen, memory: float, before: int, tail: float | None
) -> None:
    """Acceptance 4, within three standard errors of 300 panels."""
    found = rejections(ChoiceWorld(before=before, memory=memory, tail=tail), chosen, 300)
    assert found["corrected"] <= 0.06 + 3 * np.sqrt(0.06 * 0.94 / 300)
