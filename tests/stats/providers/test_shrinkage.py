from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats import rank_uncertainty, shrink_means, shrink_ratios, shrink_shares

SIZES = np.array([5, 8, 12, 15, 20, 24, 30, 36, 44, 52, 60, 75, 90, 110, 130, 160, 200, 250, 300])


def shares(seed: int, alike: float = 0.04) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    true = rng.beta(0.45 * (1 / alike - 1), 0.55 * (1 / alike - 1), 19)
    return true, rng.binomial(SIZES, true)


def test_intervals_cover_true_shares_and_shrunken_ones_lie_nearer_than_raw_ones():
    covered, nearer = [], []
    for seed in range(8):
        true, count = shares(seed, 0.02)
        found = shrink_shares(range(19), count, SIZES)
        covered.append((found.low <= true) & (true <= found.high))
        nearer.append(np.abs(found.shrunk - true).mean() < np.abs(found.raw - true).mean())
    assert 0.9 <= np.mean(covered) <= 0.99
    assert np.mean(nearer) >= 0.75


def test_intervals_cover_true_means_though_the_spread_is_estimated_from_few_units():
    rng = np.random.default_rng(1)
    covered, plug_in = [], []
    for _ in range(30):
        true, error = rng.normal(0, 0.15, 8), np.full(8, 0.25)
        found = shrink_means(range(8), rng.normal(true, error), error)
        covered.append((found.low <= true) & (true <= found.high))
        half = 1.96 * error * found.spread / np.hypot(found.spread, error)
        plug_in.append(np.abs(found.plug_in - true) <= half)
    assert np.mean(covered) >= 0.93
    assert np.mean(plug_in) < 0.75  # what intervals without the spread's own uncertainty would do


def test_ratios_are_drawn_together_the_more_the_less_is_expected():
    found = shrink_ratios(["small", "large", *range(18)], [4, 200, *[50] * 9, *[70] * 9], [2, 100, *[60] * 18])
    assert found.raw[0] == found.raw[1] == 2
    assert 1 < found.shrunk[0] < 1.3 < found.shrunk[1] < 2
    assert (found.low < found.shrunk).all() and (found.shrunk < found.high).all()
    assert found.shrunk == pytest.approx(found.plug_in, abs=0.05)


def test_a_unit_with_nobody_gets_what_the_others_leave_possible():
    found = shrink_shares(["A", *range(15)], [0, *np.tile([20, 30, 25], 5)], [0, *[50] * 15])
    assert np.isnan(found.raw[0]) and found.shrunk[0] == pytest.approx(0.5, abs=0.02)
    assert found.high[0] - found.low[0] > found.high[1] - found.low[1]


def test_the_same_numbers_in_another_unit_of_measurement_give_the_same_answer():
    y, s = np.array([3.0, 1, 4, 1, 5, 9, 2, 6]), np.full(8, 2.0)
    one, hundred = shrink_means(range(8), y, s), shrink_means(range(8), 100 * y, 100 * s)
    assert hundred.shrunk == pytest.approx(100 * one.shrunk, rel=1e-6)
    assert hundred.high == pytest.approx(100 * one.high, rel=1e-6)


def test_ranks_of_centres_that_chance_alone_moves_are_unknown():
    rng = np.random.default_rng(2)
    found = shrink_shares(range(19), rng.binomial(SIZES, 0.45), SIZES)
    ranks = rank_uncertainty(found, generator=1)
    assert (ranks.high - ranks.low).mean() > 12
    assert ranks.in_top_quarter.max() < 0.8 and ranks.notes[0].code == "ranks_unknown"
    assert ranks.in_top_quarter.sum() == pytest.approx(4.75, abs=0.8)
    again = rank_uncertainty(found, generator=1)
    assert np.array_equal(ranks.low, again.low) and np.array_equal(ranks.in_top_quarter, again.in_top_quarter)


def test_ranks_that_are_known_are_known_and_no_table_is_in_their_order():
    found = shrink_means(["middle", "top", "bottom", "low"], [0.0, 9, -9, -4], [0.1] * 4)
    ranks = rank_uncertainty(found, generator=1)
    assert ranks.low.tolist() == ranks.high.tolist() == [3, 4, 1, 2]
    assert ranks.in_top_quarter.tolist() == [0, 1, 0, 0] and ranks.in_bottom_quarter.tolist() == [0, 0, 1, 0]
    assert ranks.tidy()["unit"].tolist() == ["middle", "top", "bottom", "low"]
    assert not {"rank", "position"} & set(ranks.tidy())


def test_drawn_rates_are_those_the_intervals_are_of():
    from toolkit.stats.providers.ranks import draw_rates

    found = shrink_shares(range(19), shares(5)[1], SIZES)
    drawn = 1 / (1 + np.exp(-draw_rates(found.hierarchy, np.random.default_rng(3), 8000)))
    assert drawn.mean(axis=0) == pytest.approx(found.shrunk, abs=0.004)
    assert np.quantile(drawn, 0.975, axis=0) == pytest.approx(found.high, abs=0.012)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: shrink_shares(["A", "B"], [5, 6], [10, 5]), "above its total for B"),
        (lambda: shrink_shares(["A", "B"], [0, 0], [10, 5]), "Nobody or everybody"),
        (lambda: shrink_ratios(["A", "B"], [0, 0], [10, 5]), "Nothing was counted"),
        (lambda: shrink_means(["A", "B"], [1, 2], [0.1, 0]), "not above 0 for B"),
        (lambda: shrink_means(["A", "B"], [1, 2], [0.1, 1], method="ml"), "method is 'ml'"),
        (lambda: rank_uncertainty(shrink_means(["A", "B"], [1, 2], [1, 1]), generator=1, draws=10), "10 draws"),
        (
            lambda: rank_uncertainty(shrink_means(["A", "B"], [1, 2], [1, 1]), generator="x", level=2),
            "(?s)level.*generator",
        ),
    ],
)
def test_what_cannot_be_shrunk_is_refused(call, says):
    with pytest.raises(InputError, match=says):
        call()
