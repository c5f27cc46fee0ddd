"""Terms that do not vary in an arm: every method still has a table and a summary, with numbers in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import balance_table, match, weight

SMALL = pd.DataFrame({"t": [1, 1, 0, 0, 0, 0], "c": list("ababcd"), "x": [1.0, 2, 3, 4, 5, 6]})
METHODS: list[Mapping[str, object]] = [
    {"distance": "mahalanobis"},
    {"distance": "robust_mahalanobis"},
    {"distance": "euclidean"},
    {"distance": np.arange(6.0)},
    {"distance": "mahalanobis", "replace": True, "ratio": 2},
    {"distance": "mahalanobis", "method": "optimal"},
    {"method": "full", "distance": np.arange(6.0)},
    {"method": "cem", "cutpoints": {"x": []}},
]
CASES = [(options, estimand) for options in METHODS for estimand in ("ATT", "ATC")]


@pytest.mark.parametrize(
    ("options", "estimand"), [*CASES, ({"method": "cardinality", "tolerance": 5.0}, "ATT")], ids=str
)
def test_levels_one_arm_lacks_have_finite_differences(options: Mapping[str, object], estimand: str) -> None:
    matched = match(SMALL, "t", ["c", "x"], **(options | {"estimand": estimand}))  # type: ignore[arg-type]
    table = matched.balance()
    assert np.isfinite(table[["smd", "smd_before"]]).all(axis=None)
    assert "pair_distance" not in table or matched.row_pairs is None or np.isfinite(table["pair_distance"]).all()
    assert "inf" not in matched.summary() and "nan" not in matched.summary()


def test_where_the_treated_do_not_vary_both_arms_variances_serve_and_the_table_says_so() -> None:
    table = balance_table(SMALL, treatment="t", covariates=["c", "x"])
    both = np.sqrt((0 + 0.25 * 0.75) / 2)
    assert table.loc["c[c]", "smd_before"] == pytest.approx(-0.25 / both)
    assert table.loc["c[c]", "denominator"] == "root mean of the two arms' variances before matching"
    assert table.loc["x", "denominator"] == "standard deviation of the treated before matching"
    assert table.loc["x", "smd_before"] == pytest.approx((1.5 - 4.5) / np.sqrt(0.5))


@pytest.mark.parametrize("estimand", ["ATT", "ATC", "ATE"])
def test_one_treated_row_has_a_table(estimand: str) -> None:
    frame = pd.DataFrame({"t": [1, 0, 0, 0, 0], "c": list("abbcd"), "x": [3.0, 1, 3, 4, 6], "e": [0.1] * 4 + [0.3]})
    table = balance_table(frame, treatment="t", covariates=["c", "x", "e"], estimand=estimand)
    assert np.isfinite(table["smd_before"]).all()
    matched = match(frame, "t", ["c", "x", "e"], distance="mahalanobis")
    assert np.isfinite(matched.balance()[["smd", "pair_distance"]]).all(axis=None)
    assert "Largest standardised difference" in matched.summary()


def test_a_term_that_is_the_treatment_is_measured_by_the_spread_of_all_rows() -> None:
    frame = pd.DataFrame({"t": [1, 1, 0, 0], "x": [0.7, 0.7, 0.1, 0.1]})
    table = balance_table(frame, treatment="t", covariates=["x"])
    assert table.loc["x", "smd_before"] == pytest.approx(2.0)
    assert table.loc["x", "denominator"] == "standard deviation of all rows before matching"


@pytest.mark.parametrize("method", ["entropy", "ipw", "overlap"])
def test_what_weights_balance_exactly_is_apart_by_nothing(method: str) -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"x": rng.normal(size=400), "rare": rng.random(400) < 0.02})
    frame["t"] = (rng.random(400) < 1 / (1 + np.exp(-frame["x"]))).astype(int)
    frame.loc[frame["rare"], "t"] = np.resize([1, 0], int(frame["rare"].sum()))
    weighted = weight(frame, "t", ["x", "rare"], method=method)
    assert "inf" not in weighted.summary()
    assert np.isfinite(weighted.balance()["smd"]).all()


def test_a_level_only_controls_have_weighs_nothing_and_is_balanced_by_entropy() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"t": np.repeat([1, 0], 100), "x": rng.normal(size=200), "c": ["a", "b"] * 100})
    frame.loc[195:, "c"] = "z"
    weighted = weight(frame, "t", ["x", "c"])
    assert abs(weighted.balance().loc["c[z]", "smd"]) < 1e-6
    assert "inf" not in weighted.summary()
