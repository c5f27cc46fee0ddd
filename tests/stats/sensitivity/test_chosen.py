from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.ordinal.regression_to_the_mean import expected_next_counts, regression_to_the_mean


def test_the_known_fall_is_had():
    fall = regression_to_the_mean(0.5, above=1.0)
    assert fall.change_in_sd == pytest.approx(-0.7625676, abs=1e-7)
    assert fall.chosen == pytest.approx(0.1586553, abs=1e-7)
    assert fall.change_in_sd == pytest.approx(-0.5 * stats.norm.pdf(1.0) / stats.norm.sf(1.0))  # Davis (1976)


def test_the_worst_rise_as_the_best_fall_and_units_are_the_scores():
    best = regression_to_the_mean(0.6, above=120, mean=100, sd=15)
    worst = regression_to_the_mean(0.6, below=80, mean=100, sd=15)
    assert worst.change == pytest.approx(-best.change)
    assert worst.first + best.first == pytest.approx(200)
    assert worst.change_in_sd == pytest.approx(worst.change / 15)
    assert "rise" in worst.summary()
    assert "fall" in best.summary()


def readings(correlation, people=400_000, seed=1):
    rng = np.random.default_rng(seed)
    true = rng.normal(size=(people, 1)) * np.sqrt(correlation)
    return 3 + 2 * (true + rng.normal(size=(people, 3)) * np.sqrt(1 - correlation))


@pytest.mark.parametrize("correlation", [0.2, 0.5, 0.8])
@pytest.mark.parametrize(("above", "below"), [(4.5, np.inf), (-np.inf, 2.0), (2.0, 3.5)])
def test_people_drawn_and_chosen_do_as_expected(correlation, above, below):
    drawn = readings(correlation)
    one = (drawn[:, 0] > above) & (drawn[:, 0] < below)
    expected = regression_to_the_mean(correlation, above=above, below=below, mean=3, sd=2)
    assert expected.first == pytest.approx(drawn[one, 0].mean(), abs=0.02)
    assert expected.after == pytest.approx(drawn[one, 1].mean(), abs=0.03)
    mean = drawn[:, :2].mean(axis=1)
    chosen = (mean > above) & (mean < below)
    expected = regression_to_the_mean(correlation, above=above, below=below, mean=3, sd=2, readings=2)
    assert expected.chosen == pytest.approx(chosen.mean(), abs=0.005)
    assert expected.first == pytest.approx(mean[chosen].mean(), abs=0.02)
    assert expected.after == pytest.approx(drawn[chosen, 2].mean(), abs=0.03)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.7])
@pytest.mark.parametrize(("cut", "side"), [(4.0, "above"), (2.0, "below")])
def test_people_chosen_twice_do_as_expected(correlation, cut, side):
    drawn = readings(correlation, seed=2)
    beyond = drawn > cut if side == "above" else drawn < cut
    chosen = beyond[:, 0] & beyond[:, 1]
    expected = regression_to_the_mean(correlation, mean=3, sd=2, readings=2, rule="both", **{side: cut})
    assert expected.chosen == pytest.approx(chosen.mean(), abs=0.003)
    assert expected.first == pytest.approx(drawn[chosen, :2].mean(), abs=0.02)
    assert expected.after == pytest.approx(drawn[chosen, 2].mean(), abs=0.03)


@given(st.floats(0, 1), st.floats(-2, 2), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_more_readings_leave_less_to_fall_back(correlation, cut, number):
    falls = [regression_to_the_mean(correlation, above=cut, readings=k).change for k in (number, number + 1)]
    assert falls[0] <= 1e-12
    assert regression_to_the_mean(1.0, above=cut, readings=number).change == pytest.approx(0, abs=1e-12)


def test_readings_that_agree_perfectly_twice_stay():
    assert regression_to_the_mean(1.0, above=1.0, readings=2, rule="both").change == 0.0


def test_counts_fall_back_as_far_as_rates_differ():
    rng = np.random.default_rng(3)
    rates = rng.gamma(0.5, 0.8, 300_000)
    before, after = rng.poisson(rates), rng.poisson(rates)
    expected = expected_next_counts(before)
    for number in (0, 1, 2):
        assert expected[before == number][0] == pytest.approx(after[before == number].mean(), rel=0.03)
    assert expected.mean() == pytest.approx(before.mean())


def test_counts_that_vary_by_chance_alone_are_all_expected_at_the_mean():
    assert expected_next_counts([1, 1, 2, 1]).tolist() == [1.25] * 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"correlation": 1.2}, "correlation is 1.2"),
        ({"correlation": 0.5, "sd": 0}, "sd is 0"),
        ({"correlation": 0.5, "above": 2, "below": 1}, "lower end below the upper"),
        ({"correlation": 0.5, "above": 60}, "Nobody would be chosen"),
        ({"correlation": 0.5, "above": 1, "rule": "both"}, "readings=2"),
        ({"correlation": 0.5, "above": 1, "rule": "booth"}, "both"),
    ],
)
def test_what_cannot_be_is_said(arguments, said):
    with pytest.raises(InputError, match=said):
        regression_to_the_mean(**arguments)


def test_counts_below_nothing_are_refused():
    with pytest.raises(InputError, match="1 of 2 counts"):
        expected_next_counts([1, -1])
