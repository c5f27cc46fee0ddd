"""Several outcomes of one sample: what their effects have in common."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import Matched, match
from toolkit.stats.effects.several import several_effects


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(2)
    rows = 1500
    area = rng.integers(0, 30, rows)
    need = rng.normal(size=rows)
    lot = rng.normal(size=30)[area] + rng.normal(size=rows)
    return pd.DataFrame(
        {
            "joined": (rng.random(rows) < 1 / (1 + np.exp(2 - need))).astype(int),
            "need": need,
            "area": area,
            "one": lot + need,
            "two": 0.7 * lot + rng.normal(size=rows),
        }
    )


@pytest.fixture(scope="module")
def matched(frame):
    return match(frame, treatment="joined", covariates=["need"], ratio=3, caliper=0.2)


def test_each_effect_is_what_the_sample_says_of_it_alone(frame, matched):
    effects, covariance = several_effects([(matched, frame["one"]), (matched, frame["two"])], cluster="area")
    for effect, name, place in zip(effects, ("one", "two"), (0, 1), strict=True):
        alone = matched.effect(name, cluster="area")
        assert (effect.estimate, effect.se) == pytest.approx((alone.estimate, alone.se))
        assert covariance[place, place] == pytest.approx(effect.se**2)


def test_the_covariance_is_that_of_the_sum(frame, matched):
    _, covariance = several_effects([(matched, frame["one"]), (matched, frame["two"])], cluster="area")
    of_sum = matched.effect(frame["one"] + frame["two"], cluster="area").se ** 2
    assert covariance.sum() == pytest.approx(of_sum, rel=0.05)  # sets are clusters of the errors, not of what is shared
    assert covariance[0, 1] > 0.2 * np.sqrt(covariance[0, 0] * covariance[1, 1])


def test_samples_of_some_of_the_sets_share_what_their_rows_share(frame, matched):
    half = matched.pairs[matched.pairs["set"] % 2 == 0]
    part = Matched.from_pairs(frame, "joined", ["need"], half)
    _, covariance = several_effects([(matched, frame["one"]), (part, frame["one"])], cluster="area")
    correlation = covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])
    assert 0.4 < correlation < 0.95
