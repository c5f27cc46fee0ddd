from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.cohort.adherence import fit_model, months_of
from toolkit.cohort.happened import Events


def rows(days_followed):
    return pd.DataFrame(
        {
            "days_followed": days_followed,
            "trial": pd.Categorical(["2009-05"] * len(days_followed)),
            "district": pd.Categorical(["Northvale"] * len(days_followed)),
        }
    )


NOTHING = Events(np.array([], dtype=np.int64), np.array([], dtype=np.int64), np.array([], dtype=bool))


def test_months_end_at_the_horizon():
    assert months_of(91).tolist() == [0, 30, 61, 91]
    assert months_of(365)[[0, 1, -2, -1]].tolist() == [0, 30, 335, 365]
    assert months_of(400)[-2:].tolist() == [395, 400]


def test_few_departures_give_the_share_of_each_month_and_part_months_their_part():
    # Of ten rows one leaves on day 10 and of the nine left two on day 61, the last of the second month.
    followed = [10, 61, 61, *[365] * 7]
    model = fit_model(rows(followed), NOTHING, np.array(followed) < 365, 91, ())
    assert model.terms == ()
    ten = np.full(10, 1)
    assert model.kept_to(30 * ten) == pytest.approx(0.9)
    assert model.kept_to(15 * ten) == pytest.approx(0.9**0.5)
    assert model.kept_to(61 * ten) == pytest.approx(0.9 * 7 / 9)
    assert model.kept_to(91 * ten) == pytest.approx(0.7)
    assert model.kept_to(365 * ten) == pytest.approx(0.7)
    assert model.kept_to(0 * ten) == pytest.approx(1.0)


def test_a_referral_changes_the_chance_from_its_day_on_and_fades_after_three_months():
    rng = np.random.default_rng(1)
    count = 20_000
    referred_on = np.where(rng.random(count) < 0.5, 15, 9_999)  # half of the rows, on day 15 of 30
    day = np.ceil(rng.exponential(1 / 0.001, count))  # one in a thousand a day, and ten times that once referred
    hurried = referred_on + np.ceil(rng.exponential(1 / 0.01, count))
    departs = np.where(day > referred_on, hurried, day).astype(int)
    has = np.flatnonzero(referred_on < departs)
    events = Events(has, referred_on[has], np.ones(len(has), dtype=bool))
    events = events.of_rows(np.arange(count))
    seen = events.day <= 91
    events = Events(events.row[seen], events.day[seen], events.is_referral[seen])
    model = fit_model(rows(np.minimum(departs, 365)), events, departs < 91, 91, ())
    never, early = np.flatnonzero(referred_on > 91)[0], events.row[0]
    kept = model.kept_to(np.full(count, 91))
    assert kept[never] == pytest.approx(np.exp(-0.091), abs=0.02)
    assert kept[early] == pytest.approx(np.exp(-0.015 - 0.76), abs=0.03)


def test_events_of_some_rows_are_numbered_by_place_among_them():
    events = Events(np.array([5, 2, 9, 5]), np.array([1, 2, 3, 4]), np.array([True, False, True, True]))
    mine = events.of_rows(np.array([2, 5, 7]))
    assert (mine.row.tolist(), mine.day.tolist()) == ([1, 0, 1], [1, 2, 4])
