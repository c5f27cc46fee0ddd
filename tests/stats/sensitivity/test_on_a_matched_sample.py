"""All looks at one matched sample: what is hidden is seen to matter, what is not is seen to hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import match
from toolkit.stats.power.from_rows import design_from_rows
from toolkit.stats.sensitivity.benchmarks import benchmarks, equal_arm_weights, least_squares_effect, times_to_undo
from toolkit.stats.sensitivity.evalue import e_value_of_difference, observed_strength
from toolkit.stats.sensitivity.omitted import omitted_variable
from toolkit.stats.sensitivity.rosenbaum_binary import mantel_haenszel_bounds
from toolkit.stats.survival.cumulative_incidence import km_difference

COVARIATES = ["prior", "age", "deprived"]


def families(*, hidden, effect, seed, rows=12_000):
    """Return families of whom those with a hidden trouble join more and are referred more."""
    rng = np.random.default_rng(seed)
    centre = rng.integers(0, 34, rows)
    prior, deprived = rng.random(rows) < 0.2, rng.random(rows) < 0.4
    age, trouble = rng.uniform(0, 5, rows), rng.random(rows) < 0.3
    join = -2.6 + 0.9 * prior + 0.4 * deprived - 0.1 * age + hidden * 1.2 * trouble
    treated = (rng.random(rows) < 1 / (1 + np.exp(-join))).astype(int)
    risk = 0.06 + 0.15 * prior + 0.04 * deprived + hidden * 0.15 * trouble + rng.normal(0, 0.01, 34)[centre]
    referred = rng.random(rows) < np.clip(risk + effect * treated, 0.001, 1)
    day = np.where(referred, rng.integers(1, 366, rows), 365)
    return pd.DataFrame(
        {"treated": treated, "prior": prior * 1, "age": age, "deprived": deprived * 1, "centre": centre}
        | {"referred": referred * 1, "day": day}
    )


def looks(frame):
    matched = match(frame, treatment="treated", covariates=COVARIATES, caliper=0.2, ratio=2)
    effect = matched.effect("referred", adjust=False, cluster="centre")
    weights = np.asarray(matched.weights, dtype=float)
    outcome, treated = frame["referred"].to_numpy(float), frame["treated"].to_numpy(float)
    fit = least_squares_effect(outcome, treated, weights)
    left_out = omitted_variable(
        effect.estimate,
        effect.se,
        effect.degrees_of_freedom,
        model_se=fit.se,
        model_degrees_of_freedom=fit.degrees_of_freedom,
    )
    columns = frame[COVARIATES].to_numpy(float)
    (prior,) = benchmarks(outcome, treated, columns, {"prior": [0]}, equal_arm_weights(treated == 1))
    return matched, effect, fit, left_out, prior


def test_a_rise_made_by_something_hidden_is_undone_by_less_than_an_effect_is():
    made = looks(families(hidden=1.0, effect=0.0, seed=1))
    real = looks(families(hidden=0.0, effect=0.12, seed=2))
    for _, effect, fit, _, _ in (made, real):
        assert effect.interval[0] > 0
        assert fit.estimate == pytest.approx(effect.estimate)
    e_values = [e_value_of_difference(e.estimate, e.mean_control, *e.interval) for _, e, _, _, _ in (made, real)]
    assert e_values[0].limit < e_values[1].limit
    assert made[3].robustness_at_alpha < real[3].robustness_at_alpha
    assert times_to_undo(made[3], made[4]) < times_to_undo(real[3], real[4])


def test_a_cause_left_out_of_matching_moves_the_ratio_no_further_than_its_recorded_strength():
    frame = families(hidden=0.0, effect=0.0, seed=3, rows=60_000)
    strength = observed_strength(frame["referred"], frame["treated"], frame["prior"])
    matched = match(frame, treatment="treated", covariates=["age", "deprived"], caliper=0.2)
    effect = matched.effect("referred", "ratio", adjust=False, cluster="centre")
    assert 1.1 < effect.estimate < strength.factor


def test_sets_curves_and_power_take_the_matched_rows_as_they_are():
    frame = families(hidden=0.0, effect=-0.05, seed=4)
    matched, effect, *_ = looks(frame)
    weights = np.asarray(matched.weights, dtype=float)
    curve = km_difference(
        frame["day"], frame["referred"], frame["treated"], times=[364], weights=weights, cluster=frame["centre"]
    )
    assert curve.table["difference"][0] == pytest.approx(effect.estimate, abs=0.004)
    assert curve.table["se"][0] == pytest.approx(effect.se, rel=0.15)
    used = weights > 0
    design = design_from_rows(
        frame["treated"][used], frame["centre"][used], frame["prior"][used], weights=weights[used], baseline=0.1
    )
    assert design.spread(effect.estimate)[0] == pytest.approx(effect.se, rel=0.25)
    pairs = matched.pairs
    rows = np.concatenate([pairs.drop_duplicates("set")["treated"], pairs["control"]])
    sets = np.concatenate([pairs.drop_duplicates("set")["set"], pairs["set"]])
    chosen = frame.loc[rows]
    bounds = mantel_haenszel_bounds(chosen["referred"], chosen["treated"], sets, side="less")
    assert bounds.holds
    assert 1 < bounds.limit < 3
