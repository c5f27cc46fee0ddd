"""Pooling over imputed sets."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats import Effect, pool_effects, weight


def effect(estimate: float, se: float, freedom: float = math.inf, measure: str = "difference") -> Effect:
    return Effect(
        outcome="y", measure=measure, estimand="ATT", estimate=estimate, se=se, interval=(0, 0), p_value=1,
        degrees_of_freedom=freedom, n_treated=10, n_control=20, clusters=30, mean_treated=1, mean_control=0,
    )  # fmt: skip


def test_rubins_rules_by_hand():
    # Q = 10, 12, 14; W = 4, B = 4, so T = 4 + 4/3 × 4 = 28/3, r = 4/3 and the share between sets is 4/7.
    found = pool_effects([effect(value, 2.0) for value in (10, 12, 14)])
    assert found.effect.estimate == pytest.approx(12)
    assert found.effect.se == pytest.approx(math.sqrt(28 / 3))
    assert found.relative_increase == pytest.approx(4 / 3)
    freedom = 2 * (1 + 3 / 4) ** 2  # Rubin (1987), equation 3.1.6
    assert found.effect.degrees_of_freedom == pytest.approx(freedom)
    assert found.fraction_missing == pytest.approx((4 / 3 + 2 / (freedom + 3)) / (4 / 3 + 1))
    reach = stats.t.isf(0.025, freedom) * found.effect.se
    assert found.effect.interval == pytest.approx((12 - reach, 12 + reach))
    assert "3 imputed sets" in found.summary()
    (note,) = found.effect.notes
    assert (note.code, note.figures["sets"]) == ("few_imputed_sets", 3)


def test_barnard_and_rubins_degrees_of_freedom():
    found = pool_effects([effect(value, 2.0, 30) for value in (10, 12, 14)])
    observed = 31 / 33 * 30 * (1 - 4 / 7)
    of_sets = 2 * (7 / 4) ** 2
    assert found.effect.degrees_of_freedom == pytest.approx(1 / (1 / of_sets + 1 / observed))
    assert found.effect.degrees_of_freedom < min(30, of_sets)
    # Very many complete rows: Rubin's own.
    large = pool_effects([effect(value, 2.0, 1e9) for value in (10, 12, 14)])
    assert large.effect.degrees_of_freedom == pytest.approx(of_sets, rel=1e-6)


def test_sets_that_agree_lose_nothing():
    found = pool_effects([effect(3.0, 0.5)] * 4)
    assert (found.effect.estimate, found.effect.se) == (3.0, 0.5)
    assert (found.fraction_missing, found.relative_increase) == (0.0, 0.0)
    assert math.isinf(found.effect.degrees_of_freedom)
    assert found.effect.notes == ()


def test_ratios_are_pooled_as_logarithms():
    found = pool_effects([effect(value, 0.2, measure="ratio") for value in (0.5, 2.0)])
    assert found.effect.estimate == pytest.approx(1.0)
    low, high = found.effect.interval
    assert low * high == pytest.approx(1.0)


def test_what_cannot_be_pooled_is_refused():
    with pytest.raises(InputError, match="There are 1 effects"):
        pool_effects([effect(1, 1)])
    with pytest.raises(InputError, match="differ in measure: difference, ratio"):
        pool_effects([effect(1, 1), effect(1, 1, measure="ratio")])
    with pytest.raises(InputError, match="differ in group: , a"):
        pool_effects([effect(1, 1), replace(effect(1, 1), group="a")])


def test_pooled_intervals_hold():
    covered = 0
    for run in range(30):
        rng = np.random.default_rng(run)
        x, rows = rng.normal(size=300), 300
        treated = rng.random(rows) < 1 / (1 + np.exp(0.7 - x))
        frame = pd.DataFrame({"x": x, "t": treated.astype(int), "y": x + rng.normal(size=rows)})
        gone = rng.random(rows) < 0.4
        # Proper imputation of x from y and t: coefficients and residual variance drawn, then values.
        design = np.column_stack([np.ones(rows), frame["y"], frame["t"]])[~gone]
        bread = np.linalg.inv(design.T @ design)
        fitted = bread @ design.T @ x[~gone]
        left = ((x[~gone] - design @ fitted) ** 2).sum()
        effects = []
        for _ in range(4):
            spread = np.sqrt(left / rng.chisquare(len(design) - 3))
            drawn = rng.multivariate_normal(fitted, spread**2 * bread)
            made = np.column_stack([np.ones(rows), frame["y"], frame["t"]]) @ drawn + rng.normal(0, spread, rows)
            effects.append(weight(frame.assign(x=np.where(gone, made, x)), "t", ["x"]).effect("y"))
        pooled = pool_effects(effects)
        covered += pooled.effect.interval[0] <= 0 <= pooled.effect.interval[1]
    assert covered >= 25
    assert pickle.loads(pickle.dumps(pooled)) == pooled
    assert pooled.tidy().loc[0, "sets"] == 4
