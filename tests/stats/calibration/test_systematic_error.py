"""Negative controls: what they show of an analysis, and how an estimate is moved and widened by it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

from toolkit.errors import InputError
from toolkit.stats import SystematicError, calibrate, systematic_error, systematic_error_beyond_chance


def test_the_published_example_of_sertraline_is_calibrated_as_published():
    """The vignette of EmpiricalCalibration 3.0.0 (Schuemie and Suchard, 2021): mean 0.7920, SD 0.2835, p 0.839405."""
    found = calibrate(0.7326235, 0.07371708, SystematicError(0.7920, 0.2835, 0.0, 45, 0.7920, 0.0))
    assert found.p_value == pytest.approx(0.839405, abs=1e-4)  # mean and SD are printed to four figures
    assert found.estimate == pytest.approx(0.7326235 - 0.7920)
    half = norm.ppf(0.975) * math.hypot(0.07371708, 0.2835)
    assert found.interval == pytest.approx((found.estimate - half, found.estimate + half))


@pytest.mark.parametrize(
    ("estimate", "se", "p_value"), [(0.1, 0.05, 0.045500266), (0.3, 0.1, 0.002699796)], ids=["two", "three"]
)
def test_controls_that_find_nothing_leave_p_values_as_they_are(estimate, se, p_value):
    """The values EmpiricalCalibration's own tests hold for controls that are nought without error."""
    assert calibrate(estimate, se, systematic_error([0, 0], [0, 0])).p_value == pytest.approx(p_value, abs=1e-8)


def test_the_distribution_of_errors_is_the_likeliest():
    rng = np.random.default_rng(3)
    errors = rng.uniform(0.05, 0.4, 40)
    estimates = rng.normal(0.3, np.hypot(errors, 0.2))

    def unlikely(at):
        return -norm.logpdf(estimates, at[0], np.hypot(errors, math.exp(at[1]))).sum()

    best = minimize(unlikely, [0.0, -1.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12}).x
    found = systematic_error(estimates, errors)
    assert (found.mean, found.sd) == pytest.approx((best[0], math.exp(best[1])), abs=1e-5)


def test_errors_no_further_apart_than_chance_have_no_spread():
    found = systematic_error([0.1, 0.1001, 0.0999], [0.2, 0.2, 0.2])
    assert found.sd == 0 and found.mean == pytest.approx(0.1)


def test_one_control_told_twenty_times_is_one_control():
    once = systematic_error_beyond_chance([0.4, 0.4], np.full((2, 2), 0.04))
    often = systematic_error_beyond_chance(np.full(20, 0.4), np.full((20, 20), 0.04))
    apart = systematic_error_beyond_chance(np.full(20, 0.4), 0.04 * np.eye(20))
    assert (often.mean, often.mean_se, often.sd) == pytest.approx((once.mean, once.mean_se, 0.0))
    assert often.mean == pytest.approx(0.4 * (1 - 1.644854**2 * 0.04 / 0.16)) and often.found_se == pytest.approx(0.2)
    assert apart.mean > often.mean and apart.mean_se < often.mean_se


def test_where_nothing_is_wrong_intervals_cover_and_hardly_widen():
    """Small councils: controls as noisy as the estimate, alike among themselves."""
    rng = np.random.default_rng(5)
    covariance = 0.09 * (0.3 + 0.7 * np.eye(16))
    found = []
    for controls in rng.multivariate_normal(np.zeros(16), covariance, size=4000):
        error = systematic_error_beyond_chance(controls, covariance)
        found.append(calibrate(rng.normal(0, 0.15), 0.15, error))
    covered = np.mean([one.interval[0] <= 0 <= one.interval[1] for one in found])
    assert 0.935 < covered < 0.98
    assert 1 < np.mean([one.wider for one in found]) < 1.25
    assert 0.87 < np.mean([one.moved == 0 for one in found]) < 0.93


def test_where_the_controls_hold_the_bias_it_is_taken_out():
    rng = np.random.default_rng(6)
    covariance = 0.02 * (0.3 + 0.7 * np.eye(16))
    plain, calibrated = [], []
    for controls in rng.multivariate_normal(np.full(16, 0.4), covariance, size=2000):
        estimate = rng.normal(0.4, 0.15)
        found = calibrate(estimate, 0.15, systematic_error_beyond_chance(controls, covariance))
        calibrated.append(found.interval[0] <= 0 <= found.interval[1])
        plain.append(abs(estimate) < 1.96 * 0.15)
    assert np.mean(plain) < 0.4 and np.mean(calibrated) > 0.9


def test_a_scale_turns_relative_errors_into_differences():
    error = SystematicError(0.2, 0.1, 0.05, 24, 0.2, 0.05)
    found = calibrate(-0.01, 0.004, error, scale=0.06)
    assert found.moved == pytest.approx(-0.012) and found.estimate == pytest.approx(-0.022)
    assert found.se == pytest.approx(math.sqrt(0.004**2 + 0.006**2 + 0.003**2))
    assert found.wider == pytest.approx(found.se / 0.004)


def test_the_error_to_expect_is_the_mean_of_its_size():
    error = SystematicError(0.3, 0.4, 0.0, 20, 0.3, 0.0)
    drawn = np.abs(np.random.default_rng(1).normal(0.3, 0.4, 400_000))
    assert error.expected_absolute == pytest.approx(drawn.mean(), abs=0.002)
    assert SystematicError(-0.3, 0.0, 0.0, 20, -0.3, 0.0).expected_absolute == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: systematic_error([0.1], [0.1]), "Give two or more"),
        (lambda: systematic_error([0.1, 0.2], [0.1]), "2 estimates and 1 errors"),
        (lambda: systematic_error([0.1, math.nan], [0.1, 0.1]), "none missing"),
        (lambda: systematic_error([0.1, 0.2], [0.1, -0.1]), "errors must be 0 or more"),
        (lambda: systematic_error_beyond_chance([0.1, 0.2], np.eye(3)), "2 x 2"),
        (lambda: systematic_error_beyond_chance([0.1, 0.2], np.eye(2), [0, 0]), "not all 0"),
        (lambda: calibrate(0.1, 0.0, SystematicError(0, 0, 0, 2, 0, 0)), "above 0"),
    ],
)
def test_what_cannot_be_is_refused_in_words(call, says):
    with pytest.raises(InputError, match=says):
        call()
