from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import match
from toolkit.stats.effects.subgroups import subgroup_effects


def sample(rng, *, rows=3_000, clusters=30, effects=(0.0, 0.0, 0.0), shared=0.06):
    """Return rows whose centre moves all groups' outcomes, and treatment's effect, together."""
    cluster = rng.integers(0, clusters, rows)
    group = rng.integers(0, 3, rows)
    treated = rng.integers(0, 2, rows)
    pull = rng.normal(0, shared, (clusters, 2))
    risk = 0.3 + pull[cluster, 0] + treated * (np.array(effects)[group] + pull[cluster, 1])
    return (rng.random(rows) < risk).astype(float), treated, group, cluster


def test_effects_are_those_of_each_group_alone():
    rng = np.random.default_rng(1)
    outcome, treated, group, cluster = sample(rng)
    frame = pd.DataFrame({"y": outcome, "t": treated, "g": group, "c": cluster, "x": rng.normal(size=3_000)})
    matched = match(frame, treatment="t", covariates=["x"], caliper=0.2)
    weights = np.asarray(matched.weights, dtype=float)
    got = subgroup_effects(outcome, treated, group, [cluster], weights=weights)
    used = weights > 0
    for row in got.table.itertuples():
        mine = used & (group == int(row.group))
        means = [
            np.average(outcome[mine & (treated == arm)], weights=weights[mine & (treated == arm)]) for arm in (1, 0)
        ]
        assert row.estimate == pytest.approx(means[0] - means[1])
        assert (row.mean_treated, row.mean_control) == pytest.approx(tuple(means))
        assert row.se**2 == pytest.approx(got.covariance[int(row.group), int(row.group)], rel=0.05)
        assert row.low_all < row.low < row.high < row.high_all
    assert (got.table["p_holm"] >= got.table["p_value"]).all()
    assert got.table.columns.tolist()[7:9] == ["p_value", "p_holm"]


def test_alike_effects_are_called_different_as_seldom_as_asked():
    rng = np.random.default_rng(2)
    runs = 150
    wrong = sum(subgroup_effects(*call).interaction.differs for call in (_call(rng) for _ in range(runs)))
    assert wrong / runs <= 0.09


def _call(rng, **options):
    outcome, treated, group, cluster = sample(rng, rows=1_500, **options)
    return outcome, treated, group, [cluster]


def test_effects_that_differ_are_seen():
    rng = np.random.default_rng(3)
    seen = sum(subgroup_effects(*_call(rng, effects=(-0.15, 0.0, 0.15))).interaction.differs for _ in range(40))
    assert seen >= 38


def test_covariates_are_allowed_for():
    rng = np.random.default_rng(4)
    outcome, treated, group, cluster = sample(rng)
    prior = rng.normal(size=(3_000, 1))
    outcome = outcome + 3 * prior[:, 0]
    plain = subgroup_effects(outcome, treated, group, [cluster])
    allowed = subgroup_effects(outcome, treated, group, [cluster], covariates=np.column_stack([prior, prior]))
    assert (allowed.table["se"] < plain.table["se"] / 3).all()


def test_a_group_of_too_few_is_left_out_by_name():
    rng = np.random.default_rng(5)
    outcome, treated, group, cluster = sample(rng)
    named = np.where(group == 2, "kin", np.where(group == 1, "other", "none")).astype(object)
    named[:4] = "few"
    named[cluster == 7] = "one centre"
    got = subgroup_effects(outcome, treated, named, [cluster])
    assert got.table["group"].tolist() == ["kin", "none", "other"]
    assert "Left out: few (" in got.summary()
    assert "one centre (all in one cluster)" in got.summary()
    with pytest.raises(InputError, match="Fewer than two groups"):
        subgroup_effects(outcome, treated, named, [cluster], fewest=5_000)


def test_missing_outcomes_and_lengths_are_said():
    with pytest.raises(InputError, match="1 outcomes are missing"):
        subgroup_effects([1, np.nan], [1, 0], [1, 1], [[1, 2]])
    with pytest.raises(InputError, match="weight is missing or below 0"):
        subgroup_effects([1, 0], [1, 0], [1, 1], [[1, 2]], weights=[1, -1])
    with pytest.raises(InputError, match="1 of treated are not 0 or 1; the first is 2, at position 1"):
        subgroup_effects([1, 0], [1, 2], [1, 1], [[1, 2]])
    with pytest.raises(InputError, match="same length"):
        subgroup_effects([1, 0], [1, 0, 1], [1, 1], [[1, 2]])


def test_a_group_in_which_nobody_had_the_outcome_is_named_as_what_cannot_be_compared() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat(["a", "b"], 200)
    arm, clusters = np.tile([0, 1], 200), np.arange(400) % 40
    values = np.where(group == "a", 0.0, (rng.random(400) < 0.3).astype(float))
    with pytest.raises(InputError, match="as where nobody of a group had the outcome"):
        subgroup_effects(values, arm, group, [clusters])
