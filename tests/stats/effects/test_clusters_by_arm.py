"""Clusters are counted apart in each arm, by one rule in every estimator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats import (
    estimate_effect,
    estimate_effects,
    km_difference,
    match,
    subgroup_effects,
    weight,
)
from toolkit.stats.doubly_robust.aipw import fold_numbers
from toolkit.stats.variance.arms import Arms, few_clusters_note
from toolkit.stats.variance.cr2 import corrected_sums

COVARIATES = ["x"]


def frame_of(rng: np.random.Generator, treated: int, control: int, size: int = 20, shared: float = 0.2) -> pd.DataFrame:
    """Return so many clusters in each arm, whose outcomes are alike within."""
    clusters = treated + control
    cluster = np.repeat(np.arange(clusters), size)
    pull = rng.normal(0, np.sqrt(shared), clusters)
    x = rng.normal(size=len(cluster))
    y = 0.5 * x + pull[cluster] + rng.normal(0, np.sqrt(1 - shared), len(cluster))
    return pd.DataFrame(
        {"t": (cluster < treated).astype(int), "x": x, "y": y, "area": cluster, "event": (y > 0.3).astype(int)}
    ).assign(
        days=np.ceil(rng.exponential(20, len(cluster))), score=np.clip(np.round(y) + 3, 1, 5), kind=cluster * 7 % 2
    )


ESTIMATORS = {
    "matched": lambda f: match(f, "t", COVARIATES).effect("y", cluster="area"),
    "entropy": lambda f: weight(f, "t", COVARIATES).effect("y", cluster="area"),
    "plain": lambda f: weight(f, "t", COVARIATES).effect("y", cluster="area", adjust=False),
    "ipw": lambda f: weight(f, "t", COVARIATES, method="ipw").effect("y", cluster="area"),
    "wild": lambda f: weight(f, "t", COVARIATES).effect("y", cluster="area", small_sample="wild"),
    "logit": lambda f: weight(f, "t", COVARIATES).effect("event", cluster="area", outcome_model="logit"),
    "ordinal": lambda f: weight(f, "t", COVARIATES).effect(
        "score", "mean_ordinal", cluster="area", outcome_model="ordinal"
    ),
    "rates": lambda f: weight(f, "t", COVARIATES).effect("score", "rate_ratio", exposure="days", cluster="area"),
    "cox": lambda f: weight(f, "t", COVARIATES).effect("event", "hazard_ratio", duration="days", cluster="area"),
    "rmst": lambda f: weight(f, "t", COVARIATES).effect("event", "rmst", duration="days", cluster="area"),
    "by": lambda f: weight(f, "t", COVARIATES).effect("y", cluster="area", by="kind"),
    "aipw": lambda f: estimate_effect(f, "y", "t", COVARIATES, cluster="area"),
    "aipw of one fold": lambda f: estimate_effect(f, "y", "t", COVARIATES, cluster="area", folds=1),
    "ipwra": lambda f: estimate_effect(f, "y", "t", COVARIATES, cluster="area", method="ipwra"),
    "regression": lambda f: estimate_effect(f, "y", "t", COVARIATES, cluster="area", method="regression"),
    "several": lambda f: estimate_effects(f, ["y", "event"], "t", COVARIATES, cluster="area"),
    "curve": lambda f: km_difference(f["days"], f["event"], f["t"], times=[10], cluster=f["area"]),
    "subgroups": lambda f: subgroup_effects(f["y"], f["t"], f["kind"], [f["area"]]),
}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("arm", ["treated", "comparison"])
def test_an_arm_in_one_cluster_is_refused_by_name(estimator, arm):
    made = frame_of(np.random.default_rng(1), *((1, 12) if arm == "treated" else (12, 1)))
    with pytest.raises(InputError) as refused:
        ESTIMATORS[estimator](made)
    assert arm in str(refused.value)
    assert "one cluster" in str(refused.value)
    if estimator not in ("subgroups",):
        assert "(0)" in str(refused.value) if arm == "treated" else "(12)" in str(refused.value)


@pytest.mark.parametrize("estimator", [name for name in ESTIMATORS if name not in ("wild", "by", "subgroups")])
def test_few_clusters_in_an_arm_are_said_and_their_degrees_of_freedom_are_its_own(estimator):
    found = ESTIMATORS[estimator](frame_of(np.random.default_rng(2), 3, 40))
    for effect in found if isinstance(found, tuple) else (found,):
        note = next(note for note in effect.notes if note.code == "few_clusters")
        assert note.figures["arm"] == "treated" and note.figures["clusters"] == 3
        # A matched sample of one each weighs both arms alike, so the others' clusters count too.
        assert effect.degrees_of_freedom < (8 if estimator == "matched" else 2.5)
    many = ESTIMATORS[estimator](frame_of(np.random.default_rng(2), 20, 40))
    for effect in many if isinstance(many, tuple) else (many,):
        assert not [note for note in effect.notes if note.code == "few_clusters"]


def test_subgroups_leave_out_and_say_groups_with_an_arm_of_few_clusters():
    rng = np.random.default_rng(3)
    made = frame_of(rng, 6, 30)
    group = np.where(made["area"] == 0, "one", np.where(made["area"] < 3, "two", "more"))
    group = np.where((made["t"] == 0) & (made["area"] % 3 == 0), "one", group)
    group = np.where((made["t"] == 0) & (made["area"] % 3 == 1), "two", group)
    got = subgroup_effects(made["y"], made["t"], group, [made["area"]])
    assert got.table["group"].tolist() == ["more", "two"]
    assert got.left_out == ("one (all treated rows in one cluster)",)
    assert [note.figures["group"] for note in got.notes if note.code == "few_clusters"] == ["more", "two"]
    assert "few" in got.summary()


@pytest.mark.parametrize(("outcome", "design"), [("y", "match"), ("y", "ipw"), ("event", "aipw"), ("y", "regression")])
def test_an_arm_of_one_row_is_refused(outcome, design):
    made = frame_of(np.random.default_rng(4), 1, 40, size=1)
    make = {
        "match": lambda: match(made, "t", COVARIATES, ratio=3).effect(outcome),
        "ipw": lambda: weight(made, "t", COVARIATES, method="ipw").effect(outcome),
        "aipw": lambda: estimate_effect(made, outcome, "t", COVARIATES),
        "regression": lambda: estimate_effect(made, outcome, "t", COVARIATES, method="abadie_imbens"),
    }
    with pytest.raises(InputError, match="treated arm has one row"):
        make[design]()


@pytest.mark.parametrize(("clusters", "estimator"), [(2, "entropy"), (3, "aipw"), (6, "ipw")])
def test_intervals_hold_where_one_arm_has_few_clusters(clusters, estimator):
    # 69% of CR1's with 2 clusters, and 85% of CR2's whose degrees of freedom take weights for precision.
    runs = 40
    covered = 0
    for run in range(runs):
        made = frame_of(np.random.default_rng([run, clusters]), 30, clusters, size=6)
        low, high = ESTIMATORS[estimator](made).interval
        covered += low <= 0 <= high
    assert covered / runs >= 0.88


def test_one_large_cluster_leaves_few_degrees_of_freedom():
    rng = np.random.default_rng(5)
    rows = 2_000
    area = np.where(rng.random(rows) < 0.4, 0, rng.integers(1, 25, rows))
    made = pd.DataFrame({"t": rng.integers(0, 2, rows), "x": rng.normal(size=rows), "y": rng.normal(size=rows)})
    made["area"] = area
    for estimator in ("aipw", "ipw", "entropy", "aipw of one fold"):
        effect = ESTIMATORS[estimator](made)
        assert effect.degrees_of_freedom == pytest.approx(1 / (0.4**2 + 24 * 0.025**2), rel=0.1)
        assert "CR2" in effect.method
    asked = estimate_effect(made, "y", "t", COVARIATES, cluster="area", small_sample="CR1")
    assert asked.degrees_of_freedom == 24
    assert "CR1" in asked.method
    share = f"{(area == 0).mean():.0%}"
    assert f'one cluster of "area" with {share} of the rows being kept whole' in ESTIMATORS["aipw"](made).method


def test_folds_are_even_in_both_arms_and_keep_clusters_whole():
    rng = np.random.default_rng(6)
    cluster = np.where(rng.random(3_000) < 0.3, 0, rng.integers(1, 40, 3_000))
    treated = rng.random(3_000) < np.where(cluster % 2, 0.5, 0.1)
    folds = fold_numbers(treated, cluster, 5, np.random.default_rng(0))
    assert all(len(np.unique(folds[cluster == one])) == 1 for one in range(40))
    rest = folds != folds[cluster == 0][0]
    for arm in (treated, ~treated):
        sizes = np.bincount(folds[rest & arm], minlength=5)
        assert sorted(sizes)[1] > 0.75 * sizes.max()


def test_corrected_sums_are_those_of_the_two_mean_regression():
    from toolkit.stats.variance.cluster_robust import clustered_covariance, covariance_of_influence, least_squares

    rng = np.random.default_rng(7)
    rows = 400
    codes, treated = rng.integers(0, 9, rows), rng.integers(0, 2, rows) == 1
    values, weights = rng.normal(size=rows), rng.uniform(0.5, 2, rows)
    fits, contrasts = [], []
    for place, arm in enumerate((~treated, treated)):
        mine = np.flatnonzero(arm)
        fits.append(least_squares(np.ones((len(mine), 1)), values[mine], weights[mine], mine, 2))
        contrasts.append(np.eye(2)[:, [place]])
    arms = Arms(treated, weights)
    by_fit = clustered_covariance(fits, contrasts, [codes], "CR2", arms)
    means = [np.average(values[arm], weights=weights[arm]) for arm in (~treated, treated)]
    influence = np.column_stack(
        [
            np.where(arm, weights * (values - mean), 0) / weights[arm].sum()
            for arm, mean in zip((~treated, treated), means, strict=True)
        ]
    )
    by_influence = covariance_of_influence(influence, [codes], arms=arms, small_sample="CR2")
    np.testing.assert_allclose(by_influence.covariance, by_fit.covariance, rtol=1e-9)
    assert by_influence.degrees_of_freedom == pytest.approx(by_fit.degrees_of_freedom, rel=1e-9)


def test_degrees_of_freedom_are_those_of_the_whole_matrix():
    rng = np.random.default_rng(8)
    rows = 200
    codes, treated, weights = rng.integers(0, 7, rows), rng.integers(0, 2, rows) == 1, rng.uniform(0.2, 3, rows)
    _, freedom = corrected_sums(np.zeros((rows, 1)), codes, 7, Arms(treated, weights))
    # By the definition: rows vary alike, a cluster's residuals turned by the inverse root of its part of I - H.
    gamma = np.zeros((7, 7))
    for arm in (~treated, treated):
        load = np.where(arm, weights, 0) / weights[arm].sum()
        hat = np.eye(rows) - np.outer(np.ones(rows), load)
        parts = []
        for one in range(7):
            share = load[codes == one].sum()
            parts.append((np.where(codes == one, load, 0) / np.sqrt(1 - share)) @ hat)
        gamma += np.array(parts) @ np.array(parts).T
    assert freedom == pytest.approx(np.trace(gamma) ** 2 / (gamma**2).sum(), rel=1e-9)


def test_few_clusters_are_counted_by_what_they_are_worth():
    treated = np.repeat([True, False], 100)
    even = np.r_[np.arange(100) % 6, 6 + np.arange(100) % 30]
    assert few_clusters_note([even], ["areas"], Arms(treated, np.ones(200))) == ()
    uneven = np.where(np.arange(200) < 60, 0, even)  # one of six holds most of its arm
    (note,) = few_clusters_note([uneven], ["areas"], Arms(treated, np.ones(200)))
    assert note.figures["clusters"] == 6 and note.figures["effective"] < 3
    assert "worth" in note


@pytest.mark.parametrize("method", ["ipw", "overlap"])
@pytest.mark.parametrize(
    "options",
    [{}, {"adjust": False}, {"outcome_model": "logit"}, {"measure": "hazard_ratio", "duration": "days"}],
)
def test_a_correction_asked_for_is_used(method, options):
    made = frame_of(np.random.default_rng(9), 30, 40)
    weighted = weight(made, "t", COVARIATES, method=method)
    first, second = (weighted.effect("event", cluster="area", small_sample=word, **options) for word in ("CR1", "CR2"))
    assert first.degrees_of_freedom == 69 and second.degrees_of_freedom < 69
    assert first.se != second.se
    assert "CR1" in first.method and "CR2" in second.method
    assert weighted.effect("event", cluster="area", **options).se == second.se  # 30 treated areas are fewer than 50


def test_a_wild_bootstrap_of_few_clusters_in_an_arm_is_refused():
    made = frame_of(np.random.default_rng(12), 5, 40)
    with pytest.raises(InputError, match="treated arm has 5 clusters"):
        ESTIMATORS["wild"](made)
    assert ESTIMATORS["wild"](frame_of(np.random.default_rng(12), 9, 40)).interval[0] < 0.5
