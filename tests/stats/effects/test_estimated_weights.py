"""Weights that were estimated are allowed for in every measure, and in groups too."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import estimate_effect, weight

MEASURES = [
    {},
    {"adjust": False},
    {"measure": "ratio"},
    {"measure": "odds_ratio", "adjust": False},
    {"outcome_model": "logit"},
    {"measure": "rate_ratio", "exposure": "days"},
    {"measure": "hazard_ratio", "duration": "days"},
    {"measure": "rmst", "duration": "days", "adjust": False},
]


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    rows = 900
    x = rng.normal(size=rows)
    treated = (rng.random(rows) < 1 / (1 + np.exp(0.5 - x))).astype(int)
    event = (rng.random(rows) < 1 / (1 + np.exp(-1.5 * x))).astype(int)
    days = np.ceil(rng.exponential(60 * np.exp(-x)))
    score = np.clip(np.round(x + rng.logistic(size=rows) / 2 + 3), 1, 5).astype(int)
    return pd.DataFrame(
        {"x": x, "t": treated, "e": event, "days": days, "score": score, "one": 1, "area": rng.integers(0, 30, rows)}
    ).assign(half=rng.integers(0, 2, rows))


@pytest.mark.parametrize("method", ["ipw", "overlap", "entropy"])
@pytest.mark.parametrize("options", MEASURES)
@pytest.mark.parametrize("cluster", [None, "area"])
def test_a_group_of_all_rows_is_the_whole(frame, method, options, cluster):
    weighted = weight(frame, "t", ["x"], method=method)
    whole = weighted.effect("e", cluster=cluster, **options)
    (group,) = weighted.effect("e", cluster=cluster, by="one", **options)
    assert group.estimate == whole.estimate
    assert (group.se, group.degrees_of_freedom) == (whole.se, whole.degrees_of_freedom)


def test_scores_too(frame):
    weighted = weight(frame, "t", ["x"], method="overlap")
    options = {"measure": "mean_ordinal", "outcome_model": "ordinal"}
    assert weighted.effect("score", by="one", **options)["1"].se == weighted.effect("score", **options).se


@pytest.mark.parametrize(
    "options",
    [
        {"adjust": False},
        {"measure": "hazard_ratio", "duration": "days"},
        {"outcome_model": "logit", "by": "half"},
        {"measure": "hazard_ratio", "duration": "days", "by": "half"},
    ],
)
def test_the_error_is_what_leaving_rows_out_and_weighting_anew_says(frame, options):
    def effects(rows: pd.DataFrame) -> np.ndarray:
        found = weight(rows, "t", ["x"], method="overlap").effect("e", **options)
        each = list(found) if "by" in options else [found]
        values = np.array([effect.estimate for effect in each])
        return np.log(values) if options.get("measure") == "hazard_ratio" else values

    blocks = np.arange(len(frame)) % 60
    left_out = np.array([effects(frame[blocks != block]) for block in range(60)])
    jackknife = np.sqrt(59 / 60 * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    found = weight(frame, "t", ["x"], method="overlap").effect("e", **options)
    each = list(found) if "by" in options else [found]
    # The blocks' own noise is 1 / sqrt(2 × 59), 9%; not allowing for the weights errs by 15 to 40%.
    np.testing.assert_allclose([effect.se for effect in each], jackknife, rtol=0.15)


def test_a_wild_bootstrap_allows_for_the_weights_too(frame):
    weighted = weight(frame, "t", ["x"], method="overlap")
    usual = weighted.effect("e", adjust=False, cluster="area")
    wild = weighted.effect("e", adjust=False, cluster="area", small_sample="wild")
    assert wild.interval == pytest.approx(usual.interval, abs=0.25 * usual.se)


def test_augmented_weights_are_normalised():
    rng = np.random.default_rng(4)
    x = rng.normal(size=600)
    treated = rng.random(600) < 1 / (1 + np.exp(1 - 2.5 * x))
    made = pd.DataFrame({"x": x, "t": treated.astype(int), "y": rng.normal(size=600)})
    for estimand in ("ATT", "ATC", "ATE"):
        plain = estimate_effect(made, "y", "t", ["x"], estimand=estimand)
        moved = estimate_effect(made.assign(y=made["y"] + 1000), "y", "t", ["x"], estimand=estimand)
        assert moved.estimate == pytest.approx(plain.estimate, abs=1e-9)
        assert abs(plain.mean_control) < 3 and abs(plain.mean_treated) < 3
