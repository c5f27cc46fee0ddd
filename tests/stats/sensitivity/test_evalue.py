from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import InputError
from toolkit.stats.sensitivity.evalue import bounding_factor, e_value, e_value_of_difference, observed_strength


def test_the_published_e_values_are_had():
    # VanderWeele and Ding (2017): maternal breastfeeding, 3.9 (1.8 to 8.7) and .80 (.71 to .91).
    infant = e_value(3.9, 1.8, 8.7)
    assert infant.point == pytest.approx(7.263, abs=5e-4)
    assert infant.limit == pytest.approx(3.0)
    leukaemia = e_value(0.80, 0.71, 0.91)
    assert leukaemia.point == pytest.approx(1.8090, abs=5e-5)
    assert leukaemia.limit == pytest.approx(1.4286, abs=5e-5)


def test_an_interval_that_holds_no_effect_needs_no_hidden_cause():
    result = e_value(0.9, 0.7, 1.1)
    assert result.limit == 1.0
    assert "already holds no effect" in result.summary()


def test_a_ratio_and_the_one_turned_over_are_as_strong():
    assert e_value(0.5, 0.4, 0.8).point == pytest.approx(e_value(2.0, 1.25, 2.5).point)
    assert e_value(0.5, 0.4, 0.8).limit == pytest.approx(e_value(2.0, 1.25, 2.5).limit)


def test_odds_and_hazard_ratios_of_a_common_outcome_are_made_risk_ratios():
    assert e_value(4.0, measure="odds_ratio").ratio == pytest.approx(2.0)
    # VanderWeele and Ding (2017): hazard ratio to risk ratio by (1 - 0.5^√HR) / (1 - 0.5^√(1/HR)).
    expected = (1 - 0.5 ** math.sqrt(0.56)) / (1 - 0.5 ** math.sqrt(1 / 0.56))
    assert e_value(0.56, measure="hazard_ratio").ratio == pytest.approx(expected)
    for measure in ("odds_ratio", "hazard_ratio"):
        assert e_value(0.56, measure=measure, is_rare=True).point == e_value(0.56).point


def test_a_difference_is_a_ratio_over_the_risk_without_treatment():
    result = e_value_of_difference(-0.03, 0.15, -0.05, -0.01)
    expected = e_value(0.12 / 0.15, 0.10 / 0.15, 0.14 / 0.15)
    assert (result.point, result.limit) == pytest.approx((expected.point, expected.limit))
    assert math.isnan(e_value_of_difference(-0.03, 0.15).limit)


def test_an_interval_of_a_difference_may_pass_what_a_risk_can_be():
    result = e_value_of_difference(-0.05, 0.06, -0.10, 0.01)
    assert result.limit == 1.0
    assert result.point > 10


@given(st.floats(1.01, 50))
def test_a_hidden_cause_of_the_e_value_explains_just_the_ratio(ratio):
    point = e_value(ratio).point
    assert bounding_factor(point, point) == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"ratio": -1.0}, "ratio is -1"),
        ({"ratio": 2.0, "low": 2.5, "high": 3.0}, "does not hold the estimate"),
        ({"ratio": 2.0, "low": 1.5}, "both ends"),
        ({"ratio": 2.0, "measure": "odd_ratio"}, "odds_ratio"),
    ],
)
def test_what_cannot_be_is_said(arguments, said):
    with pytest.raises(InputError, match=said):
        e_value(**arguments)


def test_leaving_out_what_was_recorded_moves_the_ratio_no_further_than_its_strength():
    rng = np.random.default_rng(1)
    prior = rng.random(400_000) < 0.3
    treated = rng.random(400_000) < np.where(prior, 0.4, 0.2)
    outcome = rng.random(400_000) < np.where(prior, 0.3, 0.1)
    strength = observed_strength(outcome, treated, prior)
    assert strength.with_outcome == pytest.approx(3, rel=0.05)
    confounded = outcome[treated].mean() / outcome[~treated].mean()
    assert 1.05 < confounded < strength.factor
    assert "3.0 times as common" in strength.summary("A referral before")
    with pytest.raises(InputError, match="All or none of an arm"):
        observed_strength([1, 0], [1, 0], [1, 1])


def test_a_risk_that_cannot_be_is_said():
    with pytest.raises(InputError, match="no risk above 0"):
        e_value_of_difference(-0.2, 0.1)
    with pytest.raises(InputError, match="baseline is 5"):
        e_value_of_difference(-0.2, 5)
