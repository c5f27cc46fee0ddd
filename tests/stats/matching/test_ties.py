"""Ties are decided by the frame's order, never by rounding: other units or another zero change no pair."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match

MOVES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "ten times": lambda c: c * 10,
    "a seventh": lambda c: c / 7,
    "tenths": lambda c: c * 0.1,
    "from a year": lambda c: c + 2010.1,
    "thirds from a tenth": lambda c: c / 3 + 0.1,
    "the other way": lambda c: 0.3 - c,
}
OPTIONS: list[dict[str, object]] = [
    {},
    {"replace": True},
    {"ratio": 3},
    {"order": "closest"},
    {"order": "farthest"},
    {"order": "smallest"},
    {"max_reuse": 2, "ratio": 2},
    {"anti_exact": "g"},
    {"exact": "g", "estimand": "ATC"},
    {"unit": "u"},
]


def tied(seed: int, rows: int = 90) -> pd.DataFrame:
    """Return whole-numbered covariates, so that most distances are tied."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(0, 5, (rows, 2)), columns=["a", "b"]).astype(float)
    frame["t"] = (rng.random(rows) < 1 / (1 + np.exp(2.2 - 0.3 * frame["a"] - 0.2 * frame["b"]))).astype(int)
    frame["g"] = rng.integers(0, 3, rows)
    frame["u"] = rng.integers(0, rows // 2, rows)
    return frame


def pairs(frame: pd.DataFrame, names: list[str], options: dict[str, object]) -> list[tuple[int, int]]:
    table = match(frame, "t", names, **options).pairs
    return list(zip(table["treated"], table["control"], strict=True))


@pytest.mark.parametrize("move", MOVES)
def test_the_smallest_case(move):
    frame = pd.DataFrame({"t": [1, 1, 0, 0, 0], "a": [3.0, 4.0, 5.0, 4.0, 2.0]})
    frame["a"] = MOVES[move](frame["a"])
    assert pairs(frame, ["a"], {}) == [(0, 3), (1, 2)]
    assert pairs(frame, ["a"], {"order": "data", "replace": True}) == [(0, 3), (1, 3)]
    assert pairs(frame, ["a"], {"order": "data", "anti_exact": "a"}) == [(0, 3), (1, 2)]


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("distance", ["propensity", "within", "mahalanobis", "robust_mahalanobis", "scaled_euclidean"])
def test_units_and_zeros_of_covariates_change_no_pair(distance, move):
    for seed, options in enumerate(OPTIONS):
        frame = tied(seed)
        asked = options | (
            {"mahalanobis_on": ["a", "b"], "caliper": 1} if distance == "within" else {"distance": distance}
        )
        changed = ("a", "b") if seed % 2 else ("a",)
        moved = frame.assign(**{name: MOVES[move](frame[name]) for name in changed})
        assert pairs(moved, ["a", "b"], asked) == pairs(frame, ["a", "b"], asked), options


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("distance", ["own", "euclidean"])
def test_units_and_zeros_of_scores_change_no_pair(distance, move):
    for seed, options in enumerate(OPTIONS):
        frame = tied(seed)
        if distance == "own" and move == "the other way":
            options = options | {"order": "data"}
        asked = []
        for table in (frame, frame.assign(**{name: MOVES[move](frame[name]) for name in ("a", "b")})):
            own = (table["a"] + 0.5 * table["b"]).to_numpy() if distance == "own" else distance
            asked.append(pairs(table, ["a", "b"], options | {"distance": own}))
        assert asked[0] == asked[1], options


@pytest.mark.parametrize("options", [{"method": "subclass"}, {"method": "cem"}, {"method": "cem", "cutpoints": 4}])
@pytest.mark.parametrize("move", [name for name in MOVES if name != "the other way"])
def test_units_and_zeros_change_no_set(options, move):
    for seed in range(5):
        frame = tied(seed, 300)
        moved = frame.assign(**{name: MOVES[move](frame[name]) for name in ("a", "b")})
        one, other = (match(table, "t", ["a", "b"], **options).sets for table in (frame, moved))
        pd.testing.assert_series_equal(one, other)


def test_cut_points_take_in_what_rounding_puts_just_short_of_them():
    frame = pd.DataFrame({"t": [1, 0, 1, 0, 1, 0], "a": [0.1 * 3, 0.3, 0.7, 0.1 * 7, 0.0, 0.0]})
    m = match(frame, "t", ["a"], method="cem", cutpoints={"a": [0.1 + 0.2, 0.7]})
    assert m.sets.tolist() == [2, 2, 3, 3, 1, 1]


@pytest.mark.parametrize("method", ["nearest", "optimal", "full"])
@pytest.mark.parametrize("distance", ["propensity", "mahalanobis"])
def test_calipers_keep_pairs_exactly_so_far_apart(method, distance):
    rng = np.random.default_rng(4)
    age = rng.integers(200, 240, 200) / 10
    frame = pd.DataFrame({"age": np.concatenate([age, age + 0.1]), "other": rng.normal(size=400)})
    frame["t"] = np.repeat([1, 0], 200)
    frame["own"] = np.tile(np.arange(200), 2)
    asked = {"exact": "own", "method": method, "distance": distance}
    m = match(frame, "t", ["age", "other"], covariate_calipers={"age": 0.1}, **asked)
    assert m.counts.loc["matched", "treated"] == 200
    m = match(frame, "t", ["age", "other"], covariate_calipers={"age": -0.1}, **asked)
    assert m.counts.loc["matched", "treated"] == 200


@pytest.mark.parametrize("options", [{}, {"replace": True}, {"ratio": 2}, {"order": "closest"}, {"method": "optimal"},
                                     {"unit": "n"}, {"anti_exact": "n"}, {"mahalanobis_on": ["x"]}])  # fmt: skip
def test_a_caliper_on_the_score_keeps_pairs_exactly_so_far_apart(options):
    count = 60
    score = np.concatenate([np.arange(count) * 1.7, np.arange(count) * 1.7 + 0.1])
    frame = pd.DataFrame({"t": np.repeat([1, 0], count), "x": np.arange(2 * count) % 7, "n": np.arange(2 * count)})
    m = match(frame, "t", ["x"], distance=score, caliper=0.1, caliper_in="raw", **options)
    assert len(m.pairs) == count
    assert (m.pairs["treated"] + count == m.pairs["control"]).all()


def test_a_score_that_only_rounding_puts_beyond_the_other_arm_is_not_discarded():
    frame = pd.DataFrame({"t": [1, 1, 0, 0], "x": [1, 2, 3, 4]})
    m = match(frame, "t", ["x"], distance=np.array([0.1 + 0.2, 0.5, 0.3, 0.6]), discard="both")
    assert not m.discarded[0]


def test_one_enormous_score_does_not_blur_the_others():
    rng = np.random.default_rng(8)
    score = rng.random(300)
    score[7] = 1e9
    frame = pd.DataFrame({"t": np.arange(300) % 4 == 0, "x": rng.normal(size=300)})
    m = match(frame, "t", ["x"], distance=score, replace=True)
    treated, controls = frame.index[frame["t"]], frame.index[~frame["t"]]
    gaps = np.abs(score[treated][:, None] - score[controls][None, :])
    assert m.pairs["control"].tolist() == controls[gaps.argmin(axis=1)].tolist()
