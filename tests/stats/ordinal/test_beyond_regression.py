"""Change beyond regression to the mean: on councils whose families come when they are scored low."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.bivariate_normal import cell_chances
from toolkit.stats.agreement.reliability import reliability
from toolkit.stats.ordinal.beyond_regression import change_beyond_regression
from toolkit.stats.ordinal.expected_retest import expected_retest
from toolkit.stats.ordinal.regression_to_the_mean import expected_from_noise, regression_to_the_mean

CUTS = np.array([-1.3, -0.4, 0.5, 1.4])
COMES = np.array([0.95, 0.8, 0.4, 0.12, 0.04])
"""The chance of coming by the first score: families come when they are scored low."""


@dataclass(frozen=True)
class Council:
    first: np.ndarray
    last: np.ndarray
    second: np.ndarray
    centre: np.ndarray
    truth: float
    second_last: np.ndarray


def council(
    seed, *, families=1000, pairs=80, progress=0.0, alike=0.6, centres_with_pairs=19, kinder=0.0, ends=0
) -> Council:
    """Nineteen centres of uneven size; what lies behind scores is as `alike` between two scorings."""
    rng = np.random.default_rng(seed)
    known = families * 8
    centre = rng.choice(19, known, p=rng.dirichlet(np.full(19, 4.0)))
    level = np.sqrt(alike) * (rng.normal(size=known) + 0.25 * rng.normal(size=19)[centre]) / np.sqrt(1 + 0.25**2)

    def scored(move=0.0):
        return 1 + np.searchsorted(CUTS, level + move + np.sqrt(1 - alike) * rng.normal(size=known)).astype(float)

    first = scored()
    come = np.flatnonzero(rng.random(known) < COMES[first.astype(int) - 1])[:families]
    last, second = scored(progress + kinder)[come], scored()[come]
    truth = float((scored(progress) - scored())[come].mean()) if progress else 0.0
    may = np.flatnonzero(centre[come] < centres_with_pairs)
    twice = rng.choice(may, min(pairs, len(may)), replace=False)
    second[np.setdiff1d(np.arange(len(come)), twice)] = np.nan
    last[rng.random(len(come)) < 0.4] = np.nan
    at_end = scored(progress)[come]
    at_end[rng.permutation(np.flatnonzero(~np.isnan(last)))[ends:]] = np.nan
    return Council(first[come], last, second, centre[come], truth, at_end)


def looked_at(made: Council, **options):
    return change_beyond_regression(
        made.first, made.last, made.second, second_last=made.second_last, cluster=made.centre, **options
    )


def covered(runs, **options):
    """Return how often the interval holds the truth, how often the naive one is all above it, and mean widths."""
    inside, naive, direct = [], [], []
    for seed in runs:
        made = council(seed, **options)
        found = looked_at(made)
        inside.append(found.beyond.low <= made.truth <= found.beyond.high)
        naive.append(found.change.low > made.truth)
        direct.append(found.direct.low <= made.truth <= found.direct.high)
    return np.mean(inside), np.mean(naive), np.mean(direct)


def test_without_true_progress_scores_rise_and_what_is_beyond_chance_covers_none():
    inside, naive, direct = covered(range(60), families=800, pairs=60)
    assert naive == 1.0
    assert inside >= 0.88
    assert direct >= 0.88


@pytest.mark.verify
@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [
        {"families": 600, "pairs": 40},
        {"families": 2000, "pairs": 40},
        {"families": 1000, "pairs": 80},
        {"families": 2000, "pairs": 150},
        {"families": 1000, "pairs": 80, "alike": 0.3},
        {"families": 1000, "pairs": 80, "alike": 0.85},
        {"families": 1000, "pairs": 80, "centres_with_pairs": 6},
        {"families": 1000, "pairs": 80, "progress": 0.4},
    ],
    ids=lambda size: "-".join(f"{name}={value}" for name, value in size.items()),
)
def test_over_500_councils_the_interval_covers_the_truth_and_the_naive_change_is_positive(size):
    inside, naive, direct = covered(range(1000, 1500), **size)
    assert inside >= 0.93
    assert direct >= 0.92
    assert naive >= 0.99


@pytest.mark.verify
@pytest.mark.slow
@pytest.mark.parametrize(
    "size",
    [{"families": 600, "pairs": 40, "ends": 40}, {"pairs": 80, "ends": 80}, {"pairs": 80, "ends": 80, "progress": 0.4}],
    ids=["small", "middle", "progress"],
)
def test_over_500_councils_that_are_kind_to_their_ends_the_change_as_others_score_it_covers_the_truth(size):
    inside = own = 0
    for seed in range(1000, 1500):
        made = council(seed, kinder=0.4, **size)
        found = looked_at(made)
        inside += found.by_others.low <= made.truth <= found.by_others.high
        own += found.beyond.low <= made.truth <= found.beyond.high
    assert inside >= 0.92 * 500
    assert own <= 0.4 * 500


def test_true_progress_is_found_beyond_chance():
    made = council(5, families=2000, pairs=150, progress=0.8)
    found = looked_at(made)
    assert found.beyond.low > 0.2
    assert found.beyond.low < made.truth < found.beyond.high
    assert found.change.estimate > made.truth + 0.2


def test_scorers_who_are_kind_to_their_own_ends_are_seen_through_where_others_score_ends_too():
    kind = [looked_at(council(seed, pairs=120, kinder=0.4, ends=120)) for seed in range(24)]
    assert sum(found.beyond.low > 0 for found in kind) >= 21
    assert sum(found.by_others.low <= 0 <= found.by_others.high for found in kind) >= 21
    assert sum("ends_by_another_hand" in [note.code for note in found.notes] for found in kind) >= 21
    fair = [looked_at(council(seed, pairs=120, ends=120)) for seed in range(24)]
    assert sum(found.by_others.low <= 0 <= found.by_others.high for found in fair) >= 21
    assert sum("ends_by_another_hand" in [note.code for note in found.notes] for found in fair) <= 4
    assert "As others scored them" in kind[0].summary()
    few = looked_at(council(1, ends=19))
    assert np.isnan(few.by_others.estimate) and few.pairs_at_end == 19


def test_the_parts_add_up_and_choosing_by_the_first_score_leaves_the_slope_as_it_is():
    made = council(1, families=4000, pairs=4000)
    found = looked_at(made)
    assert found.expected.estimate + found.beyond.estimate == pytest.approx(found.change.estimate)
    assert found.slope.estimate == pytest.approx(stats.linregress(made.first, made.second).slope)
    rng = np.random.default_rng(2)
    level = rng.normal(size=200_000)
    one, two = (np.searchsorted(CUTS, np.sqrt(0.6) * level + np.sqrt(0.4) * rng.normal(size=200_000)) for _ in "ab")
    among_all = np.corrcoef(one, two)[0, 1]
    chosen = rng.random(len(one)) < COMES[one]
    assert np.corrcoef(one[chosen], two[chosen])[0, 1] < among_all - 0.04
    assert np.polyfit(one[chosen], two[chosen], 1)[0] == pytest.approx(among_all, abs=0.02)


def test_by_hand_with_every_family_scored_twice():
    first, second, last = np.tile([1.0, 2, 3], 8), np.tile([2.0, 2, 3], 8), np.tile([3.0, 3, 4], 8)
    found = change_beyond_regression(first, last, second)
    assert found.change.estimate == pytest.approx(4 / 3)
    assert found.expected.estimate == pytest.approx(1 / 3)
    assert found.beyond.estimate == pytest.approx(found.direct.estimate) == pytest.approx(1.0)
    assert found.slope.estimate == pytest.approx(0.5)
    assert np.isnan([row.beyond.low for row in found.by_start]).all()  # eight families each: no interval
    assert [row.beyond.estimate for row in found.by_start] == pytest.approx([3 - 11 / 6, 3 - 7 / 3, 4 - 17 / 6])
    assert "moved by +1.33" in found.summary() and "by +0.33 (" in found.summary()


def test_without_second_scorings_there_are_bounds_and_a_note_and_no_number_is_assumed():
    made = council(3)
    found = change_beyond_regression(made.first, made.last, cluster=made.centre)
    assert np.isnan([found.beyond.estimate, found.expected.estimate, found.slope.estimate]).all()
    start = made.first[~np.isnan(made.last)].mean()
    assert found.bounds == pytest.approx((found.change.low - (5 - start), found.change.high - (1 - start)))
    assert found.notes[0].code == "few_pairs" and "nothing is assumed" in found.notes[0]
    assert "may be anything from" in found.summary()
    narrow = change_beyond_regression(
        made.first, made.last, cluster=made.centre, reliability_range=(0.5, 0.9), mean_range=(3, 3)
    )
    assert narrow.bounds == pytest.approx((found.change.low - 0.5 * (3 - start), found.change.high - 0.1 * (3 - start)))


@pytest.mark.parametrize("seed", range(10))
def test_bounds_over_true_ranges_hold_what_second_scorings_find(seed):
    made = council(seed, pairs=150)
    found = looked_at(made, reliability_range=(0.4, 0.8), mean_range=(2.8, 3.2))
    assert found.bounds[0] <= 0 <= found.bounds[1]


def test_nineteen_second_scorings_are_too_few_and_twenty_enough():
    made = council(4, pairs=20)
    assert np.isfinite(looked_at(made).beyond.estimate)
    made.second[np.flatnonzero(~np.isnan(made.second))[0]] = np.nan
    few = looked_at(made)
    assert np.isnan(few.beyond.estimate) and few.pairs == 19 and few.notes[0].figures["pairs"] == 19


def test_by_first_score_the_intervals_of_those_who_did_not_change_cover_nothing():
    inside = []
    for seed in range(30):
        rows = looked_at(council(seed, pairs=120)).by_start
        inside += [row.beyond.low <= 0 <= row.beyond.high for row in rows if row.start <= 4 and row.families >= 10]
        assert all(np.isnan(row.beyond.low) == (row.families < 10) for row in rows)
    assert len(inside) > 100 and np.mean(inside) >= 0.9


def test_a_reliability_of_families_chosen_by_their_first_score_is_too_low_and_the_note_says_why():
    made = council(2, families=4000, pairs=800)
    found = reliability(np.column_stack([made.first, made.second]))
    slope = looked_at(made).slope
    assert found.one_way.high < slope.low
    assert [note.code for note in found.notes] == ["scorings_differ"]
    assert "chosen by one of the scores" in found.notes[0]


def test_notes_say_what_second_scorings_of_the_day_cannot_show_and_where_they_are():
    made = council(6)
    codes = [note.code for note in looked_at(made).notes]
    assert codes == ["same_day", "without_last"]
    assert "same_day" not in [note.code for note in looked_at(made, kind="repeat").notes]
    everything = council(6, pairs=1000)
    high = np.where(everything.first >= 3, everything.second, np.nan)
    elsewhere = change_beyond_regression(made.first, made.last, high, cluster=made.centre).notes
    assert "pairs_elsewhere" in [note.code for note in elsewhere]
    few = np.where(made.centre < 2, everything.second, np.nan)
    assert "few_clusters" in [
        note.code for note in change_beyond_regression(made.first, made.last, few, cluster=made.centre).notes
    ]


def test_a_family_that_moves_alone_widens_the_interval_of_centres_more_than_that_of_families():
    made = council(7)
    alone = change_beyond_regression(made.first, made.last, made.second)
    bumped = made.last + (made.centre % 2)
    bumped = np.clip(bumped, 1, 5)
    by_centre = change_beyond_regression(made.first, bumped, made.second, cluster=made.centre)
    by_family = change_beyond_regression(made.first, bumped, made.second)
    assert by_centre.beyond.se > 1.3 * by_family.beyond.se
    assert alone.beyond.estimate == pytest.approx(looked_at(made).beyond.estimate)


def test_half_points_and_other_scales_are_taken_as_they_are():
    made = council(8)
    plain = looked_at(made)
    stretched = change_beyond_regression(
        2 * made.first, 2 * made.last, 2 * made.second, cluster=made.centre, scale=(1, 10)
    )
    assert stretched.beyond.estimate == pytest.approx(2 * plain.beyond.estimate)
    assert stretched.slope.estimate == pytest.approx(plain.slope.estimate)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: change_beyond_regression([1, 6], [1, 2]), "first scores are not between 1 and 5.*6, at position 1"),
        (lambda: change_beyond_regression([1, np.nan], [1, 2]), "1 first scores are missing"),
        (lambda: change_beyond_regression([1, 2], [np.nan, np.nan]), "0 last ones"),
        (lambda: change_beyond_regression([1, 2], [1, 2, 3]), "first has 2 values, last has 3"),
        (lambda: change_beyond_regression([1], [1], kind="dubble"), 'no kind "dubble".*Did you mean "double"'),
        (
            lambda: change_beyond_regression([1], [1], reliability_range=(0.9, 0.5), mean_range=(0, 3)),
            "reliability_range is 0.9 to 0.5.*mean_range is 0 to 3",
        ),
        (lambda: expected_retest([1, 2], 1.0), "correlation is 1.0"),
        (lambda: expected_retest([2, 2], 0.5), "All first scores are the same"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, says):
    with pytest.raises(InputError, match=says):
        call()


@pytest.mark.parametrize(("cuts", "off_the_line"), [(CUTS, 0.005), ([0.3, 0.9, 1.4, 1.9], 0.067)])
def test_what_a_second_scoring_gives_on_a_scale_in_steps_agrees_with_drawn_scores(cuts, off_the_line):
    rng = np.random.default_rng(9)
    level = rng.normal(size=400_000)
    one, two = (1 + np.searchsorted(cuts, np.sqrt(0.7) * level + np.sqrt(0.3) * rng.normal(size=400_000)) for _ in "ab")
    expected = expected_retest(one, 0.7)
    drawn = [(two - one)[one == score].mean() for score in range(1, 6)]
    assert expected == pytest.approx(drawn, abs=0.02)
    assert expected[one - 1].mean() == pytest.approx(0, abs=1e-6)
    straight = expected_from_noise(one, float(np.corrcoef(one, two)[0, 1]))
    assert np.abs(straight - drawn).max() == pytest.approx(off_the_line, abs=0.01)


def test_a_normal_scale_in_many_fine_steps_falls_by_daviss_figure():
    # 0.7626 standard deviations at a correlation of .5, chosen above one standard deviation.
    cuts = np.linspace(-4, 4, 161)
    middle = np.concatenate([[-4.2], (cuts[1:] + cuts[:-1]) / 2, [4.2]])
    chances = cell_chances(cuts, cuts, 0.5)[middle > 1]
    fall = (chances * np.subtract.outer(middle[middle > 1], middle)).sum() / chances.sum()
    assert fall == pytest.approx(0.7626, abs=1e-3)
    assert fall == pytest.approx(-regression_to_the_mean(0.5, above=1.0).change_in_sd, abs=1e-3)
