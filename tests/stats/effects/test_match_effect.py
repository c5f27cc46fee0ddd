"""Effects in matched samples, against figures worked out another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from toolkit.errors import InputError
from toolkit.stats import match


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(4)
    rows = 1500
    x, z = rng.normal(size=rows), rng.normal(size=rows)
    treated = (rng.random(rows) < 1 / (1 + np.exp(1.8 - x - 0.5 * z))).astype(int)
    area = rng.integers(0, 30, rows)
    y = (rng.random(rows) < np.clip(0.25 + 0.05 * x - 0.05 * treated + 0.05 * (area % 3 - 1), 0, 1)).astype(int)
    return pd.DataFrame({"x": x, "z": z, "treated": treated, "area": area, "y": y, "one": 1})


@pytest.fixture(scope="module")
def matched(frame):
    return match(frame, "treated", ["x", "z"], caliper=0.2)


def stacked(frame, matched):
    used = frame[matched.weights > 0].assign(set=matched.sets)
    here = used["treated"] == 1
    return used.assign(**{f"c_{name}": used[name] - used.loc[here, name].mean() for name in ("x", "z")})


def test_the_adjusted_difference_is_that_of_the_interacted_regression(frame, matched):
    used = stacked(frame, matched)
    design = sm.add_constant(
        pd.DataFrame({"t": used["treated"], "x": used["c_x"], "z": used["c_z"],
                      "tx": used["treated"] * used["c_x"], "tz": used["treated"] * used["c_z"]})
    )  # fmt: skip
    groups = used["set"].astype(int)
    reference = sm.OLS(used["y"], design).fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)
    e = matched.effect("y")
    assert e.estimate == pytest.approx(reference.params["t"], rel=1e-9)
    assert e.se == pytest.approx(reference.bse["t"], rel=1e-9)
    assert e.p_value == pytest.approx(reference.pvalues["t"], rel=1e-8)
    assert e.interval == pytest.approx(tuple(reference.conf_int().loc["t"]), rel=1e-8)
    assert e.mean_treated == pytest.approx(used.loc[used["treated"] == 1, "y"].mean())
    assert (e.n_treated, e.n_control, e.clusters) == (len(matched.pairs), len(matched.pairs), len(matched.pairs))


def test_two_way_clustering_is_inclusion_and_exclusion(frame, matched):
    used = stacked(frame, matched)
    design = sm.add_constant(used[["treated"]])
    model = sm.OLS(used["y"], design)
    one = {}
    codes = used["set"].astype(int)
    both = codes * 100 + used["area"]
    for name, groups in (("set", codes), ("area", used["area"]), ("both", both)):
        one[name] = model.fit(cov_type="cluster", cov_kwds={"groups": groups}).cov_params().loc["treated", "treated"]
    e = matched.effect("y", adjust=False, cluster="area", small_sample="CR1")
    assert e.se == pytest.approx(np.sqrt(one["set"] + one["area"] - one["both"]), rel=1e-9)
    assert e.degrees_of_freedom == frame["area"].nunique() - 1
    assert e.clusters == 30


def test_cr2_equals_its_definition_with_whole_matrices():
    from toolkit.stats.variance.cluster_robust import clustered_covariance, least_squares

    rng = np.random.default_rng(0)
    n, groups = 120, np.repeat(np.arange(12), 10)
    design = np.column_stack([np.ones(n), rng.normal(size=n), np.repeat(rng.integers(0, 2, 12), 10)])
    outcome, weights = rng.normal(size=n), rng.uniform(0.5, 2, n)
    fit = least_squares(design, outcome, weights, np.arange(n), 3)
    contrast = np.array([[0.0, 0.0, 1.0]])
    found = clustered_covariance([fit], [contrast], [groups], "CR2")
    root = np.sqrt(weights)
    x, e = design * root[:, None], fit.residual
    bread = np.linalg.inv(x.T @ x)
    hat = np.eye(n) - x @ bread @ x.T
    meat, loads = np.zeros((3, 3)), []
    for group in range(12):
        here = groups == group
        values, vectors = np.linalg.eigh(hat[np.ix_(here, here)])
        half = vectors @ np.diag(1 / np.sqrt(values)) @ vectors.T
        score = x[here].T @ half @ e[here]
        meat += np.outer(score, score)
        load = np.zeros(n)
        load[here] = half @ x[here] @ bread @ contrast[0]
        loads.append(hat @ load)
    gamma = np.array(loads) @ np.array(loads).T
    assert found.covariance[0, 0] == pytest.approx((bread @ meat @ bread)[2, 2], rel=1e-9)
    assert found.degrees_of_freedom == pytest.approx(np.trace(gamma) ** 2 / (gamma**2).sum(), rel=1e-8)
    assert found.correction == "CR2"


def test_reused_controls_are_clustered_by_row_too(frame):
    m = match(frame, "treated", ["x", "z"], replace=True)
    e = m.effect("y")
    assert "reused" in e.method
    assert e.clusters == m.pairs["set"].nunique()
    assert e.n_control == m.pairs["control"].nunique()


def test_ratio_and_odds_ratio_are_of_the_adjusted_means(frame, matched):
    e = matched.effect("y", measure="ratio")
    assert e.estimate == pytest.approx(e.mean_treated / e.mean_control)
    odds = matched.effect("y", measure="odds_ratio")
    assert odds.estimate == pytest.approx(
        odds.mean_treated / (1 - odds.mean_treated) * (1 - odds.mean_control) / odds.mean_control
    )
    assert e.interval[0] < e.estimate < e.interval[1]
    assert np.log(e.interval[1] / e.estimate) == pytest.approx(np.log(e.estimate / e.interval[0]))


def test_rare_outcomes_with_many_covariates_still_give_an_answer():
    rng = np.random.default_rng(8)
    rows = 4000
    frame = pd.DataFrame(rng.normal(size=(rows, 30)), columns=[f"x{i}" for i in range(30)])
    frame["treated"] = (rng.random(rows) < 0.15).astype(int)
    frame["y"] = (rng.random(rows) < 0.01).astype(int)
    m = match(frame, "treated", [f"x{i}" for i in range(30)])
    for measure in ("difference", "ratio"):
        e = m.effect("y", measure=measure)
        assert np.isfinite([e.estimate, e.se, *e.interval]).all()


def test_tidy_is_one_row_and_summary_says_who_was_compared(frame, matched):
    e = matched.effect("y")
    assert e.tidy().shape[0] == 1
    assert "matched set" in e.summary()
    assert "1,500" not in e.summary()


def test_outcomes_that_cannot_be_used_are_errors(frame, matched):
    with pytest.raises(InputError, match='"yy" is not a column'):
        matched.effect("yy")
    with pytest.raises(InputError, match="does not vary"):
        matched.effect("one")
    with pytest.raises(InputError, match='one cluster of "one"'):
        matched.effect("y", cluster="one")
    gaps = pd.Series(np.where(frame["x"] > 0, np.nan, 1.0), index=frame.index, name="late")
    with pytest.raises(InputError, match='"late" is missing in'):
        matched.effect(gaps)


def test_a_wild_bootstrap_agrees_with_the_t_interval_and_repeats(frame, matched):
    usual = matched.effect("y", cluster="area")
    wild, again = (matched.effect("y", cluster="area", small_sample="wild", seed=3) for _ in range(2))
    assert wild == again
    assert wild.estimate == usual.estimate
    assert wild.interval == pytest.approx(usual.interval, abs=0.25 * usual.se)
    assert wild.p_value == pytest.approx(usual.p_value, abs=0.06)
    outside = wild.estimate + 10 * wild.se
    assert wild.interval[0] < wild.estimate < wild.interval[1] < outside
