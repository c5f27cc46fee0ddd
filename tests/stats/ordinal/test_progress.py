from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.inference.intervals import wilson
from toolkit.stats.ordinal.change import ordinal_change
from toolkit.stats.ordinal.regression_to_the_mean import expected_from_noise, regression_to_the_mean
from toolkit.stats.variance.clustered_mean import clustered_mean

readings = st.lists(
    st.tuples(st.integers(1, 5), st.one_of(st.none(), st.integers(1, 5)), st.integers(0, 4)), min_size=1, max_size=60
)


def columns(rows):
    first, last, centre = zip(*rows, strict=True)
    return np.array(first), np.array([np.nan if value is None else value for value in last]), np.array(centre)


def test_a_table_made_by_hand():
    first = [1, 1, 2, 3, 3, 5, 5, 4]
    last = [2, 1, 4, 2, np.nan, 5, np.nan, np.nan]
    change = ordinal_change(first, last)
    assert [share.count for share in (change.improved, change.same, change.worse)] == [2, 2, 1]
    assert change.transitions[0].tolist() == [1, 1, 0, 0, 0]
    assert (change.transitions[2, 1], change.transitions[4, 4]) == (1, 1)
    assert (change.without_second.count, change.without_second.of) == (3, 8)
    assert change.by_start[2].without_second.share == 0.5
    assert change.by_start[1].mean_change == 2.0
    assert (change.improved.low, change.improved.high) == pytest.approx(tuple(map(float, wilson(2, 5))))
    assert "5 with two readings" in change.summary()
    assert len(change.tidy()) == 15


@settings(max_examples=60, deadline=None)
@given(readings)
def test_counts_add_up_and_the_ends_of_the_scale_go_one_way(rows):
    first, last, centre = columns(rows)
    change = ordinal_change(first, last, cluster=centre)
    two = int((~np.isnan(last)).sum())
    assert change.improved.count + change.same.count + change.worse.count == two == int(change.transitions.sum())
    assert change.without_second.count == len(rows) - two
    assert sum(row.without_second.of for row in change.by_start) == len(rows)
    bottom, top = change.by_start[0], change.by_start[-1]
    assert bottom.worse.count == 0 and not bottom.can_worsen and bottom.can_improve
    assert top.improved.count == 0 and not top.can_improve and top.can_worsen


@settings(max_examples=40, deadline=None)
@given(readings, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, two = (
        ordinal_change(first, last, cluster=centre) for first, last, centre in (columns(rows), columns(shuffled))
    )
    assert (one.transitions == two.transitions).all()
    for name, mean in one.clustered.items():
        other = two.clustered[name]
        assert [mean.se, mean.low, mean.high] == pytest.approx([other.se, other.low, other.high], nan_ok=True)


@given(readings)
def test_turning_the_scale_round_swaps_up_and_down(rows):
    first, last, centre = columns(rows)
    one, turned = ordinal_change(first, last, cluster=centre), ordinal_change(6 - first, 6 - last, cluster=centre)
    assert (one.transitions == turned.transitions[::-1, ::-1]).all()
    assert one.improved.count == turned.worse.count
    up, down = one.clustered["improved"], turned.clustered["worse"]
    assert [up.mean, up.low, up.high] == pytest.approx([down.mean, down.low, down.high], nan_ok=True)


def test_with_clusters_of_one_size_the_error_is_that_of_their_means():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(12, 7)) + rng.normal(size=(12, 1))
    got = clustered_mean(values.ravel(), np.repeat(np.arange(12), 7), is_share=False)
    means = values.mean(axis=1)
    assert got.se == pytest.approx(means.std(ddof=1) / np.sqrt(12))
    assert got.degrees_of_freedom == pytest.approx(11)
    assert (got.low, got.high) == pytest.approx(stats.t.interval(0.95, 11, means.mean(), got.se))


def test_the_clustered_interval_of_a_share_keeps_its_level_and_the_naive_one_does_not():
    # 19 centres of uneven size whose own shares differ (standard deviation 0.5 on the logit scale), true mean 0.4585.
    rng = np.random.default_rng(2)
    size = rng.integers(20, 120, 19)
    grid = rng.normal(size=200_000)
    truth = float((1 / (1 + np.exp(0.2 - 0.5 * grid))).mean())
    clustered = naive = 0
    for _ in range(600):
        share = 1 / (1 + np.exp(0.2 - 0.5 * rng.normal(size=19)))
        improved = np.concatenate([rng.random(n) < p for n, p in zip(size, share, strict=True)])
        got = clustered_mean(improved.astype(float), np.repeat(np.arange(19), size))
        low, high = wilson(improved.sum(), len(improved))
        clustered += got.low <= truth <= got.high
        naive += low <= truth <= high
    assert 0.93 <= clustered / 600 <= 0.975
    assert naive / 600 < 0.75


def test_nobody_everybody_and_one_centre():
    codes = np.repeat(np.arange(4), 5)
    nobody, everybody = clustered_mean(np.zeros(20), codes), clustered_mean(np.ones(20), codes)
    assert (nobody.low, everybody.high) == (0.0, 1.0)
    assert nobody.high == pytest.approx(0.6024, abs=1e-4)  # none of four centres
    assert everybody.low == pytest.approx(1 - nobody.high)
    alone = clustered_mean(np.array([0.0, 1.0]), np.array([0, 0]))
    assert alone.mean == 0.5 and np.isnan(alone.low)
    assert np.isnan(clustered_mean(np.zeros(0), np.zeros(0, dtype=np.intp)).mean)


def test_nobody_at_all_is_a_table_of_noughts():
    change = ordinal_change([], [], cluster=[])
    assert change.transitions.sum() == 0
    assert (change.improved.low, change.improved.high) == (0.0, 1.0)


def test_the_known_fall_of_those_chosen_above_a_cut():
    assert -regression_to_the_mean(0.5, above=1.0).change_in_sd == pytest.approx(0.7625676, abs=1e-7)
    rng = np.random.default_rng(3)
    level = rng.normal(size=400_000)
    one, two = (np.sqrt(0.5) * (level + rng.normal(size=400_000)) for _ in range(2))
    assert (one - two)[one > 1].mean() == pytest.approx(0.7626, abs=0.01)


def test_noise_moves_extremes_inwards_and_nobody_on_average():
    first = np.array([1, 1, 2, 2, 2, 3, 3, 4])
    expected = expected_from_noise(first, 0.7)
    assert expected.tolist() == pytest.approx([0.3 * (2.25 - score) for score in range(1, 6)])
    assert expected[first - 1].mean() == pytest.approx(0.0)
    assert expected_from_noise(first, 1.0).tolist() == [0.0] * 5


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ordinal_change([1, 6], [1, 2]), "first scores.*first is 6, at position 1"),
        (lambda: ordinal_change([1, np.nan], [1, 2]), "first scores"),
        (lambda: ordinal_change([1, 2], [1, 2.5]), "last scores.*2.5"),
        (lambda: ordinal_change([1, 2], [1]), "2 first scores, 1 last"),
        (lambda: expected_from_noise([1, 2], 1.2), "correlation is 1.2"),
    ],
)
def test_what_is_not_a_score_is_refused_with_its_place(call, says):
    with pytest.raises(InputError, match=says):
        call()


@pytest.mark.parametrize("alike", [0.05, 0.1])
def test_shares_by_starting_score_cover_what_they_should_where_centres_differ(alike):
    covered = {"centre": 0, "nobody": 0}
    for seed in range(60):
        rng = np.random.default_rng(seed)
        centre = np.repeat(np.arange(20), 60)
        chance = rng.beta(0.45 * (1 / alike - 1), 0.55 * (1 / alike - 1), 20)[centre]
        first = rng.integers(2, 4, len(centre))
        last = np.where(rng.random(len(centre)) < chance, first + 1, first - 1)
        for name, cluster in (("centre", centre), ("nobody", None)):
            of_two = ordinal_change(first, last, cluster=cluster).by_start[1].improved
            covered[name] += of_two.low <= 0.45 <= of_two.high
    assert covered["centre"] >= 55
    assert covered["nobody"] < 52


def test_every_share_has_the_interval_clustered_by_centre_where_centres_are_given():
    rng = np.random.default_rng(2)
    first, last, centre = rng.integers(1, 6, 400), rng.integers(1, 6, 400).astype(float), rng.integers(0, 12, 400)
    last[rng.random(400) < 0.2] = np.nan
    change = ordinal_change(first, last, cluster=centre)
    two = ~np.isnan(last)
    here = two & (first == 3)
    expected = clustered_mean((last[here] > 3).astype(float), centre[here])
    assert (change.by_start[2].improved.low, change.by_start[2].improved.high) == (expected.low, expected.high)
    lost = clustered_mean((~two[first == 3]).astype(float), centre[first == 3])
    assert (change.by_start[2].without_second.low, change.by_start[2].without_second.high) == (lost.low, lost.high)
    assert (change.improved.low, change.improved.high) == (
        change.clustered["improved"].low,
        change.clustered["improved"].high,
    )
    one = ordinal_change([2, 2, 3], [3, 2, 4], cluster=["a", "a", "a"])
    assert np.isnan(one.improved.low)
