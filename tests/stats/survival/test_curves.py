from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.stats.survival.cumulative_incidence import km_difference

# Acute myelogenous leukaemia, maintained chemotherapy or not (Miller, 1981, Survival Analysis, p. 49).
MAINTAINED = ([9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161], [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0])
NOT = ([5, 5, 8, 8, 12, 16, 23, 27, 30, 33, 43, 45], [1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1])


def leukaemia(**options):
    durations, events = np.r_[MAINTAINED[0], NOT[0]], np.r_[MAINTAINED[1], NOT[1]]
    return km_difference(durations, events, np.r_[np.ones(11), np.zeros(12)], small_sample="CR1", **options)


def test_leukaemia_has_the_published_curve_and_greenwoods_errors():
    # The table printed by R's summary(survfit(Surv(time, status) ~ x, aml)).
    curve = leukaemia(times=[9, 13, 18, 23, 31, 34]).table
    assert (1 - curve["risk_treated"]).round(3).tolist() == [0.909, 0.818, 0.716, 0.614, 0.491, 0.368]
    small = np.sqrt(22 / 23)  # the clustered variance has its small-sample factor
    errors = (curve["se_treated"] * small).round(4).tolist()
    assert errors == [0.0867, 0.1163, 0.1397, 0.1526, 0.1642, 0.1627]
    control = leukaemia(times=[5, 8, 12, 23, 43]).table
    assert (1 - control["risk_control"]).round(4).tolist() == [0.8333, 0.6667, 0.5833, 0.4861, 0.0972]
    assert (control["se_control"] * small).round(4).tolist()[:4] == [0.1076, 0.1361, 0.1423, 0.1481]
    assert curve["at_risk_treated"].tolist() == [11, 10, 8, 7, 5, 4]


def sample(rng, people=600, competing=True):
    treated = rng.integers(0, 2, people)
    first = rng.exponential(20 / (1 - 0.4 * treated))
    second = rng.exponential(40, people) if competing else np.full(people, np.inf)
    leaves = rng.uniform(5, 40, people)
    time = np.minimum(np.minimum(first, second), leaves)
    events = np.where(time == leaves, 0, np.where(time == first, 1, 2))
    return np.ceil(time), events, treated


def test_one_kind_of_event_is_statsmodels_survival_function():
    from statsmodels.duration.survfunc import SurvfuncRight

    time, events, treated = sample(np.random.default_rng(1), competing=False)
    ours = km_difference(time, events, treated, times=np.arange(1, 30)).table
    for arm, name in ((1, "treated"), (0, "control")):
        theirs = SurvfuncRight(time[treated == arm], events[treated == arm])
        places = np.searchsorted(theirs.surv_times, np.arange(1, 30), side="right") - 1
        assert 1 - ours[f"risk_{name}"].to_numpy() == pytest.approx(theirs.surv_prob[places])
        errors = ours[f"se_{name}"].to_numpy() * np.sqrt(599 / 600)
        assert errors == pytest.approx(theirs.surv_prob_se[places])


def test_competing_events_are_statsmodels_cumulative_incidence():
    from statsmodels.duration.survfunc import CumIncidenceRight

    time, events, treated = sample(np.random.default_rng(2))
    for kind in (1, 2):
        ours = km_difference(time, events, treated, times=np.arange(1, 30), event=kind)
        assert ours.competing
        for arm, name in ((1, "treated"), (0, "control")):
            theirs = CumIncidenceRight(time[treated == arm], events[treated == arm])
            places = np.searchsorted(theirs.times, np.arange(1, 30), side="right") - 1
            risks = ours.table[f"risk_{name}"].to_numpy()
            assert risks == pytest.approx(theirs.cinc[kind - 1][places])
            # Theirs is another estimate of the same error.
            errors = ours.table[f"se_{name}"].to_numpy()
            assert errors == pytest.approx(theirs.cinc_se[kind - 1][places], rel=0.05)


def test_the_influence_is_the_change_that_a_rows_weight_makes():
    from toolkit.stats.survival.aalen_johansen import risk_curve

    time, events, _ = sample(np.random.default_rng(3), people=60)
    weights = np.random.default_rng(4).uniform(0.5, 2, 60)
    times = np.array([3.0, 10.0, 18.0])
    influence = risk_curve(time, events, weights, 1).influence(times)
    assert influence.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
    for row in range(60):
        step = np.zeros(60)
        step[row] = 1e-6 * weights[row]
        up, down = (risk_curve(time, events, weights + sign * step, 1).risk_at(times) for sign in (1, -1))
        assert (up - down) / 2e-6 == pytest.approx(influence[row], abs=1e-8)


def test_a_row_of_weight_two_is_two_rows_of_one_family():
    time, events, treated = sample(np.random.default_rng(5), people=200)
    weights = np.random.default_rng(6).integers(0, 4, 200)
    once = km_difference(time, events, treated, times=[5, 10, 20], weights=weights, cluster=np.arange(200))
    again = [np.repeat(values, weights) for values in (time, events, treated, np.arange(200))]
    apart = km_difference(*again[:3], times=[5, 10, 20], cluster=again[3])
    columns = ["risk_treated", "risk_control", "difference", "se", "low", "high"]
    pd.testing.assert_frame_equal(once.table[columns], apart.table[columns])
    assert once.clusters == (weights > 0).sum()


def test_without_censoring_it_is_the_difference_of_shares():
    rng = np.random.default_rng(7)
    treated = rng.integers(0, 2, 400)
    happens = rng.random(400) < 0.3 - 0.1 * treated
    time = np.where(happens, rng.integers(1, 365, 400), 365)
    cluster = rng.integers(0, 20, 400)
    curve = km_difference(time, happens, treated, times=[364], cluster=cluster, small_sample="CR1")
    assert curve.table["difference"][0] == pytest.approx(happens[treated == 1].mean() - happens[treated == 0].mean())
    residual = np.where(
        treated == 1,
        (happens - happens[treated == 1].mean()) / (treated == 1).sum(),
        -(happens - happens[treated == 0].mean()) / (treated == 0).sum(),
    )
    sums = np.bincount(cluster, weights=residual)
    assert curve.table["se"][0] == pytest.approx(np.sqrt(20 / 19 * (sums @ sums)))
    assert curve.degrees_of_freedom == 19


@pytest.mark.parametrize("competing", [False, True])
def test_the_interval_holds_the_truth_as_often_as_it_says(competing):
    # 40 centres whose hazards differ, weighted rows, arms unlike in a covariate that weights put right.
    rng = np.random.default_rng(18)
    runs, rows = 500, []
    truth = risk_by(10, 0.6, competing) - risk_by(10, 1.0, competing)
    for _ in range(runs):
        centre = rng.integers(0, 40, 1_500)
        frailty = rng.gamma(2, 0.5, 40)[centre]
        chance = rng.choice([0.6, 0.3], 1_500)
        treated = rng.random(1_500) < chance
        weights = np.where(treated, 1.0, chance / (1 - chance))
        first = rng.exponential(1, 1_500) * 15 / (frailty * np.where(treated, 0.6, 1.0))
        second = rng.exponential(30, 1_500) if competing else np.full(1_500, np.inf)
        leaves = rng.uniform(5, 30, 1_500)
        time = np.minimum(np.minimum(first, second), leaves)
        events = np.where(time == leaves, 0, np.where(time == first, 1, 2))
        curve = km_difference(time, events, treated, times=[10.0], weights=weights, cluster=centre)
        rows.append(curve.table.iloc[0])
    table = pd.DataFrame(rows)
    assert table["difference"].mean() == pytest.approx(truth, abs=0.005)
    assert 0.925 <= table["low"].le(truth).mul(table["high"].ge(truth)).mean() <= 0.975
    for risk, error in (("difference", "se"), ("risk_control", "se_control"), ("risk_treated", "se_treated")):
        assert table[error].mean() == pytest.approx(table[risk].std(), rel=0.1)


def risk_by(time, ratio, competing):
    """Return the risk by a time with gamma frailty of shape 2 and mean 1, by summing over a fine grid."""
    grid = np.linspace(0, time, 20_001)
    rate = ratio / 15
    density = rate * (1 + rate * grid / 2) ** -3
    return np.trapezoid(density * (np.exp(-grid / 30) if competing else 1.0), grid)


def test_many_rows_and_days_take_little_time():
    rng = np.random.default_rng(9)
    time, events, treated = sample(rng, people=50_000)
    curve = km_difference(time, events, treated, times=np.arange(1, 39), cluster=rng.integers(0, 34, 50_000))
    assert len(curve.table) == 38
    assert curve.table["time"].is_monotonic_increasing


def test_the_row_of_a_time_is_the_last_before_it():
    curve = leukaemia(times=[10, 20, 30])
    assert curve.at(25)["time"] == 20
    with pytest.raises(InputError, match="starts at 10"):
        curve.at(5)
    assert "of every 100 treated" in curve.summary()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"durations": [1, -1, 2, 3]}, "1 durations are missing or below 0"),
        ({"events": [0, 1, 0.5, 1]}, "1 events are not"),
        ({"treated": [0, 1, 2, 1]}, "1 arms are not"),
        ({"treated": [0, 0, 0, 0]}, "nothing to compare"),
        ({"weights": [1, 1]}, "one of each a row"),
        ({"times": [4]}, "Times run to 2"),
        ({"cluster": [1, 2]}, "one a row"),
        ({"cluster": [1, 1, 1, 1]}, "one cluster"),
    ],
)
def test_what_cannot_be_is_said(changed, said):
    given = {"durations": [1, 2, 2, 3], "events": [1, 0, 1, 1], "treated": [0, 1, 0, 1], "times": [1]} | changed
    with pytest.raises(InputError, match=said):
        km_difference(given.pop("durations"), given.pop("events"), given.pop("treated"), **given)
