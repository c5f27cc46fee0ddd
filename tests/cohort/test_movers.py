"""Moving away because of a referral: how wrong it is to drop the families that moved, and what is right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from moving_town import MovingTown
from toolkit.cohort.adherence import months_of
from toolkit.cohort.censoring import FOLLOWED, weight_name, weighted_outcome
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.happened import SINCE, Events, since
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError
from toolkit.stats.survival.aalen_johansen import risk_curve

ANY, DAYS, AGAIN = "any_referral_12m", "referral_days_12m", "re_referral_12m"
DESIGN = TrialDesign(
    ("idaci_decile", "referrals_last_3m", "referrals_3m_to_12m"),
    (ANY, DAYS, AGAIN, "any_referral_6m"),
    first_trial=date(2008, 8, 1),
    last_trial=date(2008, 12, 1),
    time_to=("any_referral",),
)
ZERO = date(2009, 9, 15)


@pytest.fixture(scope="module")
def town():
    return MovingTown(24_000, seed=3, driven_out=0.04)


@pytest.fixture(scope="module")
def snapshot(town, tmp_path_factory):
    return town.write(tmp_path_factory.mktemp("moving"))


@pytest.fixture(scope="module")
def cohort(snapshot):
    return build_cohort(snapshot, DESIGN, seed=1)


def arm_of(cohort, treated):
    frame = cohort.frame
    return frame[(frame["treated"] == treated) & frame["follow_up"].isin(FOLLOWED)]


@pytest.mark.parametrize(
    ("outcome", "lost", "within"), [(ANY, 0.015, 0.004), (DAYS, 0.018, 0.006), (AGAIN, 0.003, 0.002)]
)
def test_what_would_have_been_had_nobody_moved_is_recovered_where_dropping_those_that_moved_fails(
    cohort, town, outcome, lost, within
):
    arm = arm_of(cohort, treated=0)
    truth = town.truth(arm, joins=False, repeats=1)[outcome]
    assert arm.loc[arm["follow_up"] == "complete", outcome].mean() < truth - lost
    assert weighted_outcome(arm, outcome).mean() == pytest.approx(truth, abs=within)


def test_the_share_is_near_that_of_aalen_and_johansen_for_an_event_that_moving_can_only_follow(cohort):
    arm = arm_of(cohort, treated=0)
    days, event = arm["days_to_any_referral"].to_numpy(float), arm["event_any_referral"].to_numpy(int)
    curve = risk_curve(days, event, np.ones(len(arm)), 1)
    for outcome, day in ((ANY, 365), ("any_referral_6m", 182)):
        assert weighted_outcome(arm, outcome).mean() == pytest.approx(curve.risk_at(np.array([day]))[0], rel=0.02)


def test_weights_stand_for_all_that_could_be_followed_and_the_flow_says_how_many_were_lost(cohort):
    rows = {step.step: step.rows for step in cohort.flow}
    for treated, name in ((1, "joined"), (0, "not_joined")):
        arm = arm_of(cohort, treated)
        assert arm["censoring_weight"].sum() == pytest.approx(len(arm), rel=0.02)
        assert len(arm) == rows[f"compared_{name}"] == rows[f"followed_{name}"] + rows[f"out_moved_{name}"]
        assert rows[f"weighted_moved_{name}"] == rows[f"followed_{name}"] == (arm["censoring_weight"] > 0).sum()
    events = cohort.events.set_index(["outcome", "treated"]).loc[(ANY, 0)]
    assert events["with_outcome"] > arm.loc[arm["follow_up"] == "complete", ANY].sum()
    assert 100 * events["with_outcome"] / events["rows"] < events["per_100"]


def test_what_happened_before_a_move_counts_and_what_is_not_known_weighs_nothing(write_snapshot, village):
    for place, moves in ((9, 100), (10, 100), (11, 40)):  # F10 is referred and moves, F11 only moves, F12 moves first
        village["families"][place]["known_to"] = ZERO + timedelta(days=moves)
    for child, day in (("K10", 50), ("K12", 60)):
        village["referrals"].append(
            {
                "referral_id": child,
                "child_id": child,
                "received_on": ZERO + timedelta(day),
                "source": "6",
                "outcome": "nfa",
            }
        )
    frame = build_cohort(write_snapshot(village), TrialDesign((), (ANY, DAYS)), seed=1).frame
    rows = frame[frame["trial"] == "2009-09"].set_index("family_id")
    weight = rows[weight_name(ANY)]
    assert rows.loc[["F10", "F11", "F12"], "follow_up"].tolist() == ["moved"] * 3
    assert (weight > 0)[["F10", "F11", "F12", "F09"]].tolist() == [True, False, False, True]
    assert 1 <= weight["F10"] < weight["F09"]  # it stands for those lost by its day, the other for all of them
    assert (rows.loc[["F10", "F12"], weight_name(DAYS)] == 0).all()  # how many there would have been is not known


def test_rows_that_run_past_the_records_weigh_nothing_whatever_happened(write_snapshot, village):
    village["registrations"].append({"family_id": "F10", "centre_id": "C01", "registered_on": date(2011, 8, 1)})
    village["referrals"].append(
        {"referral_id": "R", "child_id": "K10", "received_on": date(2011, 9, 1), "source": "6", "outcome": "nfa"}
    )
    design = TrialDesign((), (ANY,), last_trial=date(2011, 8, 1))
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    late = frame[frame["follow_up"] == "records_end"]
    assert late[ANY].sum() == 1 and (late[weight_name(ANY)] == 0).all()


def test_in_a_placebo_nobody_is_compared_that_moved_before_the_day_of_joining(write_snapshot, village):
    village["families"][9]["known_to"] = ZERO - timedelta(
        days=1
    )  # F10: here all the placebo's days, but not to its end
    placebo = TrialDesign((), ("any_referral_6m",), follow_up_days=182, placebo_days=300)
    cohort = build_cohort(write_snapshot(village), placebo, seed=1)
    others = cohort.frame[(cohort.frame["trial"] == "2009-09") & (cohort.frame["treated"] == 0)]
    assert "F09" in set(others["family_id"]) and "F10" not in set(others["family_id"])
    assert {step.step: step.rows for step in cohort.flow}["out_unknown_on_day"] == 1


def test_covariates_that_only_a_check_looks_at_change_no_weight(tmp_path):
    snapshot = MovingTown(2_000, seed=4, driven_out=0.04, leaving=0.002).write(tmp_path)
    more = (*DESIGN.covariates, "referred_last_year")
    plain, checked, weighed = (
        build_cohort(snapshot, replace(DESIGN, covariates=names, weigh_by=by), seed=1)
        for names, by in ((DESIGN.covariates, None), (more, DESIGN.covariates), (more, None))
    )
    assert any("idaci_decile" in one.terms for one in plain.weightings)
    assert checked.frame[weight_name(ANY)].equals(plain.frame[weight_name(ANY)])
    assert not weighed.frame[weight_name(ANY)].equals(plain.frame[weight_name(ANY)])
    with pytest.raises(InputError, match='weigh_by names "idaci"'):
        replace(DESIGN, weigh_by=("idaci",))


def test_a_referral_since_time_zero_is_told_from_those_before_and_these_by_how_long_ago():
    events = Events(np.arange(4), np.array([-10, 20, -70, -10]), np.array([True, True, True, False]))
    happened = since(events, np.full(4, 365), months_of(365))
    found = [
        [SINCE[place] for place in np.flatnonzero(flags)]
        for month in (0, 1, 4)
        for flags in happened.of(np.arange(4), np.full(4, month))
    ]
    assert found[:4] == [["referred_within_1_month"], ["referred_by_now"], ["referred_within_3_months"], [SINCE[-1]]]
    assert found[4:8] == [
        ["referred_within_2_months"],
        ["referred_since_within_3_months"],
        ["referred_within_a_year"],
        [SINCE[-1]],
    ]
    assert found[8:] == [["referred_within_a_year"]] * 3 + [[SINCE[-1]]]
