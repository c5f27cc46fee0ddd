from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.inference.intervals import clopper_pearson, garwood, wilson

# Newcombe (1998), Statistics in Medicine 17, 857-872, Table I: method 3 (Wilson) and method 5 (exact).
NEWCOMBE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]


@pytest.mark.parametrize(("count", "total", "score", "exact"), NEWCOMBE)
def test_shares_have_the_published_intervals(count, total, score, exact):
    assert np.round(wilson(count, total), 4).tolist() == list(score)
    assert np.round(clopper_pearson(count, total), 4).tolist() == list(exact)


# Ulm (1990), American Journal of Epidemiology 131, 373-375, and any table of exact Poisson limits.
@pytest.mark.parametrize(("count", "ends"), [(0, (0.0, 3.6889)), (1, (0.0253, 5.5716)), (10, (4.7954, 18.3904))])
def test_counts_have_the_published_exact_interval(count, ends):
    assert np.round(garwood(count), 4).tolist() == list(ends)


def test_a_rate_is_over_its_exposure():
    low, high = garwood([10, 20], [2.0, 4.0])
    assert np.allclose(low, np.array(garwood([10, 20])[0]) / [2, 4])
    assert np.allclose(high, np.array(garwood([10, 20])[1]) / [2, 4])


@given(st.integers(0, 300), st.integers(1, 300), st.sampled_from([0.8, 0.95, 0.998]))
def test_the_exact_interval_ends_where_the_tails_are_half_of_the_rest(count, total, level):
    count = min(count, total)
    low, high = clopper_pearson(count, total, level)
    if count > 0:
        assert stats.binom.sf(count - 1, total, low) == pytest.approx((1 - level) / 2, rel=1e-6)
    if count < total:
        assert stats.binom.cdf(count, total, high) == pytest.approx((1 - level) / 2, rel=1e-6)
    assert 0 <= low <= count / total <= high <= 1


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_solves_its_own_equation_and_mirrors(count, total):
    count = min(count, total)
    low, high = wilson(count, total)
    mirrored = wilson(total - count, total)
    assert (float(low), float(high)) == pytest.approx((1 - float(mirrored[1]), 1 - float(mirrored[0])), abs=1e-12)
    for end in (low, high):
        if 0 < end < 1:
            z = (count / total - end) / np.sqrt(end * (1 - end) / total)
            assert abs(z) == pytest.approx(stats.norm.isf(0.025), rel=1e-6)


def test_coverage_over_every_count_of_twenty():
    shares = np.linspace(0.02, 0.98, 97)
    counts = np.arange(21)
    chance = stats.binom.pmf(counts[:, None], 20, shares)
    covered = {}
    for method in (wilson, clopper_pearson):
        low, high = method(counts, 20)
        inside = (low[:, None] <= shares) & (shares <= high[:, None])
        covered[method.__name__] = (chance * inside).sum(axis=0)
    assert covered["clopper_pearson"].min() >= 0.95
    assert covered["wilson"].mean() == pytest.approx(0.95, abs=0.01)


def test_of_nobody_nothing_is_known():
    assert [float(end) for end in wilson(0, 0)] == [0.0, 1.0]
    assert [float(end) for end in clopper_pearson(0, 0)] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: wilson([3, 8], [5, 5]), "the first 8 of 5"),
        (lambda: clopper_pearson(-1, 5), "the first -1 of 5"),
        (lambda: wilson(1, 5, level=95), "level is 95"),
        (lambda: garwood(-1), "below 0"),
        (lambda: garwood(1, 0), "not above 0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_value(call, says):
    with pytest.raises(InputError, match=says):
        call()
