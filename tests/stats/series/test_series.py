from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.series.design import series_design, what_is_missing
from toolkit.stats.series.segmented import segmented_poisson


def simulated(rng, *, quarters=20, change_at=16, ratio=1.1, slope=1.0, dispersion=1.0, alike=0.0, level=785):
    """Return counts with a trend, seasons, a jump, and log-normal shocks alike from quarter to quarter."""
    time = np.arange(quarters)
    after = time >= change_at
    log = np.log(level) + 0.005 * time + np.array([0, 0.1, 0.03, -0.05])[time % 4]
    log += after * (np.log(ratio) + np.log(slope) * (time - change_at))
    shock = rng.normal(size=quarters)
    for place in range(1, quarters):
        shock[place] = alike * shock[place - 1] + np.sqrt(1 - alike**2) * shock[place]
    return rng.poisson(np.exp(log + np.sqrt((dispersion - 1) / level) * shock))


@pytest.mark.parametrize("lags", [0, 1, 2, 5])
@pytest.mark.parametrize("harmonics", [None, 1])
def test_coefficients_and_errors_are_those_of_statsmodels(lags, harmonics):
    import statsmodels.api as sm

    counts = simulated(np.random.default_rng(1), quarters=28, change_at=18, dispersion=3)
    exposure = np.linspace(100, 120, 28)
    ours = segmented_poisson(counts, change_at=18, exposure=exposure, harmonics=harmonics, lags=lags, steps={"s": 7})
    model = sm.GLM(counts, ours.design.columns, family=sm.families.Poisson(), offset=np.log(exposure))
    theirs = model.fit(tol=1e-14, cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True})
    plain = model.fit(tol=1e-14, scale="X2")
    assert ours.coefficients == pytest.approx(theirs.params, rel=1e-9, abs=1e-12)
    assert np.allclose(ours.covariance, theirs.cov_params(), rtol=1e-7)
    assert np.allclose(ours.model_covariance, plain.cov_params() * max(1, 1 / plain.scale), rtol=1e-7)
    assert ours.dispersion == pytest.approx(plain.scale)
    assert ours.fitted == pytest.approx(theirs.fittedvalues)


@pytest.mark.parametrize(("alike", "least"), [(0.0, 0.94), (0.3, 0.90), (0.6, 0.87)])
def test_over_twenty_quarters_the_jump_is_unbiased_and_covered_where_newey_and_west_alone_fail(alike, least):
    rng = np.random.default_rng(2)
    runs = 500
    errors, covered, covered_by_newey_west = [], 0, 0
    for _ in range(runs):
        fit = segmented_poisson(simulated(rng, dispersion=3, alike=alike), change_at=16, slope_change=False)
        jump = fit.ratio("level_change")
        errors.append(np.log(jump.ratio / 1.1))
        covered += jump.low <= 1.1 <= jump.high
        place = fit.design.place("level_change")
        reach = stats.t.isf(0.025, fit.degrees_of_freedom) * np.sqrt(fit.covariance[place, place])
        covered_by_newey_west += abs(errors[-1]) <= reach
    assert abs(np.mean(errors)) < 3 * np.std(errors) / np.sqrt(runs)
    assert covered / runs >= least
    assert covered_by_newey_west / runs < 0.90


@pytest.mark.parametrize(("quarters", "alike", "runs"), [(60, 0.0, 250), (60, 0.8, 250), (120, 0.8, 60)])
def test_long_series_whose_shocks_last_are_covered_and_say_so(quarters, alike, runs):
    covered, said = np.zeros(2), 0
    for seed in range(runs):
        rng = np.random.default_rng([seed, quarters])
        counts = simulated(rng, quarters=quarters, change_at=quarters // 2, ratio=1.0, dispersion=8, alike=alike)
        fit = segmented_poisson(counts, change_at=quarters // 2)
        covered += [r.low <= 1 <= r.high for r in (fit.ratio("level_change"), fit.average_ratio())]
        said += [note.code for note in fit.notes] == ["series_remembers"]
    assert (covered / runs >= 0.92).all()
    assert said / runs >= 0.9 if alike else said / runs <= 0.05


def test_the_memory_measured_is_that_of_the_shocks_and_not_of_the_counts():
    measured, of_counts = [], []
    for seed in range(30):
        counts = simulated(np.random.default_rng(seed), quarters=160, change_at=80, dispersion=3, alike=0.8)
        fit = segmented_poisson(counts, change_at=80)
        measured.append(fit.memory.measured)
        of_counts.append(fit.autocorrelation)
        assert fit.memory.measured <= fit.memory.allowed_for <= 0.95
        assert fit.memory.degrees_of_freedom < fit.degrees_of_freedom
    assert np.mean(measured) == pytest.approx(0.8, abs=0.06)
    assert np.mean(of_counts) < np.mean(measured) - 0.1  # chance is a part of every count


def test_a_series_without_shocks_has_no_memory_and_poisson_errors():
    rng = np.random.default_rng(0)
    counts = rng.poisson(np.full(40, 400.0))
    fit = segmented_poisson(np.sort(counts)[np.argsort(np.arange(40) % 2, kind="stable")], change_at=20, period=None)
    assert fit.memory.measured <= fit.memory.allowed_for
    flat = segmented_poisson(np.full(40, 400), change_at=20)
    assert flat.memory.measured == 0
    assert np.allclose(flat.memory.covariance, flat.model_covariance)


def test_without_a_change_one_is_claimed_about_one_time_in_twenty():
    rng = np.random.default_rng(3)
    claimed = 0
    for _ in range(500):
        jump = segmented_poisson(simulated(rng, ratio=1.0, dispersion=2), change_at=16).ratio("level_change")
        claimed += not jump.low <= 1 <= jump.high
        assert (jump.p_value < 0.05) == (not jump.low <= 1 <= jump.high)
    assert claimed / 500 < 0.065


def test_a_jump_and_a_new_slope_are_told_apart_in_a_long_series():
    counts = simulated(np.random.default_rng(4), quarters=60, change_at=30, ratio=0.8, slope=1.02, level=20_000)
    fit = segmented_poisson(counts, change_at=30)
    assert fit.ratio("level_change").ratio == pytest.approx(0.8, abs=0.02)
    assert fit.ratio("slope_change").ratio == pytest.approx(1.02, abs=0.002)
    average = fit.average_ratio()
    assert average.ratio == pytest.approx(0.8 * 1.02 ** np.arange(30).mean(), abs=0.02)
    after = np.log(fit.fitted[30:] / fit.counterfactual[30:]).mean()
    assert np.log(average.ratio) == pytest.approx(after)
    assert fit.fitted[:30] == pytest.approx(fit.counterfactual[:30])


def test_the_counts_it_expects_without_the_change_have_room_for_chance():
    rng = np.random.default_rng(5)
    inside = []
    for _ in range(300):
        counts = simulated(rng, ratio=1.0, dispersion=2)
        fit = segmented_poisson(counts, change_at=16)
        inside.append((fit.low <= counts)[16:] & (counts <= fit.high)[16:])
    assert 0.93 <= np.mean(inside) <= 0.995


def test_the_smallest_visible_jump_is_seen_as_often_as_it_says():
    rng = np.random.default_rng(6)
    options = {"quarters": 40, "change_at": 28, "dispersion": 2}
    visible = np.median(
        [segmented_poisson(simulated(rng, **options), change_at=28).smallest_visible() for _ in range(200)]
    )
    seen = 0
    for _ in range(300):
        jump = segmented_poisson(simulated(rng, ratio=visible, **options), change_at=28).ratio("level_change")
        seen += jump.low > 1
    assert 0.70 <= seen / 300 <= 0.92


@given(st.integers(10, 60), st.data())
def test_a_rate_does_not_depend_on_the_unit_of_exposure(quarters, data):
    change_at = data.draw(st.integers(2, quarters - 2))
    scale = data.draw(st.floats(0.001, 1000))
    counts = simulated(np.random.default_rng(quarters), quarters=quarters, change_at=change_at)
    if what_is_missing(quarters, change_at):
        return
    one = segmented_poisson(counts, change_at=change_at)
    other = segmented_poisson(counts, change_at=change_at, exposure=np.full(quarters, scale))
    assert one.ratio("level_change").ratio == pytest.approx(other.ratio("level_change").ratio, rel=1e-6)
    assert one.counterfactual == pytest.approx(other.counterfactual, rel=1e-6)


@given(st.integers(1, 30), st.integers(-2, 32), st.booleans(), st.sampled_from([None, 1]))
def test_it_estimates_exactly_where_nothing_is_missing(quarters, change_at, slope_change, harmonics):
    options = {"slope_change": slope_change, "harmonics": harmonics}
    counts = np.full(quarters, 500) + np.arange(quarters) % 3
    missing = what_is_missing(quarters, change_at, **options)
    if missing:
        with pytest.raises(InputError) as caught:
            segmented_poisson(counts, change_at=change_at, **options)
        assert all(sentence in str(caught.value) for sentence in missing)
    else:
        jump = segmented_poisson(counts, change_at=change_at, **options).ratio("level_change")
        assert 0 < jump.low <= jump.ratio <= jump.high < np.inf


def test_six_quarters_that_end_before_the_change_are_refused_with_all_that_is_missing():
    with pytest.raises(InputError) as caught:
        segmented_poisson([758, 850, 795, 737, 855, 792], change_at=6)
    assert "0 observations after the change; 2 or more" in str(caught.value)
    assert "6 observations for 7 unknowns" in str(caught.value)


def test_a_step_at_the_change_itself_cannot_be_told_from_it():
    assert what_is_missing(20, 16, steps={"front_door": 16}) == (
        "These cannot be told apart: level_change, front_door.",
    )


def test_terms_are_found_by_name():
    design = series_design(12, 8, harmonics=1, steps={"november_2008": 3})
    assert design.names == ("level", "trend", "level_change", "slope_change", "sine_1", "cosine_1", "november_2008")
    with pytest.raises(InputError, match='Did you mean "level_change"'):
        design.place("levl_change")


@pytest.mark.parametrize(
    ("counts", "options", "says"),
    [
        ([1.5] * 20, {}, "whole number"),
        ([5] * 20, {"exposure": [1.0] * 19}, "20 counts and 19 exposures"),
        ([5] * 20, {"exposure": [0.0] * 20}, "above 0"),
        ([5] * 20, {"harmonics": 2}, "harmonics is 2"),
        ([5] * 20, {"steps": {"trend": 4}}, "cannot be called trend"),
        ([5] * 16 + [0] * 4, {}, "does not settle"),
    ],
)
def test_what_cannot_be_fitted_is_refused_with_the_reason(counts, options, says):
    with pytest.raises(InputError, match=says):
        segmented_poisson(counts, change_at=16, **options)
