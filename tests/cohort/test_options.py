"""Whatever the options, a cohort never looks ahead, follows nobody past the records, and accounts for every row."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.trials import build_cohort

WINDOWS = {182: "6m", 365: "12m", 730: "24m"}
COVARIATES = (
    "youngest_months",
    "children_under_18",
    "referrals_last_3m",
    "referral_days_last_12m",
    "episode_last_year",
)


@st.composite
def designs(draw):
    follow_up = draw(st.sampled_from(sorted(WINDOWS)))
    placebo = draw(st.sampled_from([0, 0, follow_up, follow_up + 45]))
    windows = [name for days, name in WINDOWS.items() if days <= follow_up]
    unit = draw(st.sampled_from(["family", "child"]))
    return TrialDesign(
        covariates=(*COVARIATES, *(("child_age_months",) if unit == "child" else ())),
        outcomes=tuple(f"{base}_{window}" for base in ("referral_days", "any_referral") for window in windows),
        child_under_months=draw(st.sampled_from([24, 60, 200])),
        first_trial=date(2009, 10, 1) if draw(st.booleans()) else None,
        last_trial=date(2011, 9, 1) if draw(st.booleans()) else None,
        follow_up_days=follow_up,
        unit=unit,
        strategy="joined" if placebo else draw(st.sampled_from(["joined", "joined_and_stayed"])),
        later_joining="intention_to_treat"
        if placebo
        else draw(st.sampled_from(["intention_to_treat", "censor_with_weights"])),
        placebo_days=placebo,
        time_to=draw(st.sampled_from([(), ("any_referral",), ("care_entry", "any_referral_excluding_centre")])),
    )


class Records:
    """The snapshot's tables as plain rows, to count again by other means."""

    def __init__(self, snapshot):
        self.families = snapshot.read("families").set_index("family_id")
        children = snapshot.read("children")
        self.born = children.groupby("family_id")["birth_month"].agg(list).to_dict()
        referrals = snapshot.read("referrals")
        self.of_child = referrals.groupby("child_id")["received_on"].agg(set).to_dict()
        by_family = referrals.groupby(referrals["child_id"].map(children.set_index("child_id")["family_id"]))
        self.of_family = by_family["received_on"].agg(set).to_dict()
        self.first_joined = snapshot.read("registrations").groupby("family_id")["registered_on"].min()

    def days_referred(self, row, unit):
        days = self.of_child.get(row["child_id"]) if unit == "child" else self.of_family.get(row["family_id"])
        return {(day - row["time_zero"].date()).days for day in days or ()}

    def ages(self, row):
        zero = row["time_zero"]
        return [(zero.year - born.year) * 12 + zero.month - born.month for born in self.born[row["family_id"]]]


@pytest.fixture(scope="session")
def records(hamlet_snapshot):
    return Records(hamlet_snapshot)


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(design=designs(), seed=st.integers(0, 5))
def test_every_design_keeps_to_the_rules(hamlet_snapshot, records, design, seed):
    cohort = build_cohort(hamlet_snapshot, design, seed=seed)
    frame = cohort.frame
    check_joining(frame, records, design)
    check_follow_up(cohort, records, design)
    check_flow(cohort, design)
    check_weights(frame, design)
    for _, row in frame.iloc[:: max(1, len(frame) // 25)].iterrows():
        check_row(row, records, design)


def check_joining(frame, records, design):
    own_day = frame["time_zero"] + pd.Timedelta(days=design.placebo_days)
    joined = pd.to_datetime(frame["family_id"].astype("str").map(records.first_joined))
    treated = frame["treated"] == 1
    assert (joined[treated] == own_day[treated]).all()
    assert not (joined[~treated] <= own_day[~treated]).any()
    assert (own_day.dt.strftime("%Y-%m") == frame["trial"].astype("str")).all()
    key = ["trial", "family_id", "treated", *(["child_id"] if design.unit == "child" else [])]
    assert not frame.duplicated(key).any()
    if design.unit == "child":
        assert frame["child_age_months"].between(0, design.child_under_months - 1).all()
    else:
        assert frame["youngest_months"].between(0, design.child_under_months - 1).all()


def check_follow_up(cohort, records, design):
    frame = cohort.frame
    ends = frame["time_zero"] + pd.to_timedelta(frame["days_followed"], unit="D")
    assert (ends <= pd.Timestamp(cohort.calendar.last_day)).all()
    moved = pd.to_datetime(frame["family_id"].astype("str").map(records.families["known_to"]))
    assert not (ends > moved).any()
    assert ((frame["follow_up"] == "complete") <= (frame["days_followed"] == design.follow_up_days)).all()
    joined = pd.to_datetime(frame["family_id"].astype("str").map(records.first_joined))
    if design.placebo_days:
        assert not (ends > joined).any()
    if design.later_joining == "censor_with_weights":
        assert not ((ends > joined) & (frame["treated"] == 0)).any()
    for name in design.time_to:
        assert (frame[f"days_to_{name}"] <= frame["days_followed"]).all()
        assert ((frame[f"event_{name}"] == 0) <= (frame[f"days_to_{name}"] == frame["days_followed"])).all()
    if design.gives_child_days:
        assert frame["child_days"].between(0, 5 * frame["days_followed"]).all()
        if design.unit == "child":
            assert (frame["child_days"] == frame["days_followed"]).all()
    people = cohort.person_time
    assert people["days_followed"].sum() == frame["days_followed"].astype("int64").sum()
    assert people["rows"].sum() == len(frame) == people[list(frame["follow_up"].cat.categories)].to_numpy().sum()


def check_flow(cohort, design):
    rows = {step.step: step.rows for step in cohort.flow}
    families = {step.step: step.families for step in cohort.flow}
    assert rows["family_months"] >= rows["known"] >= rows["young_child"] >= rows["not_joined"]
    left_out = ("no_joiner", "joined_first", "unknown_on_day", "no_young_child_on_day")
    assert rows["not_joined"] == rows["not_yet_joined"] + sum(rows.get(f"out_{name}", 0) for name in left_out)
    for start, arm, treated in (("joined", "joined", 1), ("not_yet_joined", "not_joined", 0)):
        if design.unit == "child":
            assert families[f"children_{arm}"] == families[start]
            start = f"children_{arm}"
        ends = [rows[f"out_{how}_{arm}"] for how in ("records_end", "moved", "aged_out", "left", "joined")
                if f"out_{how}_{arm}" in rows]  # fmt: skip
        assert rows[start] == sum(ends) + rows[f"followed_{arm}"] == (cohort.frame["treated"] == treated).sum()


def check_weights(frame, design):
    complete = frame["follow_up"] == "complete"
    assert ((frame["censoring_weight"] > 0) == complete).all()
    assert frame.loc[complete, "censoring_weight"].min() >= 1
    assert np.isfinite(frame["censoring_weight"]).all()
    stands = frame["follow_up"].isin(["moved", "left", "joined"])
    if design.placebo_days:  # whoever is compared was still here on the day of joining
        assert "moved" not in set(frame["follow_up"])
    for name in design.outcomes:
        own = frame[f"censoring_weight_{name}"]
        assert (own[complete] >= 1).all()
        assert (own[~complete & ~stands] == 0).all()
        if name.startswith("any_"):  # what departed before it was seen counts only if it had happened
            window = int(name.removeprefix("any_referral_").removesuffix("m")) * 365 // 12
            assert (frame.loc[stands & (own > 0) & (frame["days_followed"] < window), name] == 1).all()


def check_row(row, records, design):
    days = records.days_referred(row, design.unit)
    assert row["referral_days_last_12m"] == sum(-365 < day <= 0 for day in days)
    of_family = records.days_referred(row, "family")
    assert row["referrals_last_3m"] == sum(-91 < day <= 0 for day in of_family)
    for length, window in WINDOWS.items():
        if length <= design.follow_up_days:
            assert row[f"referral_days_{window}"] == sum(0 < day <= length for day in days)
    ages = records.ages(row)
    assert row["youngest_months"] == min(age for age in ages if age >= 0)
    assert row["children_under_18"] == sum(0 <= age < 216 for age in ages)
    if "any_referral" in design.time_to and row["event_any_referral"] == 1:
        assert row["days_to_any_referral"] == min(day for day in days if day > 0)


def test_the_placebo_moves_everything_back_but_the_joining(write_snapshot, village):
    design = TrialDesign(("youngest_months", "referral_days_last_12m"), ("any_referral_6m",), follow_up_days=182)
    village["referrals"] += [
        {"referral_id": "R1", "child_id": "K03", "received_on": date(2009, 8, 1), "source": "6", "outcome": "nfa"},
        {"referral_id": "R2", "child_id": "K03", "received_on": date(2009, 1, 1), "source": "6", "outcome": "nfa"},
    ]
    placebo = TrialDesign(design.covariates, design.outcomes, follow_up_days=182, look_back_days=365, placebo_days=182)
    row = joiner(build_cohort(write_snapshot(village), placebo, seed=1).frame, "F03")
    assert (row["time_zero"].date(), row["trial"]) == (date(2009, 3, 17), "2009-09")
    assert (row["youngest_months"], row["referral_days_last_12m"], row["any_referral_6m"]) == (9, 1, 1)


def test_a_joiner_without_a_young_child_at_the_placebo_time_zero_is_counted_out(write_snapshot, village):
    village["children"][2]["birth_month"] = date(2009, 4, 1)  # F03: born after 17 March
    placebo = TrialDesign((), ("any_referral_6m",), follow_up_days=182, placebo_days=182)
    cohort = build_cohort(write_snapshot(village), placebo, seed=1)
    assert {step.step: step.rows for step in cohort.flow}["out_joined_no_young_child"] == 1
    assert "F03" not in set(cohort.frame.loc[cohort.frame["treated"] == 1, "family_id"])


def test_a_first_trial_named_too_early_is_told_of_in_the_flow(write_snapshot, village):
    for look_back, told in ((365, None), (1095, 21)):
        design = TrialDesign((), (), look_back_days=look_back, first_trial=date(2008, 4, 1))
        cohort = build_cohort(write_snapshot(village), design, seed=1)
        steps = {step.step: step.rows for step in cohort.flow}
        assert steps.get("short_history") == (told and len(cohort.frame))


def test_children_share_their_familys_treatment_and_have_outcomes_of_their_own(write_snapshot, village):
    village["children"] += [
        {"child_id": "K03b", "family_id": "F03", "birth_month": date(2006, 9, 1)},
        {"child_id": "K03c", "family_id": "F03", "birth_month": date(2001, 9, 1)},  # too old for the trial
    ]
    village["referrals"] += [
        {"referral_id": f"R{n}", "child_id": child, "received_on": day, "source": "6", "outcome": "nfa"}
        for n, (child, day) in enumerate(
            [("K03b", date(2009, 10, 1)), ("K03c", date(2009, 11, 1)), ("K03", date(2009, 8, 1))]
        )
    ]
    design = TrialDesign(
        ("child_age_months", "referrals_last_3m", "referral_days_last_3m"), ("any_referral_12m",), unit="child"
    )
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    mine = frame[(frame["family_id"] == "F03") & (frame["treated"] == 1)].set_index("child_id")
    assert mine["any_referral_12m"].to_dict() == {"K03": 0, "K03b": 1}
    assert mine["child_age_months"].to_dict() == {"K03": 15, "K03b": 36}
    assert mine["referral_days_last_3m"].to_dict() == {"K03": 1, "K03b": 0}  # the child's own
    assert mine["referrals_last_3m"].to_dict() == {"K03": 1, "K03b": 1}  # the family's
    assert frame.groupby(["trial", "family_id", "treated"], observed=True)["time_zero"].nunique().max() == 1


def joiner(frame, family):
    found = frame[(frame["family_id"] == family) & (frame["treated"] == 1)]
    assert len(found) == 1
    return found.iloc[0]
