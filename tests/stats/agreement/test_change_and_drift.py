"""Reliable change by the council's own double scores, and drift of scorers over time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats.agreement.drift import scorer_drift
from toolkit.stats.agreement.reliable_change import reliable_change, reliable_change_index

CUTS = np.array([-1.2, -0.4, 0.4, 1.2])


def test_reliable_change_by_hand():
    # Differences of second scorings: 24 of 0 and 8 of 1, so the error is sqrt(8 / 32 / 2) = 0.3536 and 0.98 are needed.
    first, second = np.full(32, 3.0), np.where(np.arange(32) < 8, 4.0, 3.0)
    last = np.where(np.arange(32) < 12, 4.0, np.where(np.arange(32) < 20, 2.0, 3.0))
    last[-2:] = np.nan
    found = reliable_change(first, last, second)
    assert found.error.estimate == pytest.approx(0.35355, abs=1e-5)
    assert found.needed == pytest.approx(0.98, abs=1e-3)
    assert found.smallest == 1.0
    assert (found.improved.mean, found.worse.mean) == pytest.approx((12 / 30, 8 / 30))
    assert (found.improved_by_chance.mean, found.worse_by_chance.mean) == pytest.approx((0.25, 0.0))
    assert (found.with_two, found.pairs) == (30, 32)
    assert "move by 1 to have moved reliably" in found.summary()


def test_half_points_let_a_smaller_change_count():
    rng = np.random.default_rng(1)
    first = rng.integers(2, 9, 200) / 2
    second = first + rng.choice([-0.5, 0, 0, 0, 0.5, 1], 200)
    last = first + rng.choice([0, 0.5, 1, 1.5, 2], 200)
    halves, wholes = (reliable_change(first, last, second, step=step) for step in (0.5, 1.0))
    assert halves.needed == wholes.needed
    assert 1.0 < halves.needed < 1.5 and (halves.smallest, wholes.smallest) == (1.5, 2.0)
    assert halves.improved.mean == pytest.approx((last - first >= 1.5).mean())
    assert halves.improved.mean > wholes.improved.mean


def test_not_knowing_the_error_widens_the_shares_over_every_step_it_may_be():
    rng = np.random.default_rng(2)
    centre = np.arange(300) % 15
    first = rng.integers(1, 4, 300).astype(float)
    last = first + rng.integers(0, 3, 300)
    second = np.full(300, np.nan)
    second[:24] = first[:24] + ([1, 0, 0] * 8)
    found = reliable_change(first, last, second, cluster=centre)
    assert found.smallest_range[0] < found.smallest_range[1]
    assert "step_not_known" in [note.code for note in found.notes]
    one, two = ((last - first >= step).mean() for step in found.smallest_range)
    assert found.improved.low < two < one < found.improved.high


def test_a_scale_too_coarse_for_its_error_lets_nobody_change_and_no_pairs_say_so():
    rng = np.random.default_rng(3)
    first, second, last = (rng.integers(1, 6, 60).astype(float) for _ in range(3))
    found = reliable_change(first, last, second, span=3)
    assert found.smallest > 3 and "beyond_the_scale" in [note.code for note in found.notes]
    nothing = reliable_change(first, last, np.full(60, np.nan))
    assert np.isnan(nothing.improved.mean) and np.isnan(nothing.smallest)
    assert [note.code for note in nothing.notes] == ["few_pairs", "no_error"]
    assert "not known" in nothing.summary()


def drifting(seed, *, drift=0.0, better=0.0, scorers=30, each=25, double=120, drifters=1.0):
    """End scores of 1 to 5 over three years; a share of scorers drift by `drift` a year, services better `better`."""
    rng = np.random.default_rng(seed)
    scorer = np.repeat(np.arange(scorers), each)
    when = rng.uniform(0, 3, len(scorer))
    level = rng.normal(size=len(scorer))
    own = np.where(rng.permutation(scorers) < drifters * scorers, drift, 0.0) + 0.1 * (drift != 0) * rng.normal(
        size=scorers
    )
    severity = 0.3 * rng.normal(size=scorers)

    def scored(move):
        return 1.0 + np.searchsorted(CUTS, level + 0.6 * rng.normal(size=len(scorer)) + move)

    first = scored(severity[scorer])
    last = scored(0.5 + severity[scorer] + (own[scorer] + better) * when)
    other = scored(0.5 + better * when)
    other[rng.permutation(len(scorer))[double:]] = np.nan
    return last, first, when, scorer, other


def judged(runs, **made):
    """Return how often the pooled slope, and the one against another's scores, are above and below nothing."""
    found = {"pooled": 0, "against": 0, "pooled_high": 0, "against_high": 0, "any_scorer": 0}
    for seed in runs:
        last, first, when, scorer, other = drifting(seed, **made)
        got = scorer_drift(last, first, when, scorer, other=other)
        found["pooled"] += not got.pooled.low <= 0 <= got.pooled.high
        found["against"] += not got.against_other.low <= 0 <= got.against_other.high
        found["pooled_high"] += got.pooled.low > 0
        found["against_high"] += got.against_other.low > 0
        found["any_scorer"] += any(one.drifts for one in got.by_scorer)
    return found


def test_no_drift_is_seldom_called_one_and_drift_is_found():
    nothing = judged(range(50))
    assert nothing["pooled"] <= 6 and nothing["against"] <= 6 and nothing["any_scorer"] <= 6
    drift = judged(range(20), drift=0.3, double=240)
    assert drift["pooled_high"] == 20 and drift["against_high"] >= 14


def test_services_that_get_better_look_like_drift_except_against_anothers_scores():
    better = judged(range(30), better=0.3)
    assert better["pooled_high"] == 30
    assert better["against"] <= 5


@pytest.mark.verify
@pytest.mark.slow
def test_rates_of_false_alarms_and_of_drift_found_over_1000_councils():
    nothing = judged(range(1000))
    assert 0.03 <= nothing["pooled"] / 1000 <= 0.065
    assert 0.03 <= nothing["against"] / 1000 <= 0.065
    assert nothing["any_scorer"] / 1000 <= 0.065
    drift = judged(range(200), drift=0.3, double=240)
    assert drift["pooled_high"] >= 199 and drift["against_high"] >= 0.8 * 200


def test_slopes_by_hand_and_names_in_their_order():
    when = np.tile(np.linspace(0, 1, 12), 2)
    scorer = np.repeat(["b", "a"], 12)
    last = np.where(scorer == "b", 3 + 0.5 * when, 3 - 0.5 * when)
    found = scorer_drift(last, np.full(24, 2.0), when, scorer)
    assert [one.scorer for one in found.by_scorer] == ["a", "b"]
    assert [one.slope.estimate for one in found.by_scorer] == pytest.approx([-0.5, 0.5])
    assert found.pooled.estimate == pytest.approx(0.0, abs=1e-12)
    assert {note.code for note in found.notes} == {"no_second_scorer", "few_scorers"}
    assert np.isnan(found.against_other.estimate)
    assert len(found.tidy()) == 2


def test_series_go_by_their_labels_and_gaps_are_counted():
    last, first, when, scorer, other = (pd.Series(column) for column in drifting(3))
    plain = scorer_drift(last, first, when, scorer, other=other)
    mixed = scorer_drift(last, first.sample(frac=1, random_state=1), when, scorer, other=other)
    assert mixed.pooled.estimate == plain.pooled.estimate
    last[:5] = np.nan
    assert scorer_drift(last, first, when, scorer).left_out == 5


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: reliable_change_index(1, 0, 0.5), "sd is 0"),
        (lambda: reliable_change_index(1, 1, 1), "reliability 1"),
        (lambda: reliable_change([1], [1], [1], step=0), "step is 0"),
        (lambda: reliable_change([np.nan], [1], [1]), "1 first scores are missing"),
        (lambda: reliable_change([1], [1, 2], [1]), "last has 2 values"),
        (lambda: scorer_drift([1], [1], [0.0], ["a", "b"]), "scorer has 2 values"),
        (lambda: scorer_drift([np.nan], [1], [0.0], ["a"]), "No row has"),
        (lambda: scorer_drift([1], [1], pd.Series(pd.to_datetime(["2024-01-01"])), ["a"]), "years since a day"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, says):
    with pytest.raises(InputError, match=says):
        call()
