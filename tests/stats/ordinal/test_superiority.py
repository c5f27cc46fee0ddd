"""The probability of superiority and shares improved, against pairs counted one by one and published examples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats import ordinal_change, paired_superiority, superiority, wilson


def by_pairs(one: np.ndarray, other: np.ndarray) -> float:
    return float(((one[:, None] > other) + (one[:, None] == other) / 2).mean())


def drawn(seed: int, size: int = 60) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    inside = rng.random(size) < 0.4
    return np.clip(np.round(3 + 0.8 * inside + rng.normal(size=size)), 1, 5), inside


def test_it_is_the_share_of_pairs_won_and_half_of_those_drawn():
    scores, inside = drawn(1)
    found = superiority(scores, inside)
    assert found.probability == pytest.approx(by_pairs(scores[inside], scores[~inside]))
    u = stats.mannwhitneyu(scores[inside], scores[~inside]).statistic
    assert found.probability == pytest.approx(u / (inside.sum() * (~inside).sum()))
    assert found.ties == pytest.approx(float((scores[inside][:, None] == scores[~inside]).mean()))
    assert found.difference == pytest.approx(stats.somersd(inside.astype(int), scores).statistic)
    assert found.odds == pytest.approx(found.probability / (1 - found.probability))
    turned = superiority(scores, inside, higher_is="worse")
    assert (turned.probability, turned.se) == (pytest.approx(1 - found.probability), pytest.approx(found.se))
    assert (turned.low, turned.high) == (pytest.approx(1 - found.high), pytest.approx(1 - found.low))


def test_the_error_is_delongs_and_the_test_brunner_and_munzels():
    scores, inside = drawn(2, 130)
    found = superiority(scores, inside)
    one, other = scores[inside], scores[~inside]
    wins = (one[:, None] > other) + (one[:, None] == other) / 2
    delong = wins.mean(axis=1).var(ddof=1) / len(one) + wins.mean(axis=0).var(ddof=1) / len(other)
    assert found.se == pytest.approx(np.sqrt(delong), rel=0.01)
    few = superiority(scores[:40], inside[:40])
    one, other = scores[:40][inside[:40]], scores[:40][~inside[:40]]
    wins = (one[:, None] > other) + (one[:, None] == other) / 2
    delong = wins.mean(axis=1).var(ddof=1) / len(one) + wins.mean(axis=0).var(ddof=1) / len(other)
    assert few.se == pytest.approx(np.sqrt(delong), rel=1e-9)
    brunner = stats.brunnermunzel(other, one)
    assert few.p_value == pytest.approx(brunner.pvalue, rel=1e-6)


def test_shoulder_pain_as_published():
    # Brunner and Munzel (2000), Biometrical Journal 42, 17-25: pain scores of Lumley (1996), the statistic 3.1375 on
    # 17.683 degrees of freedom, p .005786, probability .788961 (interval .5952169 to .9827052 on the plain scale).
    active = np.array([1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1])
    rest = np.array([3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4])
    found = superiority([*active, *rest], [0] * len(active) + [1] * len(rest))
    assert found.probability == pytest.approx(0.788961, abs=5e-7)
    reach = (0.9827052 - 0.5952169) / 2 / stats.t.isf(0.025, 17.683)
    assert found.se == pytest.approx(reach, rel=1e-5)
    assert (found.probability - 0.5) / found.se == pytest.approx(3.1375, abs=5e-5)
    assert found.degrees_of_freedom == pytest.approx(17.683, abs=5e-4)
    assert found.p_value == pytest.approx(0.005786, abs=5e-7)


def test_rows_of_a_centre_are_not_independent_and_the_pair_is_a_cluster_too():
    rng = np.random.default_rng(3)
    scores, inside = drawn(3, 200)
    four = superiority(np.repeat(scores, 4), np.repeat(inside, 4), cluster=np.repeat(np.arange(200), 4))
    alone = superiority(scores, inside)
    assert (four.probability, four.clusters) == (pytest.approx(alone.probability), 200)
    assert four.se == pytest.approx(alone.se, rel=1e-9)
    family = rng.normal(size=300)
    first, last = (np.round(2 * (family + rng.normal(size=300) * 0.4 + by)) for by in (0, 0.2))
    stacked = np.concatenate([first, last]), np.repeat([0, 1], 300)
    paired, unpaired = superiority(*stacked, cluster=np.tile(np.arange(300), 2)), superiority(*stacked)
    assert paired.probability == unpaired.probability == pytest.approx(by_pairs(last, first))
    shuffled = [
        by_pairs(last[take], first[take]) for take in (rng.integers(0, 300, 300) for _ in range(400))
    ]  # families drawn again
    assert paired.se == pytest.approx(np.std(shuffled), rel=0.12)
    assert paired.se < 0.6 * unpaired.se


def test_weights_are_shares_of_a_group_and_a_weight_of_none_is_no_row():
    scores, inside = drawn(4)
    weights = np.where(np.arange(60) % 3 == 0, 0.0, 1.0 + np.arange(60) % 2)
    used = weights > 0
    found = superiority(scores, inside, weights=weights)
    repeated = np.repeat(scores, weights.astype(int)), np.repeat(inside, weights.astype(int))
    assert found.probability == pytest.approx(by_pairs(repeated[0][repeated[1]], repeated[0][~repeated[1]]))
    same = superiority(scores[used], inside[used], weights=weights[used] * 7)
    assert (same.probability, same.se) == (pytest.approx(found.probability), pytest.approx(found.se))
    clustered = superiority(*repeated, cluster=np.repeat(np.arange(60), weights.astype(int)))
    assert clustered.se == pytest.approx(found.se)


def test_scores_wholly_apart_have_an_interval_and_one_cluster_has_none():
    apart = superiority([1, 1, 2, 3, 4, 5, 5], [0, 0, 0, 0, 1, 1, 1])
    assert (apart.probability, apart.high, [n.code for n in apart.notes]) == (1.0, 1.0, ["no_overlap"])
    # Newcombe's method 5 solves its equation exactly at the end.
    true, z = apart.low, stats.norm.isf(0.025)
    inner = 1 + (3.5 - 1) * ((1 - true) / (2 - true) + true / (1 + true))
    assert (1 - true) ** 2 == pytest.approx(z * z * true * (1 - true) * inner / 12)
    below = superiority([1, 1, 2, 3, 4, 5, 5], [1, 1, 1, 1, 0, 0, 0])
    assert (below.low, below.high) == (0.0, pytest.approx(1 - apart.low))
    alone = superiority([1, 2, 3, 4], [0, 0, 1, 1], cluster=["a", "a", "b", "b"])
    assert np.isnan([alone.se, alone.low, alone.high, alone.p_value]).all()
    assert "few_clusters" in [note.code for note in alone.notes]


def coverage(seeds: range) -> dict[str, float]:
    """Return how often intervals hold the truth: rows by themselves, centres, and rows as if centres were alike."""
    covered = {"rows": 0, "centres": 0, "rows of centres": 0}
    truth = stats.norm.cdf(0.4 / np.sqrt(2 * 1.69))  # two normal scores of variance 1.69 each, 0.4 apart
    for seed in seeds:
        rng = np.random.default_rng(seed)
        centre = np.repeat(np.arange(24), 8)
        inside = centre % 2 == 1
        alike = np.sqrt(0.69) * rng.normal(size=24)[centre] + rng.normal(size=192)
        plain = 1.3 * rng.normal(size=192)
        kinds = [("rows", plain, None), ("centres", alike, centre), ("rows of centres", alike, None)]
        for name, noise, cluster in kinds:
            got = superiority(noise + 0.4 * inside, inside, cluster=cluster)
            covered[name] += got.low <= truth <= got.high
    return {name: count / len(seeds) for name, count in covered.items()}


def test_the_interval_covers_what_it_should_with_centres_and_without():
    covered = coverage(range(80))
    assert covered["rows"] >= 0.89
    assert covered["centres"] >= 0.88
    assert covered["rows of centres"] < 0.8


@pytest.mark.verify
def test_the_interval_covers_what_it_should_over_many_draws():
    covered = coverage(range(5000, 7000))
    assert 0.935 <= covered["rows"] <= 0.965
    assert 0.925 <= covered["centres"] <= 0.965
    assert covered["rows of centres"] < 0.75


def test_families_compared_with_themselves():
    first = np.array([1, 2, 3, 4, 2, 3, 1, 5, 2, 3])
    last = np.array([2, 2, 4, 3, 4, 3, 2, 5, np.nan, np.nan])
    found = paired_superiority(first, last)
    known = ordinal_change(first, last)
    for ours, theirs in ((found.improved, known.improved), (found.same, known.same), (found.worse, known.worse)):
        assert (ours.mean, ours.low, ours.high) == (theirs.share, theirs.low, theirs.high)
    assert (found.pairs, found.without_second) == (8, 2)
    assert found.superiority.mean == pytest.approx((4 + 3 / 2) / 8)
    values = np.array([1, 0.5, 1, 0, 1, 0.5, 1, 0.5])
    assert found.superiority.se == pytest.approx(values.std(ddof=1) / np.sqrt(8))
    assert (found.net.mean, found.net.se) == (pytest.approx(3 / 8), pytest.approx(2 * found.superiority.se))
    assert found.change.mean == pytest.approx((last - first)[:8].mean())
    turned = paired_superiority(first, last, higher_is="worse")
    assert (turned.worse.mean, turned.superiority.mean) == (found.improved.mean, pytest.approx(1 - 5.5 / 8))
    assert found.tidy()["measure"].tolist() == ["improved", "same", "worse", "superiority", "net", "change"]
    assert "8 with two scores: better 50.0%" in found.summary()


def test_half_points_count_and_a_change_too_small_to_trust_does_not():
    first, last = np.array([1.1, 2.0, 3.0, 4.0]), np.array([1.3, 2.5, 3.0, 2.5])
    every, some = paired_superiority(first, last), paired_superiority(first, last, least=0.5)
    assert (every.improved.mean, some.improved.mean, some.worse.mean) == (0.5, 0.25, 0.25)
    assert paired_superiority(first, last, least=0.2).improved.mean == 0.5  # 1.3 - 1.1 is a hair below 0.2


def test_weights_bring_back_families_that_were_lost():
    rng = np.random.default_rng(6)
    first = rng.integers(1, 4, 4000)
    last = np.clip(first + rng.integers(-1, 3, 4000) * (first < 3), 1, 5).astype(float)
    seen = rng.random(4000) < np.where(first == 3, 0.9, 0.3)
    weights = 1 / np.where(first == 3, 0.9, 0.3)
    lost = np.where(seen, last, np.nan)
    whole = (last > first).mean()
    naive, weighted = paired_superiority(first, lost), paired_superiority(first, lost, weights=weights)
    assert abs(naive.improved.mean - whole) > 5 * naive.improved.se
    assert weighted.improved.low < whole < weighted.improved.high
    clustered = paired_superiority(first, lost, weights=weights, cluster=np.arange(4000) % 25)
    assert clustered.improved.mean == pytest.approx(weighted.improved.mean)
    assert clustered.improved.clusters == 25
    assert wilson(1, 2)[0] < naive.improved.mean


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: superiority([1, np.nan, 3], [0, 1, 1]), "missing in 1 rows"),
        (lambda: superiority([1, 2, 3], [0, 1, 2]), "group must be yes or no"),
        (lambda: superiority([1, 2, 3], [1, 1, 1]), "One of the two groups has no rows"),
        (lambda: superiority([1, 2, 3], [0, 1, 1], weights=[0, 1, 1]), "One of the two groups has no rows"),
        (lambda: superiority([1, 2, 3], [0, 1]), "3 scores, 2 of group"),
        (lambda: superiority([1, 2], [0, 1], higher_is="up"), 'higher_is is "up"'),
        (lambda: paired_superiority([1, np.nan], [2, 3]), "first is missing in 1 rows"),
        (lambda: paired_superiority([1, 2], [2]), "2 first scores, 1 last"),
        (lambda: paired_superiority([1, 2], [2, 3], least=-1), "least is -1"),
        (lambda: paired_superiority(pd.Series([1, 2]), pd.Series([2, 3], index=[5, 6])), "no value for"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, says):
    with pytest.raises(InputError, match=says):
        call()
