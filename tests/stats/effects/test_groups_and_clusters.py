"""Whether effects differ between groups, each arm's interval, and clusters as they are given."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import estimate_effect, estimate_effects, match, subgroup_effects, weight


def sample(rng, rows=900, clusters=24, effects=(0.0, 0.0, 0.0), shared=0.4) -> pd.DataFrame:
    """Return rows whose centre moves all groups' outcomes, and treatment's effect, together."""
    area, group = rng.integers(0, clusters, rows), rng.integers(0, 3, rows)
    treated, x = rng.integers(0, 2, rows), rng.normal(size=rows)
    pull = rng.normal(0, shared, (clusters, 2))
    y = 0.5 * x + pull[area, 0] + treated * (np.array(effects)[group] + pull[area, 1]) + rng.normal(size=rows)
    made = pd.DataFrame({"t": treated, "x": x, "y": y, "area": area, "ward": rng.integers(0, 60, rows)})
    return made.assign(group=np.array(["a", "b", "c"])[group], event=(y > 0.5).astype(int))


def test_the_joint_covariance_is_that_of_subgroup_effects():
    made = sample(np.random.default_rng(1))
    ones = match(made.assign(all=1), "t", ["ward"], method="exact")
    weights = np.asarray(ones.weights, dtype=float)
    found = ones.effect("y", by="group", cluster="area", adjust=False)
    got = subgroup_effects(made["y"], made["t"], made["group"], [made["area"]], weights=weights)
    np.testing.assert_allclose([effect.estimate for effect in found], got.table["estimate"], rtol=1e-9)
    np.testing.assert_allclose([effect.se for effect in found], got.table["se"], rtol=1e-9)
    correlation, expected = (
        of / np.sqrt(np.outer(np.diag(of), np.diag(of))) for of in (found.covariance, got.covariance)
    )
    np.testing.assert_allclose(correlation, expected, atol=0.01)
    assert np.abs(correlation[0, 1]) > 0.1
    np.testing.assert_allclose(np.diag(found.covariance), [effect.se**2 for effect in found], rtol=1e-12)


def test_alike_effects_are_called_different_as_seldom_as_asked_and_unlike_ones_are_seen():
    wrong = seen = 0
    for run in range(60):
        made = sample(np.random.default_rng([2, run]), rows=600)
        wrong += weight(made, "t", ["x"]).effect("y", by="group", cluster="area").interaction().differs
    for run in range(20):
        made = sample(np.random.default_rng([3, run]), rows=600, effects=(-0.6, 0.0, 0.6))
        seen += weight(made, "t", ["x"]).effect("y", by="group", cluster="area").interaction().differs
    assert wrong / 60 <= 0.13
    assert seen >= 18


@pytest.mark.parametrize("measure", ["difference", "ratio", "odds_ratio"])
def test_ratios_are_compared_as_logarithms(measure):
    made = sample(np.random.default_rng(4))
    found = weight(made, "t", ["x"], method="ipw").effect("event", measure, by="group")
    values = np.array([effect.estimate for effect in found])
    test = found.interaction()
    assert test.spread == pytest.approx(np.ptp(values if measure == "difference" else np.log(values)))
    assert test.groups == 3 and 0 < test.p_value <= 1
    assert pickle.loads(pickle.dumps(found)).interaction() == test
    np.testing.assert_array_equal(found.covariance, found.covariance.T)


def test_groups_that_share_nothing_are_compared_by_welchs_test():
    made = sample(np.random.default_rng(5))
    found = weight(made, "t", ["x"]).effect("y", by="group")
    assert not (found.covariance - np.diag(np.diag(found.covariance))).any()
    assert found.interaction().numerator == 2
    with pytest.raises(InputError, match="two or more"):
        weight(made.assign(one=1), "t", ["x"]).effect("y", by="one").interaction()


def test_each_arms_mean_has_an_interval():
    made = sample(np.random.default_rng(6), shared=0.0)
    effect = weight(made, "t", ["x"]).effect("y", adjust=False)
    treated = made.loc[made["t"] == 1, "y"]
    half = 1.9653 * treated.std(ddof=1) / np.sqrt(len(treated))
    assert effect.interval_treated == pytest.approx((treated.mean() - half, treated.mean() + half), abs=0.002)
    row = effect.tidy().iloc[0]
    assert (row["low_treated"], row["high_control"]) == (effect.interval_treated[0], effect.interval_control[1])
    share = weight(made, "t", ["x"], method="ipw").effect("event")
    for mean, (low, high) in (
        (share.mean_treated, share.interval_treated),
        (share.mean_control, share.interval_control),
    ):
        assert 0 < low < mean < high < 1
        middle = (np.log(low / (1 - low)) + np.log(high / (1 - high))) / 2
        assert middle == pytest.approx(np.log(mean / (1 - mean)))  # on the logit scale
    averaged = estimate_effect(made, "event", "t", ["x"], cluster="area")
    assert averaged.interval_control[0] < averaged.mean_control < averaged.interval_control[1]


def test_an_arms_interval_has_its_own_degrees_of_freedom():
    covered = 0
    for run in range(80):
        rng = np.random.default_rng([7, run])
        area = np.repeat(np.arange(44), 6)
        y = rng.normal(0, 0.6, 44)[area] + rng.normal(size=len(area))
        made = pd.DataFrame({"t": (area < 4).astype(int), "x": rng.normal(size=len(area)), "y": y, "area": area})
        low, high = weight(made, "t", ["x"]).effect("y", cluster="area", adjust=False).interval_treated
        covered += low <= 0 <= high
    assert covered >= 70


def test_clusters_go_by_the_frames_index():
    made = sample(np.random.default_rng(8))
    made.index = np.random.default_rng(9).permutation(len(made)) + 1_000
    turned = made["area"].sample(frac=1, random_state=1)
    for design in (match(made, "t", ["x"]), weight(made, "t", ["x"], method="ipw")):
        named, given = design.effect("y", cluster="area"), design.effect("y", cluster=turned)
        assert (given.se, given.degrees_of_freedom) == (named.se, named.degrees_of_freedom)
        several = design.effect("y", cluster=["area", made["ward"].rename("places")])
        assert '"area" and "places' in several.method
        assert several.se != named.se
        with pytest.raises(InputError, match="no value for 1 of"):
            design.effect("y", cluster=turned.iloc[1:])
        with pytest.raises(InputError, match="more than once"):
            design.effect("y", cluster=["area", "area"])
    named, given = (estimate_effect(made, "y", "t", ["x"], cluster=way) for way in ("area", turned))
    assert given.se == named.se
    assert estimate_effect(made, "y", "t", ["x"], cluster=["area", "ward"]).clusters == 24
    assert estimate_effects(made, ["y"], "t", ["x"], cluster=turned)[0].se == named.se


def test_two_ways_are_put_together_by_inclusion_and_exclusion():
    made = sample(np.random.default_rng(10))
    design = weight(made, "t", ["x"], method="overlap")
    both = made["area"] * 60 + made["ward"]
    one, two, cell = (
        design.effect("y", cluster=way, small_sample="CR1").se ** 2 for way in ("area", "ward", both.rename("cell"))
    )
    found = design.effect("y", cluster=["area", "ward"], small_sample="CR1")
    assert found.se**2 == pytest.approx(one + two - cell, rel=1e-9)
    assert found.clusters == 24


def test_the_designs_notes_are_the_effects_first():
    made = sample(np.random.default_rng(11))
    made.loc[:20, "x"] = np.nan
    for design in (match(made, "t", ["x"], missing="drop"), weight(made, "t", ["x"], missing="indicator")):
        assert design.notes
        assert design.effect("y").notes[: len(design.notes)] == design.notes
