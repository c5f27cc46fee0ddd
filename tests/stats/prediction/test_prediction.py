from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.prediction.added_value import added_value, standardised
from toolkit.stats.prediction.calibration import calibration, risk_groups
from toolkit.stats.prediction.clusters import weighted_mean, whole_folds, with_interval
from toolkit.stats.prediction.discrimination import concordance, discrimination, influence_of_concordance
from toolkit.stats.prediction.ridge import chances, fit_ridge
from toolkit.stats.regression.logistic import fit_logistic

# Hanley and McNeil (1982), Radiology 143, table I: ratings 1 to 5 of 58 normal and 51 abnormal images; area 0.893.
NORMAL, ABNORMAL = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
RATINGS = np.concatenate([np.repeat(np.arange(1.0, 6), NORMAL), np.repeat(np.arange(1.0, 6), ABNORMAL)])
IS_ABNORMAL = np.repeat([0.0, 1.0], [58, 51])


def world(seed, families, risk, meaning, *, centres=19):
    """Families of centres of unlike size. A state, which rests on what is known and on more, is scored with error.

    A point of the state takes ``meaning`` off the log odds of referral beyond what is known; the columns known hold all
    else that matters but each centre's own level.
    """
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0, 0.8, centres)
    centre = np.unique(rng.choice(centres, families, p=size / size.sum()), return_inverse=True)[1].astype(np.intp)
    decile, referrals = rng.integers(1, 11, families), np.minimum(rng.poisson(0.25, families), 3)
    lone, months = rng.random(families) < 0.3, rng.integers(0, 60, families)
    need = -0.12 * (decile - 5.5) + 0.6 * referrals + 0.4 * lone
    beyond = rng.normal(0, 0.9, families)
    habit = rng.normal(0, 0.3, centres)[centre]
    score = np.clip(np.round(3 - 0.5 * need / need.std() + beyond + habit + rng.normal(0, 0.55, families)), 1, 5)
    log_odds = need - meaning * beyond + rng.normal(0, 0.3, centres)[centre]
    base = min(np.linspace(-8, 3, 400), key=lambda at: abs(chances(at + log_odds).mean() - risk))
    outcome = (rng.random(families) < chances(base + log_odds)).astype(np.float64)
    known = np.column_stack([decile, referrals, lone, months, (months - 30.0) ** 2]).astype(np.float64)
    return outcome, known, score, centre


def test_the_area_of_a_published_example() -> None:
    area = concordance(RATINGS, IS_ABNORMAL, 1 - IS_ABNORMAL)
    assert area == pytest.approx(0.893, abs=5e-4)
    assert discrimination(RATINGS, IS_ABNORMAL, np.arange(109)).estimate == pytest.approx(area, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.booleans(), st.integers(0, 3), st.integers(0, 2)), min_size=4, max_size=30)
)
def test_an_area_is_the_share_of_pairs_within_groups_that_are_told_apart(rows) -> None:
    risk, outcome, weight, group = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    wins = pairs = 0.0
    for i in np.flatnonzero(outcome == 1):
        for j in np.flatnonzero((outcome == 0) & (group == group[i])):
            pairs += weight[i] * weight[j]
            wins += weight[i] * weight[j] * ((risk[i] > risk[j]) + (risk[i] == risk[j]) / 2)
    area, influence = influence_of_concordance(risk, outcome, weight, group.astype(np.intp))
    if pairs == 0:
        assert np.isnan(area)
        return
    assert area == pytest.approx(wins / pairs)
    assert influence.sum() == pytest.approx(0, abs=1e-9)


def test_with_rows_as_their_own_clusters_the_error_is_delongs() -> None:
    """DeLong and others (1988): the variances of each row's share of pairs won, over the numbers of both kinds."""
    cases, others = RATINGS[IS_ABNORMAL == 1], RATINGS[IS_ABNORMAL == 0]
    won = (cases[:, None] > others) + (cases[:, None] == others) / 2
    expected = won.mean(axis=1).var(ddof=1) / len(cases) + won.mean(axis=0).var(ddof=1) / len(others)
    found = discrimination(RATINGS, IS_ABNORMAL, np.arange(109))
    assert found.se**2 == pytest.approx(expected, rel=0.02)  # one correction for both kinds together, not each its own
    assert 0 < found.low < found.estimate < found.high < 1


def test_repeating_every_row_within_its_cluster_makes_nothing_surer() -> None:
    rng = np.random.default_rng(1)
    cluster, values = rng.integers(0, 12, 200), rng.normal(0, 1, 200)
    once = weighted_mean(values, np.ones(200), cluster)
    twice = weighted_mean(np.tile(values, 2), np.ones(400), np.tile(cluster, 2))
    assert (once.se, once.low) == pytest.approx((twice.se, twice.low))
    assert once.se == pytest.approx(
        np.sqrt(12 / 11 * sum((values[cluster == c] - once.estimate).sum() ** 2 for c in range(12))) / 200
    )


def test_one_large_cluster_among_small_ones_leaves_few_degrees_of_freedom() -> None:
    like = np.repeat(np.arange(20), 10)
    unlike = np.concatenate([np.zeros(181, dtype=int), np.arange(1, 20)])
    values = np.random.default_rng(2).normal(0, 1, 200)
    even, uneven = (weighted_mean(values, np.ones(200), cluster) for cluster in (like, unlike))
    assert even.degrees_of_freedom == pytest.approx(19) and uneven.degrees_of_freedom < 1.5
    assert np.isnan(with_interval(0.5, values, np.ones(200), np.zeros(200, dtype=int)).low)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 25), st.integers(2, 12), st.integers(0, 1000))
def test_folds_keep_clusters_whole_and_are_alike(clusters, folds, seed) -> None:
    rng = np.random.default_rng(seed)
    cluster = np.concatenate([np.arange(clusters), rng.integers(0, clusters, 300)])
    outcome = (rng.random(len(cluster)) < 0.2).astype(float)
    fold = whole_folds(cluster, outcome, folds, np.random.default_rng(seed))
    assert len(np.unique(fold)) == min(folds, clusters)
    assert all(len(np.unique(fold[cluster == one])) == 1 for one in range(clusters))
    events = np.bincount(fold, weights=outcome)
    assert np.ptp(events) <= np.bincount(cluster, weights=outcome).max() + 1
    assert (fold == whole_folds(cluster, outcome, folds, np.random.default_rng(seed))).all()


def test_a_ridge_without_a_penalty_is_a_logistic_regression_and_with_one_is_held_short() -> None:
    outcome, known, score, _ = world(1, 600, 0.15, 0.8)
    design = np.column_stack([np.ones(600), standardised(np.column_stack([known, score]))])
    free, _ = fit_ridge(design, outcome, np.ones(600), np.zeros(design.shape[1]))
    fit = fit_logistic(design, outcome)
    assert fit is not None and free == pytest.approx(fit.coefficients, abs=1e-6)
    penalty = np.array([0.0, *np.full(design.shape[1] - 1, 30.0)])
    held, information = fit_ridge(design, outcome, np.ones(600), penalty)
    slope = design.T @ (outcome - chances(design @ held)) - penalty * held
    assert slope == pytest.approx(np.zeros(len(held)), abs=1e-5)
    assert (held[1:] ** 2).sum() < (free[1:] ** 2).sum()
    assert np.linalg.eigvalsh(information).min() > 0


def test_a_column_that_decides_the_outcome_is_refused_free_and_fitted_held_short() -> None:
    design = np.column_stack([np.ones(40), np.repeat([-1.0, 1.0], 20)])
    outcome = np.repeat([0.0, 1.0], 20)
    with pytest.raises(InputError, match="all but decides the outcome"):
        fit_ridge(design, outcome, np.ones(40), np.zeros(2))
    assert 0 < fit_ridge(design, outcome, np.ones(40), np.array([0.0, 4.0]))[0][1] < 3


def test_right_chances_have_slope_one_and_chances_too_far_apart_a_half() -> None:
    rng = np.random.default_rng(3)
    linear, cluster = rng.normal(-1.5, 1, 40_000), rng.integers(0, 40, 40_000)
    outcome = (rng.random(40_000) < chances(linear)).astype(float)
    right, wide = (calibration(times * linear, outcome, cluster) for times in (1, 2))
    assert right.slope.low < 1 < right.slope.high and right.slope.high - right.slope.low < 0.15
    assert wide.slope.estimate == pytest.approx(right.slope.estimate / 2)
    assert right.in_the_large.low < 0 < right.in_the_large.high
    assert outcome.mean() - wide.expected == pytest.approx(wide.in_the_large.estimate)
    assert wide.in_the_large.low > 0  # too far apart, so too low on average


def test_groups_of_like_chance_are_few_where_events_are_few_and_hold_everyone() -> None:
    rng = np.random.default_rng(4)
    linear = rng.normal(-2, 1, 900)
    outcome = (rng.random(900) < chances(linear)).astype(float)
    weights = np.where(np.arange(900) < 20, 0.0, 1.0)
    groups = risk_groups(linear, outcome, weights=weights)
    assert groups["rows"].sum() == 880 and groups["events"].sum() == outcome[20:].sum()
    assert groups["expected"].is_monotonic_increasing and 2 <= len(groups) <= 10 and groups["rows"].min() >= 60
    assert len(risk_groups(linear, np.where(np.arange(900) < 30, outcome, 0.0))) == 1
    observed = groups["events"] / groups["rows"]
    assert groups["observed"].to_numpy() == pytest.approx(observed.to_numpy())


def test_a_score_that_means_something_is_told_from_one_that_does_not() -> None:
    meaning, empty = (added_value(*world(5, 1500, 0.1, m), repeats=2) for m in (0.8, 0.0))
    assert meaning.slope.high < 0 < meaning.rise.estimate
    assert meaning.both.estimate - meaning.known.estimate == pytest.approx(meaning.rise.estimate)
    assert meaning.log_score.estimate > 0 and meaning.brier.estimate > 0
    assert meaning.largest_rise >= meaning.rise.high
    assert empty.slope.low < 0 < empty.slope.high
    assert empty.largest_rise < meaning.largest_rise / 3
    assert (meaning.rows, meaning.clusters) == (1500, 19)


def test_a_score_that_says_only_what_was_known_adds_nothing() -> None:
    """It predicts on its own, and beside what it is made of it does not."""
    outcome, known, _, centre = world(6, 2000, 0.15, 0.0)
    score = -(-0.12 * known[:, 0] + 0.6 * known[:, 1]) + np.random.default_rng(1).normal(0, 0.3, 2000)
    found = added_value(outcome, known, score, centre, repeats=2)
    assert found.score.low > 0.5
    assert found.slope.low < 0 < found.slope.high and found.largest_rise < 0.02


def test_rows_of_no_weight_and_the_names_of_clusters_do_not_matter() -> None:
    outcome, known, score, centre = world(7, 700, 0.15, 0.6)
    more = np.concatenate([np.ones(700), np.zeros(50)])
    lost = (np.append(outcome, np.ones(50)), np.vstack([known, known[:50]]), np.append(score, np.ones(50)))
    whole = added_value(outcome, known, score, centre, repeats=1, folds=40)
    padded = added_value(*lost, np.append(centre, centre[:50]), weights=more, repeats=1, folds=40)
    assert padded.events == whole.events and padded.rows == 700
    assert padded.slope.estimate == pytest.approx(whole.slope.estimate, abs=0.02)  # columns are scaled by all rows
    renamed = added_value(outcome, known, score, centre.max() - centre, repeats=1, folds=40)
    assert renamed.rise.estimate == pytest.approx(whole.rise.estimate)  # forty folds are a fold a centre


def test_too_little_to_go_on_is_refused_with_what_is_missing() -> None:
    outcome, known, score, centre = world(8, 200, 0.15, 0.6)
    with pytest.raises(InputError, match=r"200 rows in 18 clusters 1 have the outcome"):
        added_value((np.arange(200) == 3) * 1.0, known, score, centre)
    with pytest.raises(InputError, match="in 1 clusters"):
        added_value(outcome, known, score, np.zeros(200, dtype=np.intp))
    with pytest.raises(InputError, match="outcome 200, known 200, score 199"):
        added_value(outcome, known, score[1:], centre)
    assert np.isnan(added_value(outcome, known, np.ones(200), centre, repeats=1).slope.low)


@pytest.mark.verify
@pytest.mark.parametrize(("families", "risk"), [(600, 0.1), (2000, 0.05), (2000, 0.15)])
def test_over_many_worlds_intervals_hold_what_they_promise(families, risk) -> None:
    """Of 300 worlds whose score means nothing the slope's interval misses nought in few, the rise's in fewer."""
    found = [added_value(*world([seed, families], families, risk, 0.0), repeats=1) for seed in range(300)]
    most = stats.binom.ppf(0.999, 300, 0.025) / 300
    assert np.mean([one.slope.high < 0 for one in found]) <= most
    assert np.mean([one.slope.low > 0 for one in found]) <= most
    assert np.mean([one.rise.low > 0 for one in found]) <= most


@pytest.mark.verify
@pytest.mark.parametrize("families", [1200, 2000])
def test_over_many_worlds_a_score_that_means_something_is_found(families) -> None:
    """The slope finds it in nine of ten; the rise's own interval, which asks the blunter question, in far fewer."""
    found = [added_value(*world([seed, families], families, 0.1, 0.8), repeats=1) for seed in range(100)]
    by_slope = np.mean([one.slope.high < 0 and one.rise.estimate > 0 for one in found])
    assert by_slope >= 0.9 > np.mean([one.rise.low > 0 for one in found])
    assert np.mean([one.largest_rise < 0.03 for one in found]) <= 0.02
