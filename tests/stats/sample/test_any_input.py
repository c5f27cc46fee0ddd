"""Whatever comes in at the door gives a right answer or an `InputError`, and is never written to."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest

import toolkit.stats as stats
from toolkit.errors import InputError

ROWS = 40
CALLS = 300
OF_A_FRAME = 3
DAYS = pd.date_range("2024-01-01", periods=ROWS)
Draw = np.random.Generator


def odd_column(draw: Draw, rows: int) -> Any:
    """Return a column of some kind, most of them such as real exports hold."""
    numbers = draw.normal(size=rows).round(2)
    pick: list[Callable[[], Any]] = [
        lambda: numbers,
        lambda: draw.integers(0, 2, rows),
        lambda: draw.integers(0, 2, rows).astype(bool),
        lambda: draw.integers(1, 6, rows),
        lambda: draw.choice(list("abc"), rows),
        lambda: np.where(draw.random(rows) < 0.1, np.nan, numbers),
        lambda: np.where(draw.random(rows) < 0.1, np.inf, numbers),
        lambda: np.full(rows, np.nan),
        lambda: np.ones(rows),
        lambda: pd.array(np.where(draw.random(rows) < 0.1, None, draw.integers(0, 9, rows)), dtype="Int64"),
        lambda: pd.array(draw.integers(0, 2, rows).astype(bool), dtype="boolean"),
        lambda: pd.array(numbers, dtype="float64[pyarrow]"),
        lambda: pd.Categorical(draw.choice(["low", "mid", "high"], rows), ["low", "mid", "high"], ordered=True),
        lambda: np.array([Decimal(str(n)) for n in numbers], dtype=object),
        lambda: np.array([Fraction(int(n * 100), 100) for n in numbers], dtype=object),
        lambda: np.array([str(n) for n in numbers], dtype=object),
        lambda: np.array([1, "x"] * (rows // 2), dtype=object),
        lambda: np.array([None, True] * (rows // 2), dtype=object),
        lambda: np.array([[1]] * rows, dtype=object)[:, 0],
        lambda: np.array([datetime.date(2024, 1, 1 + n % 28) for n in range(rows)], dtype=object),
        lambda: DAYS.to_numpy(),
        lambda: (DAYS - DAYS[0]).to_numpy(),
        lambda: DAYS.to_period("D").array,
        lambda: np.array([2**63 + n for n in range(rows)], dtype=np.uint64),
        lambda: numbers + 1j,
    ]
    return pick[draw.choice(len(pick), p=_mostly_sound(len(pick)))]()


def _mostly_sound(kinds: int) -> np.ndarray:
    chance = np.ones(kinds)
    chance[:5] = 25
    return chance / chance.sum()


def odd_frame(draw: Draw) -> pd.DataFrame:
    arm = draw.integers(0, 2, ROWS)
    frame = pd.DataFrame({"t": arm if draw.random() < 0.85 else odd_column(draw, ROWS)})
    for name in ("x", "z", "y", "g", "d", 1, "score", "a b"):
        frame[name] = odd_column(draw, ROWS)
    if draw.random() < 0.05:
        frame.columns = [*frame.columns[:-1], "x"]
    frame.index = pd.Index(
        [range(ROWS), [f"f{n}" for n in range(ROWS)], [0] * ROWS][draw.choice(3, p=[0.6, 0.35, 0.05])]
    )
    return frame.sample(frac=1, random_state=int(draw.integers(99)))


def name_or_values(draw: Draw, frame: pd.DataFrame) -> Any:
    name = [*frame.columns, "absent"][draw.integers(len(frame.columns) + 1)]
    values = frame[name] if name in frame.columns else pd.Series(np.arange(ROWS), name="absent")
    if isinstance(values, pd.DataFrame) or draw.random() < 0.6:
        return name
    given = [values, values.sample(frac=1, random_state=1), values.iloc[:9], values.to_numpy(), values.tolist(), 3.5]
    return given[draw.integers(len(given))]


def names(draw: Draw, frame: pd.DataFrame) -> Any:
    some = list(draw.choice(np.array(list(frame.columns), dtype=object), draw.integers(1, 4), replace=False))
    texts = ["x + z", "x*z", "t ~ x + I(z**2)", "x:z - 1", "x - z", "log(x)", "xz", "`a b` + x", "(x + z)^2", "x/z"]
    others = [some, some, some, tuple(some), some[0], texts[draw.integers(len(texts))], set(map(str, some)), None, 2.5]
    return others[draw.integers(len(others))]


def call(draw: Draw, frame: pd.DataFrame) -> Any:
    """Ask one public function for something, with odd arguments."""
    covariates = names(draw, frame) if draw.random() < 0.5 else ["x", "z"]
    missing = draw.choice(["error", "drop", "indicator"])

    def value() -> Any:
        return name_or_values(draw, frame)

    def some() -> Any:
        return names(draw, frame)

    def column() -> Any:
        name = list(frame.columns)[draw.integers(len(frame.columns))]
        values = frame[name]
        return values if isinstance(values, pd.DataFrame) or draw.random() < 0.6 else values.to_numpy()

    def matched() -> Any:
        more = [{}, {"exact": some()}, {"distance": value()}, {"unit": value()}, {"anti_exact": some()}]
        more += [
            {"covariate_calipers": {"x": 0.5}},
            {"weights": value()},
            {"mahalanobis_on": some()},
            {"method": "cem"},
        ]
        more += [{"method": "full"}, {"distance": "mahalanobis"}, {"caliper": value()}, {"ratio": value()}]
        return stats.match(frame, "t", covariates, missing=missing, **more[draw.integers(len(more))])

    def weighted() -> Any:
        more = [{}, {"method": "ipw"}, {"method": "overlap", "score": value()}, {"weights": value()}]
        return stats.weight(frame, "t", covariates, missing=missing, **more[draw.integers(len(more))])

    def effect() -> Any:
        made = stats.match(frame, "t", ["x"], distance="mahalanobis", missing="drop", replace=True)
        more = [
            {},
            {"by": value()},
            {"cluster": value()},
            {"adjust": some()},
            {"measure": "rate_ratio", "exposure": value()},
        ]
        more += [
            {"measure": "hazard_ratio", "duration": value()},
            {"measure": "rmst", "duration": value()},
            {"clusters": "g"},
        ]
        return made.effect(value(), **more[draw.integers(len(more))])

    calls: list[Callable[[], Any]] = [
        matched,
        lambda: matched().balance(),
        weighted,
        lambda: weighted().effect(value()),
        effect,
        effect,
        lambda: stats.balance_table(frame, treatment="t", covariates=covariates, weights=value(), missing=missing),
        lambda: stats.estimate_effect(frame, value(), "t", covariates, cluster=value(), missing=missing, folds=2),
        lambda: stats.estimate_effects(frame, some(), "t", covariates, folds=2),
        lambda: stats.Matched.from_pairs(
            frame, "t", ["x"], pd.DataFrame({"treated": [0], "control": [1]}), score=value()
        ),
        lambda: stats.subgroup_effects(column(), column(), column(), [column()], weights=column(), fewest=3),
        lambda: stats.km_difference(column(), column(), column(), times=[1], weights=column(), cluster=column()),
        lambda: stats.clustered_mean(column(), column(), is_share=False),
        lambda: stats.intraclass_correlation(column(), column()),
        lambda: stats.ordinal_change(column(), column(), cluster=column()),
        lambda: stats.design_from_rows(column(), column(), column(), weights=column(), family=column()),
        lambda: stats.mantel_haenszel_bounds(column(), column(), column()),
        lambda: stats.observed_strength(column(), column(), column(), column()),
        lambda: stats.least_squares_effect(column(), column(), column()),
        lambda: stats.binomial_funnel(column(), column(), column()),
        lambda: stats.poisson_funnel(column(), column(), column()),
        lambda: stats.wilson(column(), column()),
        lambda: stats.garwood(column(), column()),
        lambda: stats.segmented_poisson(column(), change_at=20, exposure=column()),
        lambda: stats.signed_rank_bounds(column()),
        lambda: stats.hodges_lehmann_bounds(column()),
        lambda: stats.expected_next_counts(column()),
        lambda: stats.expected_from_noise(column(), 0.5),
        lambda: stats.holm(column()),
        lambda: stats.equal_arm_weights(column(), column()),
    ]
    return calls[draw.integers(len(calls))]()


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("seed", range(4))
def test_odd_frames_and_arguments_give_an_answer_or_an_input_error(seed: int):
    draw = np.random.default_rng(seed)
    answers = refusals = 0
    for _ in range(CALLS // 4 // OF_A_FRAME):
        frame = odd_frame(draw)
        before = copy.deepcopy(frame)
        for _ in range(OF_A_FRAME):
            try:
                call(draw, frame)
                answers += 1
            except InputError as problem:
                assert str(problem)
                refusals += 1
        pd.testing.assert_frame_equal(frame, before)
    assert answers > CALLS // 40
    assert refusals > CALLS // 40
