"""Keeping to a strategy: what each wrong analysis makes of a simulated town, and what the weights make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError

DESIGN = TrialDesign(
    ("idaci_decile", "referrals_last_3m", "referrals_3m_to_12m"),
    ("any_referral_12m",),
    first_trial=date(2008, 8, 1),
    last_trial=date(2009, 3, 1),
)
OWN = "censoring_weight_any_referral_12m"
JOINED, OTHERS = 1, 0


@pytest.fixture(scope="module")
def strict(town_snapshot):
    design = replace(DESIGN, strategy="joined_and_stayed", later_joining="censor_with_weights")
    return build_cohort(town_snapshot, design, seed=3)


def arm_of(cohort, treated):
    return cohort.frame[cohort.frame["treated"] == treated]


def weighted(arm, happened, weight):
    return float(np.average(happened, weights=arm[weight]))


def test_never_joining_is_recovered_where_dropping_later_joiners_fails(strict, town):
    arm = arm_of(strict, OTHERS)
    truth = town.risk_if(arm, stays_weeks=None)
    dropped = arm.loc[arm["follow_up"] == "complete", "any_referral_12m"].mean()
    assert dropped < truth - 0.03  # those that join were referred more: without them a third of the risk is gone
    assert weighted(arm, arm["any_referral_12m"], "censoring_weight") == pytest.approx(truth, abs=0.006)
    assert weighted(arm, arm["any_referral_12m"], OWN) == pytest.approx(truth, abs=0.006)


def test_joining_and_staying_is_recovered_where_survivors_only_and_immortal_time_fail(strict, town, town_snapshot):
    arm = arm_of(strict, JOINED)
    truth = town.risk_if(arm, stays_weeks=13, repeats=20)
    stayed = arm[arm["follow_up"] == "complete"]
    assert stayed["any_referral_12m"].mean() < truth - 0.01  # survivors only
    last = arm["family_id"].map(last_referral_of(town_snapshot, arm))
    late = (stayed["any_referral_12m"] == 1) & ((last[stayed.index] - stayed["time_zero"]).dt.days > 91)
    assert late.mean() < truth - 0.02  # and counting from the day they had stayed long enough
    assert weighted(arm, arm["any_referral_12m"], OWN) == pytest.approx(truth, abs=0.009)
    assert weighted(arm, arm["any_referral_12m"], "censoring_weight") == pytest.approx(truth, abs=0.015)


def last_referral_of(snapshot, arm):
    """Each joiner's last referral in the year from time zero, by family."""
    referrals = snapshot.read("referrals").assign(family_id=lambda r: "F" + r["child_id"].str[1:])
    found = referrals.merge(arm[["family_id", "time_zero"]].astype({"family_id": "str"}), on="family_id")
    days = (pd.to_datetime(found["received_on"]) - found["time_zero"]).dt.days
    return pd.to_datetime(found[(days > 0) & (days <= 365)].groupby("family_id")["received_on"].max())


def test_the_flow_says_who_stands_for_whom_and_how_large_the_weights_are(strict):
    steps = {step.step: step for step in strict.flow}
    joined, others = strict.weightings
    assert (joined.ending, joined.departed) == ("left", steps["out_left_joined"].rows)
    assert (others.ending, others.departed) == ("joined", steps["out_joined_not_joined"].rows)
    assert steps["weighted_joined"].rows == steps["followed_joined"].rows
    assert f"the largest was {others.largest:.2f}" in steps["weights_cut_not_joined"].sentence
    assert f"cut to {others.cut_to:.2f}" in steps["weights_cut_not_joined"].sentence
    assert others.cut_to == arm_of(strict, OTHERS)["censoring_weight"].max() <= others.largest


def test_events_carry_the_weighted_share_of_each_outcome(strict):
    arm = arm_of(strict, OTHERS)
    events = strict.events.set_index(["outcome", "treated"])
    assert events.loc[("any_referral_12m", OTHERS), "per_100"] == pytest.approx(
        100 * (arm["any_referral_12m"] * arm[OWN]).mean()
    )
    assert events.loc[("any_referral_12m", OTHERS), "with_outcome"] == ((arm[OWN] > 0) & arm["any_referral_12m"]).sum()


def test_an_outcome_before_departing_counts_and_one_after_does_not(write_snapshot, village):
    village["registrations"] += [
        {"family_id": name, "centre_id": "C01", "registered_on": date(2009, 12, 1)} for name in ("F10", "F11", "F12")
    ]
    village["families"][11]["known_to"] = date(2009, 10, 15)  # F12 moves before its referral
    for child, day in (("K10", date(2009, 11, 1)), ("K11", date(2009, 12, 24)), ("K12", date(2009, 11, 1))):
        village["referrals"].append(
            {"referral_id": child, "child_id": child, "received_on": day, "source": "6", "outcome": "nfa"}
        )
    design = TrialDesign((), ("any_referral_6m",), later_joining="censor_with_weights")
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    own = frame[frame["trial"] == "2009-09"].set_index("family_id")["censoring_weight_any_referral_6m"] > 0
    assert own[["F10", "F11", "F12", "F09"]].to_dict() == {"F10": True, "F11": False, "F12": False, "F09": True}


def test_the_same_seed_gives_the_same_weights(strict, town_snapshot):
    design = replace(DESIGN, strategy="joined_and_stayed", later_joining="censor_with_weights")
    pd.testing.assert_frame_equal(build_cohort(town_snapshot, design, seed=3).frame, strict.frame, check_exact=True)


def test_cut_weights_are_counted(town_snapshot):
    design = replace(DESIGN, later_joining="censor_with_weights", weights_cut_at=0.95)
    cohort = build_cohort(town_snapshot, design, seed=3)
    weighting = cohort.weightings[0]
    weights = arm_of(cohort, OTHERS)["censoring_weight"]
    assert weights.max() == weighting.cut_to < weighting.largest
    assert weighting.cut == {step.step: step.rows for step in cohort.flow}["weights_cut_not_joined"]
    assert weighting.cut == pytest.approx(0.05 * (weights > 0).sum(), rel=0.05)
    assert set(arm_of(cohort, JOINED)["censoring_weight"]) == {1.0}


def test_weights_stand_for_everyone_followed(strict):
    for treated in (JOINED, OTHERS):
        arm = arm_of(strict, treated)
        assert arm["censoring_weight"].sum() == pytest.approx(len(arm), rel=0.03)
        assert ((arm["censoring_weight"] > 0) == (arm["follow_up"] == "complete")).all()
        assert arm.loc[arm["censoring_weight"] > 0, "censoring_weight"].min() >= 1


def test_too_few_departures_for_a_model_are_weighted_by_the_share_that_stays(write_snapshot, village):
    village["registrations"][0]["left_on"] = date(2009, 6, 30)  # F01 stays 41 days
    design = TrialDesign(("idaci_decile",), ("any_referral_12m",), strategy="joined_and_stayed")
    cohort = build_cohort(write_snapshot(village), design, seed=1)
    assert cohort.weightings[0].terms == ()
    joined = arm_of(cohort, JOINED).set_index("family_id")
    assert joined.loc["F01", ["follow_up", "days_followed", "censoring_weight"]].tolist() == ["left", 41, 0.0]
    assert joined.loc["F02", "censoring_weight"] == pytest.approx(3 / 2)
    assert "too few for a model" in {step.step: step.sentence for step in cohort.flow}["weighted_joined"]


def test_a_family_that_changes_centre_without_a_gap_has_stayed(write_snapshot, village):
    village["registrations"][0]["left_on"] = date(2009, 6, 30)
    village["registrations"].append({"family_id": "F01", "centre_id": "C02", "registered_on": date(2009, 6, 30)})
    village["registrations"][1]["left_on"] = date(2009, 6, 1)
    village["registrations"].append({"family_id": "F02", "centre_id": "C02", "registered_on": date(2009, 6, 2)})
    design = TrialDesign((), ("any_referral_12m",), strategy="joined_and_stayed")
    joined = arm_of(build_cohort(write_snapshot(village), design, seed=1), JOINED).set_index("family_id")
    assert joined["follow_up"].to_dict() == {"F01": "complete", "F02": "left", "F03": "complete"}


@pytest.mark.parametrize(("days", "ending"), [(364, "joined"), (365, "complete")])
def test_a_control_is_followed_to_the_day_it_joins(write_snapshot, village, days, ending):
    day = date(2009, 9, 15) + timedelta(days=days)
    village["registrations"].append({"family_id": "F10", "centre_id": "C01", "registered_on": day})
    design = TrialDesign((), ("any_referral_12m",), later_joining="censor_with_weights")
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    row = frame[(frame["family_id"] == "F10") & (frame["trial"] == "2009-09")].iloc[0]
    assert (row["follow_up"], row["days_followed"]) == (ending, days)


def test_what_cannot_be_asked_of_a_design_is_said_all_at_once():
    with pytest.raises(InputError) as caught:
        TrialDesign((), (), strategy="joined_and_staid", unit="families", weights_cut_at=3, stay_days=0)
    for part in ('"joined_and_stayed"', '"family"', "weights_cut_at is 3", "stay_days is 0"):
        assert part in str(caught.value)
    with pytest.raises(InputError, match="Set follow_up_days to 182 or less"):
        TrialDesign((), (), placebo_days=182)
    with pytest.raises(InputError, match="before anybody joins or leaves"):
        TrialDesign((), (), placebo_days=365, later_joining="censor_with_weights")
