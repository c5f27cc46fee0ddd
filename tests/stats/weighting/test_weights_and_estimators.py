"""Weighting and whole-sample estimators: balance, definitions, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, match, weight


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = 2500
    x, z, k = rng.normal(size=rows), rng.normal(size=rows), rng.choice(["a", "b", "c"], rows)
    treated = rng.random(rows) < 1 / (1 + np.exp(1.5 - 0.8 * x - 0.3 * (k == "a")))
    y = 2 + x + 0.5 * z + 0.4 * (k == "a") + treated * (1 + 0.5 * x) + rng.normal(size=rows)
    return pd.DataFrame(
        {"x": x, "z": z, "k": k, "treated": treated.astype(int), "y": y, "area": rng.integers(0, 40, rows)}
    )


def att(frame: pd.DataFrame) -> float:
    return float((1 + 0.5 * frame.loc[frame["treated"] == 1, "x"]).mean())


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
@pytest.mark.parametrize("moments", [1, 2, 3])
def test_entropy_balancing_makes_means_agree_exactly(frame, estimand, moments):
    w = weight(frame, "treated", ["x", "z", "k"], estimand=estimand, moments=moments)
    table = w.balance()
    assert table["smd"].abs().max() < 1e-8
    assert (w.weights > 0).all()
    if moments > 1:
        assert abs(np.log(table.loc["x", "variance_ratio"])) < 0.01
    focal = {"ATT": frame["treated"] == 1, "ATC": frame["treated"] == 0, "ATE": frame["treated"] >= 0}[estimand]
    assert table.loc["x", "mean_control"] == pytest.approx(frame.loc[focal, "x"].mean())


def test_entropy_weights_are_those_of_the_stated_form(frame):
    w = weight(frame, "treated", ["x", "z"])
    controls = frame["treated"] == 0
    design = np.column_stack([np.ones(controls.sum()), frame.loc[controls, ["x", "z"]]])
    logs = np.log(w.weights[controls])
    fitted = design @ np.linalg.lstsq(design, logs, rcond=None)[0]
    np.testing.assert_allclose(logs, fitted, atol=1e-8)  # log-linear: the least departure from even weights


def test_overlap_weights_balance_exactly_and_are_bounded(frame):
    w = weight(frame, "treated", ["x", "z", "k"], method="overlap")
    assert w.balance().drop(index="score")["smd"].abs().max() < 1e-7
    assert w.weights.between(0, 1).all()
    assert w.estimand == "ATO"


@pytest.mark.parametrize("method", ["entropy", "ipw"])
def test_weighting_finds_the_effect(frame, method):
    e = weight(frame, "treated", ["x", "z", "k"], method=method).effect("y", cluster="area")
    assert abs(e.estimate - att(frame)) < 3 * e.se
    assert e.clusters == 40


def test_means_that_cannot_agree_are_named():
    frame = pd.DataFrame({"treated": [1] * 5 + [0] * 20, "x": [5.0] * 4 + [6] + list(np.linspace(0, 4, 20))})
    with pytest.raises(InputError, match='"x"'):
        weight(frame, "treated", ["x"])


def test_wrong_words_are_errors(frame):
    with pytest.raises(InputError, match='Did you mean "entropy"'):
        weight(frame, "treated", ["x"], method="entropi")
    with pytest.raises(InputError, match="moments is 7"):
        weight(frame, "treated", ["x"], moments=7)
    with pytest.raises(InputError, match='Did you mean "aipw"'):
        estimate_effect(frame, "y", "treated", ["x"], method="aipv")
    with pytest.raises(InputError, match="folds is 0"):
        estimate_effect(frame, "y", "treated", ["x"], folds=0)


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_aipw_finds_the_effect_and_repeats(frame, estimand):
    truth = 1 + 0.5 * frame["x"]
    inside = {"ATT": frame["treated"] == 1, "ATC": frame["treated"] == 0, "ATE": frame["treated"] >= 0}[estimand]
    first, again = (
        estimate_effect(frame, "y", "treated", ["x", "z", "k"], estimand=estimand, cluster="area") for _ in range(2)
    )
    assert first == again
    assert abs(first.estimate - truth[inside].mean()) < 3 * first.se
    assert first.clusters == 40


def test_aipw_takes_learners(frame):
    e = estimate_effect(
        frame, "y", "treated", ["x", "z", "k"], model=LogisticRegression(),
        outcome_model=RandomForestRegressor(50, min_samples_leaf=10, random_state=0),
    )  # fmt: skip
    assert abs(e.estimate - att(frame)) < 4 * e.se


def test_abadie_imbens_by_hand():
    frame = pd.DataFrame(
        {"treated": [1, 1, 0, 0, 0, 0], "x": [1.0, 4.0, 0.0, 1.5, 3.0, 9.0], "y": [5.0, 9.0, 1.0, 2.0, 4.0, 7.0]}
    )
    e = estimate_effect(frame, "y", "treated", ["x"], method="abadie_imbens", variance_matches=1)
    assert e.mean_control == pytest.approx((2.0 + 4.0) / 2)  # nearest of 1.0 is 1.5, of 4.0 is 3.0
    gains = np.array([3.0, 5.0])
    # Each used once: K² - K' is 0, so the variance is that of the gains alone.
    assert e.se == pytest.approx(np.sqrt(((gains - 4) ** 2).sum()) / 2)


def test_bias_adjustment_removes_what_is_left(frame):
    plain = estimate_effect(frame, "y", "treated", ["x", "z"], method="abadie_imbens", matches=5)
    adjusted = estimate_effect(frame, "y", "treated", ["x", "z"], method="abadie_imbens", matches=5, bias_adjust=True)
    assert abs(adjusted.estimate - att(frame)) < abs(plain.estimate - att(frame)) + 0.05
    assert "bias-adjusted" in adjusted.method


def test_matching_on_a_classifiers_score(frame):
    forest = RandomForestClassifier(50, min_samples_leaf=20, random_state=0)
    m = match(frame, "treated", ["x", "z"], model=forest, caliper=0.2)
    assert m.propensity is None
    assert m.counts.loc["matched", "treated"] > 300


def test_charts_are_made(frame):
    m = match(frame, "treated", ["x", "z"], caliper=0.2)
    assert "standardised difference" in m.plot_balance().to_json()
    assert "share of the arm" in m.plot_overlap().to_json()
    w = weight(frame, "treated", ["x", "z"])
    assert w.plot_balance().to_dict()
    with pytest.raises(InputError, match="no score"):
        w.plot_overlap()
