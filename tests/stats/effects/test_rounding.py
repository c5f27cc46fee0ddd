"""What is only rounding is not an effect: an outcome that covariates, arms or sets decide is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, estimate_effects, match, subgroup_effects, weight


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    made = pd.DataFrame({"t": np.repeat([1, 0], 100), "x": rng.normal(size=200), "u": rng.normal(size=200)})
    made["days"] = rng.exponential(10, 200) + 1
    return made.assign(
        z=2 * made["x"] + 1,
        far=1e9 + 2 * made["x"],
        added=3 * made["t"] + made["x"],
        noise=made["x"] + 1e-6 * made["u"],
    )


def designs(frame):
    return {
        "match": match(frame, "t", ["x"]),
        "entropy": weight(frame, "t", ["x"]),
        "ipw": weight(frame, "t", ["x"], method="ipw"),
        "overlap": weight(frame, "t", ["x"], method="overlap"),
    }


@pytest.mark.parametrize("outcome", ["x", "z", "far", "added"])
def test_an_outcome_made_of_the_covariates_is_refused(frame, outcome):
    for design in designs(frame).values():
        for options in ({}, {"small_sample": "CR2"}, {"small_sample": "wild"}):
            with pytest.raises(InputError, match="what is left is rounding"):
                design.effect(outcome, **options)
    for method in ("aipw", "ipwra", "regression"):
        for estimand in ("ATT", "ATE"):
            with pytest.raises(InputError, match="what is left is rounding"):
                estimate_effect(frame, outcome, "t", ["x"], method=method, estimand=estimand)
    with pytest.raises(InputError, match="what is left is rounding"):
        estimate_effects(frame, [outcome], "t", ["x"])


def test_a_count_in_step_with_its_exposure_is_refused(frame):
    made = frame.assign(count=2 * frame["days"])
    with pytest.raises(InputError, match="what is left is rounding"):
        weight(made, "t", ["x"]).effect("count", "rate_ratio", exposure="days")


def test_an_outcome_that_is_the_same_within_every_set_is_refused(frame):
    made = frame.assign(half=(frame["x"] > 0).astype(int))
    matched = match(made, "t", ["x"], exact=["half"])
    with pytest.raises(InputError, match="what is left is rounding"):
        matched.effect("half", adjust=False)
    split = made.assign(by_arm=made["t"].astype(float))
    with pytest.raises(InputError, match="what is left is rounding"):
        match(split, "t", ["x"]).effect("by_arm", adjust=False)


def test_small_but_real_chance_is_estimated(frame):
    for design in designs(frame).values():
        effect = design.effect("noise")
        assert 1e-8 < effect.se < 1e-6
        assert effect.p_value > 0.001
    large = frame.assign(y=1e9 + frame["u"])
    assert weight(large, "t", ["x"]).effect("y").se == pytest.approx(weight(frame, "t", ["x"]).effect("u").se, rel=1e-5)


def test_subgroups_of_such_an_outcome_have_no_interval(frame):
    group = np.arange(200) % 2
    centred = frame["x"].to_numpy()[:, None]
    cluster = np.arange(200) // 4
    got = subgroup_effects(frame["z"], frame["t"], group, [cluster], covariates=centred)
    assert got.table[["se", "low", "high", "p_value"]].isna().all(axis=None)
