from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats.sensitivity.benchmarks import (
    Benchmark,
    against_benchmarks,
    benchmarks,
    equal_arm_weights,
    least_squares_effect,
    times_to_undo,
)
from toolkit.stats.sensitivity.omitted import omitted_variable, strength_like

# Violence in Darfur and attitudes to peace: Cinelli and Hazlett (2020), section 5, as printed by their R package.
DARFUR = omitted_variable(0.09731582, 0.02325654, 783)
FEMALE = Benchmark("female", 0.009081065, 0.109033915)


def test_darfur_has_the_published_robustness_values():
    assert DARFUR.robustness == pytest.approx(0.139, abs=5e-4)
    assert DARFUR.robustness_at_alpha == pytest.approx(0.0763, abs=5e-5)
    assert DARFUR.partial_r2 == pytest.approx(0.0219, abs=5e-5)
    assert "13.9%" in DARFUR.summary()


def test_darfur_has_the_published_benchmarks():
    table = against_benchmarks(DARFUR, [FEMALE])
    assert table["times"].tolist() == [1, 2, 3]
    assert table["with_treatment"].round(4).tolist() == [0.0092, 0.0183, 0.0275]
    assert table["with_outcome"].round(4).tolist() == [0.1246, 0.2493, 0.3741]
    assert table["estimate"].round(4).tolist() == [0.0752, 0.0529, 0.0304]
    assert table["se"].round(4).tolist() == [0.0219, 0.0204, 0.0187]
    assert table["t"].round(4).tolist() == pytest.approx([3.4389, 2.6002, 1.6281], abs=1.1e-4)
    assert table["low"].round(4).tolist() == [0.0323, 0.0130, -0.0063]
    assert table["high"].round(4).tolist() == pytest.approx([0.1182, 0.0929, 0.0670], abs=1.1e-4)


def test_a_cause_of_the_robustness_value_brings_the_estimate_to_nothing_and_the_interval_to_no_effect():
    strength = DARFUR.robustness
    assert DARFUR.adjusted(strength, strength).estimate == pytest.approx(0, abs=1e-12)
    strength = DARFUR.robustness_at_alpha
    assert DARFUR.adjusted(strength, strength).low == pytest.approx(0, abs=1e-12)
    assert DARFUR.adjusted(DARFUR.partial_r2, 1.0).estimate == pytest.approx(0, abs=1e-12)


def test_the_same_holds_with_a_clustered_error():
    clustered = omitted_variable(-0.031, 0.0115, 27.4, model_se=0.0071, model_degrees_of_freedom=9_980)
    naive = omitted_variable(-0.031, 0.0071, 9_980)
    assert clustered.robustness == naive.robustness
    assert 0 < clustered.robustness_at_alpha < naive.robustness_at_alpha
    strength = clustered.robustness_at_alpha
    assert clustered.adjusted(strength, strength).high == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("t", "freedom"), [(4.18, 783), (2.5, 30), (6.0, 12), (10.0, 5), (1.5, 30)])
def test_no_weaker_cause_reaches_no_effect_and_some_cause_so_strong_does(t, freedom):
    result = omitted_variable(t, 1.0, freedom)
    for share, reaches in ((0.99, False), (1.001, True)):
        most = result.robustness_at_alpha * share
        weakest = min(result.adjusted(most, with_outcome).low for with_outcome in np.linspace(0, min(most, 1.0), 2_001))
        assert (weakest <= 0) == (reaches or result.robustness_at_alpha == 0)


def test_an_interval_that_holds_no_effect_has_nothing_to_lose():
    result = omitted_variable(0.02, 0.02, 30)
    assert result.robustness_at_alpha == 0
    assert "already holds no effect" in result.summary()


def fit(outcome, design, weights=None):
    root = np.ones(len(outcome)) if weights is None else np.sqrt(weights)
    scaled, response = design * root[:, None], outcome * root
    coefficients = np.linalg.lstsq(scaled, response, rcond=None)[0]
    residual = response - scaled @ coefficients
    freedom = len(outcome) - design.shape[1]
    covariance = np.linalg.inv(scaled.T @ scaled) * (residual @ residual) / freedom
    return coefficients, np.sqrt(np.diag(covariance)), freedom


@pytest.mark.parametrize("weighted", [False, True])
def test_leaving_out_a_covariate_is_undone_just_by_its_own_strength(weighted):
    rng = np.random.default_rng(5)
    n = 4_000
    x, hidden = rng.normal(size=n), rng.normal(size=n)
    treated = (rng.random(n) < 1 / (1 + np.exp(-(0.5 * x + 0.7 * hidden - 1)))).astype(float)
    outcome = 0.4 * treated + 0.3 * x + 0.5 * hidden + rng.normal(size=n)
    weights = rng.uniform(0.5, 2, n) if weighted else None
    ones = np.ones(n)
    short, errors, freedom = fit(outcome, np.column_stack([ones, x, treated]), weights)
    full, full_errors, _ = fit(outcome, np.column_stack([ones, x, hidden, treated]), weights)
    result = omitted_variable(short[-1], errors[-1], freedom)
    (known,) = benchmarks(outcome, treated, np.column_stack([x, hidden]), {"hidden": [1]}, weights)
    adjusted = result.adjusted(known.treatment_r2, known.outcome_r2)
    assert adjusted.estimate == pytest.approx(full[-1])
    assert adjusted.se == pytest.approx(full_errors[-1])


def test_a_benchmark_of_one_column_is_its_t_squared():
    rng = np.random.default_rng(6)
    x = rng.normal(size=(500, 3))
    treated = (rng.random(500) < 0.4).astype(float)
    outcome = x @ [0.2, 0.0, 0.5] + treated + rng.normal(size=500)
    first, both = benchmarks(outcome, treated, x, {"first": [0], "first and third": [0, 2]})
    coefficients, errors, freedom = fit(outcome, np.column_stack([np.ones(500), treated, x]))
    t = coefficients[2] / errors[2]
    assert first.outcome_r2 == pytest.approx(t * t / (t * t + freedom))
    assert both.outcome_r2 > first.outcome_r2
    with pytest.raises(InputError, match="column 3 of 3"):
        benchmarks(outcome, treated, x, {"first": [3]})


@pytest.mark.parametrize("weighted", [False, True])
def test_the_model_fit_is_that_of_statsmodels(weighted):
    import statsmodels.api as sm

    rng = np.random.default_rng(8)
    x = rng.normal(size=(300, 2))
    treated = (rng.random(300) < 0.4).astype(float)
    outcome = treated + x @ [1.0, 2.0] + rng.normal(size=300)
    weights = rng.uniform(0.2, 3, 300) if weighted else np.ones(300)
    theirs = sm.WLS(outcome, np.column_stack([np.ones(300), treated, x]), weights=weights).fit()
    ours = least_squares_effect(outcome, treated, weights if weighted else None, np.column_stack([x, x[:, 0]]))
    expected = (theirs.params[1], theirs.bse[1], theirs.df_resid)
    assert (ours.estimate, ours.se, ours.degrees_of_freedom) == pytest.approx(expected)
    assert least_squares_effect(outcome, treated).estimate == pytest.approx(
        outcome[treated == 1].mean() - outcome[treated == 0].mean()
    )
    with pytest.raises(InputError, match="does not vary"):
        least_squares_effect(outcome, treated, None, treated[:, None])


def test_matching_hides_how_strong_a_covariate_is():
    import pandas as pd

    from toolkit.stats import match

    rng = np.random.default_rng(7)
    x = rng.normal(size=4_000)
    treated = (rng.random(4_000) < 1 / (1 + np.exp(-(x - 2)))).astype(int)
    outcome = 0.3 * x + rng.normal(size=4_000)
    matched = match(pd.DataFrame({"t": treated, "x": x}), treatment="t", covariates=["x"])
    after = np.asarray(matched.weights)
    groups = {"x": [0]}
    (inside,) = benchmarks(outcome, treated.astype(float), x[:, None], groups, after)
    (before,) = benchmarks(outcome, treated.astype(float), x[:, None], groups, equal_arm_weights(treated == 1))
    assert inside.treatment_r2 < 0.01 < 0.1 < before.treatment_r2


def test_arms_can_be_given_equal_totals():
    treated = np.array([True, False, False, False])
    weights = equal_arm_weights(treated)
    assert weights[treated].sum() == pytest.approx(weights[~treated].sum()) == pytest.approx(2)


def test_how_many_times_a_covariate_must_be_outdone_is_found():
    times = times_to_undo(DARFUR, FEMALE)
    assert 2 < times < 3
    adjusted = DARFUR.adjusted(*strength_like(FEMALE.treatment_r2, FEMALE.outcome_r2, times))
    assert adjusted.low == pytest.approx(0, abs=1e-6)
    assert times_to_undo(DARFUR, FEMALE, interval=False) > times
    assert times_to_undo(DARFUR, Benchmark("nothing", 1e-9, 1e-9)) == 100
    assert times_to_undo(omitted_variable(0.02, 0.02, 30), FEMALE) == 0


def test_strengths_that_cannot_be_are_left_out_of_the_table_and_refused_alone():
    strong = Benchmark("strong", 0.4, 0.2)
    assert against_benchmarks(DARFUR, [strong], [1, 2, 3])["times"].tolist() == [1]
    with pytest.raises(InputError, match="explains 40% of treatment"):
        strength_like(0.4, 0.2, 3)


def test_the_contour_is_the_estimate_at_each_pair_of_strengths():
    table = DARFUR.contour([0.0, 0.1], [0.0, 0.1, 0.2])
    assert len(table) == 6
    assert table["estimate"].iloc[0] == DARFUR.estimate
    assert (table["estimate"].iloc[3:].diff().dropna() < 0).all()


def test_an_error_of_nothing_is_refused():
    with pytest.raises(InputError, match="above 0"):
        omitted_variable(1.0, 0.0, 50)
    with pytest.raises(InputError, match="below 1"):
        DARFUR.adjusted(1.0, 0.5)
