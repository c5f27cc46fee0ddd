"""Sampling weights in `match`: score, balance and effect go by them, whatever the method, or are refused by name."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from toolkit.errors import InputError
from toolkit.stats import Matched, balance_table, match

METHODS: list[dict[str, Any]] = [
    {"ratio": 2},
    {"replace": True},
    {"distance": "mahalanobis"},
    {"distance": "robust_mahalanobis", "order": "closest"},
    {"distance": "own"},
    {"mahalanobis_on": ["x"], "caliper": 0.5},
    {"method": "optimal"},
    {"method": "full"},
    {"method": "subclass"},
    {"method": "exact"},
    {"method": "cem"},
    {"method": "cem", "k2k": True},
    {"estimand": "ATC", "replace": True},
]


def surveyed(seed: int = 3, rows: int = 400) -> pd.DataFrame:
    """Return rows of a survey that asked people with a large x less often."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": rng.integers(0, 4, rows).astype(float), "z": rng.normal(size=rows).round(0)})
    frame["t"] = (rng.random(rows) < 1 / (1 + np.exp(1.5 - 0.5 * frame["x"]))).astype(int)
    frame["w"] = np.exp(0.4 * frame["x"] + 0.3 * rng.normal(size=rows))
    frame["y"] = frame["x"] * (1 + frame["t"]) + rng.normal(size=rows)
    return frame


def asked(frame: pd.DataFrame, options: dict[str, Any]) -> dict[str, Any]:
    own = {"distance": (frame["x"] + 0.1 * frame["z"]).to_numpy()} if options.get("distance") == "own" else {}
    return options | own


@pytest.mark.parametrize("options", METHODS)
def test_weights_balance_and_effect_are_by_the_product(options):
    frame = surveyed()
    is_fitted = "distance" not in options and options.get("method") not in ("exact", "cem")
    options = asked(frame, options)
    m = match(frame, "t", ["x", "z"], weights="w", **options)
    # A match by the same scores without weights has the same sets.
    plain = match(frame, "t", ["x", "z"], **(options | ({"distance": m.score.to_numpy()} if is_fitted else {})))
    np.testing.assert_allclose(m.weights, plain.weights * frame["w"])
    table = balance_table(frame, treatment="t", covariates=["x", "z"], weights=m.weights, estimand=m.estimand)
    names = ["mean_treated", "mean_control", "smd"]
    np.testing.assert_allclose(m.balance().loc[["x", "z"], names], table[names], atol=1e-12)
    used, weights = frame.loc[m.weights > 0], m.weights[m.weights > 0]
    means = [np.average(arm["y"], weights=weights[arm.index]) for _, arm in used.groupby("t")]
    assert m.effect("y", adjust=False).estimate == pytest.approx(means[1] - means[0], abs=1e-9)


def test_the_score_is_fitted_with_the_weights():
    frame = surveyed()
    counts = frame.assign(w=np.arange(len(frame)) % 3 + 1)
    m = match(counts, "t", ["x", "z"], weights="w")
    repeated = counts.loc[counts.index.repeat(counts["w"])].reset_index(names="row")
    whole = match(repeated, "t", ["x", "z"]).score.groupby(repeated["row"]).first()
    np.testing.assert_allclose(m.score, whole, atol=1e-9)
    by_classifier = match(counts, "t", ["x", "z"], weights="w", model=LogisticRegression(C=1e10, tol=1e-10))
    np.testing.assert_allclose(by_classifier.score, m.score, atol=1e-3)


def test_weights_of_one_size_change_nothing():
    frame = surveyed().assign(w=7.0)
    m, plain = (match(frame, "t", ["x", "z"], **more) for more in ({"weights": "w"}, {}))
    pd.testing.assert_frame_equal(m.pairs, plain.pairs)
    one, other = m.effect("y"), plain.effect("y")
    assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se))


@pytest.mark.parametrize("options", METHODS)
def test_rows_of_weight_zero_are_as_if_they_were_not_there(options):
    frame = surveyed()
    frame.loc[frame.index[::5], "w"] = 0.0
    rest = frame[frame["w"] > 0]
    with_zeros = match(frame, "t", ["x", "z"], weights="w", **asked(frame, options))
    without = match(rest, "t", ["x", "z"], weights="w", **asked(rest, options))
    pd.testing.assert_series_equal(with_zeros.weights[rest.index], without.weights)
    assert (with_zeros.weights[frame.index[::5]] == 0).all()
    assert any('"w" is 0: 80 rows' in note for note in with_zeros.notes)
    assert with_zeros.effect("y").estimate == pytest.approx(without.effect("y").estimate)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        (lambda f: f["w"].where(f.index != 5, -1.0), "below 0 or infinite in 1 rows"),
        (lambda f: f["w"].where(f.index != 5, np.inf), "below 0 or infinite in 1 rows"),
        (lambda f: f["w"].where(f.index > 2), '"w" 3'),
        (lambda f: f["w"] * 0, "Every treated row has a weight of 0.*Every comparison row"),
        (lambda f: f["w"].where(f["t"] == 0, 0.0), "Every treated row has a weight of 0"),
        (lambda f: f["w"].astype(str), "not numeric"),
    ],
)
@pytest.mark.parametrize("options", [{}, {"distance": "mahalanobis"}, {"method": "exact"}])
def test_weights_that_are_none_are_refused(weights, words, options):
    frame = surveyed()
    with pytest.raises(InputError, match=words):
        match(frame.assign(w=weights(frame)), "t", ["x", "z"], weights="w", **options)


def test_what_cannot_use_weights_refuses_them_by_name():
    frame = surveyed()
    with pytest.raises(InputError, match='method="cardinality" cannot do: weights'):
        match(frame, "t", ["x"], method="cardinality", weights="w")
    with pytest.raises(InputError, match="KNeighborsClassifier, which cannot be fitted with weights"):
        match(frame, "t", ["x", "z"], model=KNeighborsClassifier(30), scale="probability", weights="w")


def test_the_match_carries_its_weights():
    frame = surveyed()
    m = match(frame, "t", ["x", "z"], weights="w", caliper=0.1)
    again = pickle.loads(pickle.dumps(m))
    pd.testing.assert_series_equal(again.weights, m.weights)
    given = Matched.from_pairs(frame, "t", ["x", "z"], m.pairs, weights="w")
    pd.testing.assert_series_equal(given.weights, m.weights)
    kept = m.part(frame.index[frame["x"] > 0])
    assert (kept.weights[kept.weights > 0] == m.weights[kept.weights > 0]).all()
    np.testing.assert_allclose(m.reweighted(frame["x"] + 1).weights, m.weights * (frame["x"] + 1))
    with pytest.raises(InputError, match="below 0 or infinite"):
        Matched.from_pairs(frame.assign(w=-1.0), "t", ["x", "z"], m.pairs, weights="w")
