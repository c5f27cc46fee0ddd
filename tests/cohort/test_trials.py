from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toolkit.cohort.covariates import COVARIATES
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import OUTCOMES
from toolkit.cohort.trials import Cohort, build_cohort, cohorts_of
from toolkit.errors import InputError

OF_FAMILY = tuple(name for name, one in COVARIATES.items() if not one.is_of_child and not one.source.startswith("own_"))
A_YEAR = tuple(
    name for name, one in OUTCOMES.items() if one.window_days == 365 and "ages" not in name and "centre" not in name
)
CENTRES = ("any_referral_12m_excluding_centre", "centre_referral_12m")
ALL = TrialDesign(covariates=OF_FAMILY, outcomes=(*A_YEAR, *CENTRES))


def referral(child: str, day: date, source: str = "3B", outcome: str = "in_need") -> dict[str, object]:
    return {
        "referral_id": f"R-{child}-{day}-{source}",
        "child_id": child,
        "received_on": day,
        "source": source,
        "outcome": outcome,
    }


def row_of(cohort: Cohort, family: str, trial: str, treated: int) -> pd.Series:
    frame = cohort.frame
    found = frame[(frame["family_id"] == family) & (frame["trial"] == trial) & (frame["treated"] == treated)]
    assert len(found) == 1
    return found.iloc[0]


def test_a_joining_family_is_treated_once_from_its_registration_day(write_snapshot, village):
    village["registrations"].append(
        {"family_id": "F01", "centre_id": "C02", "registered_on": date(2010, 2, 1)}  # a second centre, later
    )
    frame = build_cohort(write_snapshot(village), ALL, seed=1).frame
    treated = frame[frame["treated"] == 1]
    assert list(zip(treated["family_id"], treated["time_zero"].dt.date, strict=True)) == [
        ("F02", date(2009, 5, 6)),
        ("F01", date(2009, 5, 20)),
        ("F03", date(2009, 9, 15)),
    ]


def test_time_zero_of_both_arms_comes_from_the_same_days_of_the_month_and_district(write_snapshot, village):
    frame = build_cohort(write_snapshot(village), ALL, seed=1).frame
    days = frame.groupby(["trial", "treated"], observed=True)["time_zero"].agg(lambda days: set(days.dt.date))
    assert days["2009-05", 0] <= days["2009-05", 1] == {date(2009, 5, 6), date(2009, 5, 20)}
    assert days["2009-09", 0] == days["2009-09", 1] == {date(2009, 9, 15)}


def test_cohorts_drawn_side_by_side_are_those_drawn_one_by_one(counties):
    spring = {"first_trial": date(2009, 1, 1), "last_trial": date(2009, 2, 1)}
    snapshot, design = counties.snapshot(), TrialDesign(covariates=OF_FAMILY[:3], outcomes=CENTRES, **spring)
    with cohorts_of(snapshot, design) as draw, ThreadPoolExecutor(2) as threads:
        together = list(threads.map(draw, (1, 2, 1)))
    for seed, found in zip((1, 2, 1), together, strict=True):
        alone = build_cohort(snapshot, design, seed=seed)
        pd.testing.assert_frame_equal(found.frame, alone.frame)
        assert found.flow == alone.flow
    assert not together[0].frame["time_zero"].equals(together[1].frame["time_zero"])


def test_a_month_and_district_without_joiners_gives_no_controls_and_the_flow_says_so(write_snapshot, village):
    cohort = build_cohort(write_snapshot(village), ALL, seed=1)
    assert set(cohort.frame["trial"]) == {"2009-05", "2009-09"}
    steps = {step.step: step for step in cohort.flow}
    # September's only joiner has nobody else's day to draw, so it too is counted there.
    without = steps["not_joined"].rows - steps["out_no_joiner"].rows
    assert without == 12 + 9


def test_no_time_before_joining_is_counted_as_supported(write_snapshot, village):
    # Immortal time: a referral between the month's start and the registration comes before time zero, never after.
    village["referrals"] += [referral("K01", date(2009, 5, 12)), referral("K02", date(2009, 5, 6))]
    cohort = build_cohort(write_snapshot(village), ALL, seed=1)
    for family in ("F01", "F02"):
        row = row_of(cohort, family, "2009-05", treated=1)
        assert row["any_referral_12m"] == 0
        assert row["referrals_last_3m"] == 1


@pytest.mark.parametrize(("days_after", "counted"), [(0, 0), (1, 1), (365, 1), (366, 0)])
def test_follow_up_runs_from_the_day_after_time_zero_for_365_days(write_snapshot, village, days_after, counted):
    village["referrals"].append(referral("K03", date(2009, 9, 15) + timedelta(days=days_after)))
    cohort = build_cohort(write_snapshot(village), ALL, seed=1)
    assert row_of(cohort, "F03", "2009-09", treated=1)["any_referral_12m"] == counted


@pytest.mark.parametrize(
    ("days_before", "last_3m", "earlier"), [(0, 1, 0), (90, 1, 0), (91, 0, 1), (364, 0, 1), (365, 0, 0)]
)
def test_look_back_covers_the_year_up_to_and_with_time_zero(write_snapshot, village, days_before, last_3m, earlier):
    village["referrals"].append(referral("K03", date(2009, 9, 15) - timedelta(days=days_before)))
    row = row_of(build_cohort(write_snapshot(village), ALL, seed=1), "F03", "2009-09", treated=1)
    assert (row["referrals_last_3m"], row["referrals_3m_to_12m"]) == (last_3m, earlier)


def test_a_family_joining_later_in_the_month_is_a_control_on_its_earlier_day(write_snapshot, village):
    frames = [build_cohort(write_snapshot(village), ALL, seed=seed).frame for seed in range(2)]
    for frame in frames:
        may = frame[frame["trial"] == "2009-05"]
        # F01 joins on the 20th and can only draw F02's day, the 6th: a control then, though it joins two weeks on.
        f01 = may[may["family_id"] == "F01"]
        assert sorted(zip(f01["treated"], f01["time_zero"].dt.day, strict=True)) == [(0, 6), (1, 20)]
        # F02 can only draw the 20th, when it has joined already.
        assert list(may.loc[may["family_id"] == "F02", "treated"]) == [1]
        assert frame.index.is_unique


def test_families_joining_in_a_later_month_stay_controls_for_the_whole_year(write_snapshot, village):
    cohort = build_cohort(write_snapshot(village), ALL, seed=1)
    row = row_of(cohort, "F03", "2009-05", treated=0)
    assert (row["joins_later"], row["follow_up"], row["days_followed"]) == (1, "complete", 365)


def test_families_that_joined_before_or_have_no_child_under_five_or_are_unknown_are_left_out(write_snapshot, village):
    village["registrations"].append({"family_id": "F04", "centre_id": "C01", "registered_on": date(2007, 5, 1)})
    village["children"][4]["birth_month"] = date(2004, 5, 1)  # F05: five years old in May 2009
    village["children"][5]["birth_month"] = date(2009, 6, 1)  # F06: not born in May 2009
    village["families"][6]["known_from"] = date(2009, 6, 1)  # F07
    village["families"][7]["known_to"] = date(2009, 4, 30)  # F08
    village["children"][8]["birth_month"] = date(2004, 6, 1)  # F09: 59 months old in May 2009
    frame = build_cohort(write_snapshot(village), ALL, seed=1).frame
    may = set(frame.loc[frame["trial"] == "2009-05", "family_id"])
    assert may == {"F01", "F02", "F03", "F09", "F10", "F11", "F12"}


def test_children_are_counted_as_they_were_at_time_zero(write_snapshot, village):
    village["children"] += [
        {"child_id": "K03b", "family_id": "F03", "birth_month": date(2009, 9, 1)},  # this very month
        {"child_id": "K03c", "family_id": "F03", "birth_month": date(2009, 12, 1)},  # expected in three months
        {"child_id": "K03d", "family_id": "F03", "birth_month": date(1991, 9, 1)},  # 18 this month
        {"child_id": "K03e", "family_id": "F03", "birth_month": date(1991, 10, 1)},  # still 17
    ]
    row = row_of(build_cohort(write_snapshot(village), ALL, seed=1), "F03", "2009-09", treated=1)
    assert (row["children_under_18"], row["youngest_months"], row["under_one"], row["expecting"]) == (3, 0, 1, 1)


def test_moving_away_and_the_end_of_records_are_follow_up_cut_short(write_snapshot, village):
    village["families"][0]["known_to"] = date(2010, 1, 1)  # F01
    village["registrations"].append({"family_id": "F10", "centre_id": "C01", "registered_on": date(2011, 8, 1)})
    design = TrialDesign(covariates=(), outcomes=("any_referral_12m",), last_trial=date(2011, 8, 1))
    cohort = build_cohort(write_snapshot(village), design, seed=1)
    assert row_of(cohort, "F01", "2009-05", treated=1)["follow_up"] == "moved"
    assert row_of(cohort, "F10", "2011-08", treated=1)["follow_up"] == "records_end"
    steps = {step.step: step.rows for step in cohort.flow}
    assert (steps["out_moved_joined"], steps["out_records_end_joined"]) == (1, 1)


def test_every_outcome_counts_what_it_says(write_snapshot, village):
    zero = date(2009, 9, 15)
    village["referrals"] += [
        referral("K03", zero - timedelta(days=100)),
        referral("K03", zero + timedelta(days=10), source="8", outcome="nfa"),
        referral("K03", zero + timedelta(days=20), source="6", outcome="assessed_not_in_need"),
    ]
    village["episodes"] += [
        {"child_id": "K03", "kind": "protection_plan", "started_on": zero + timedelta(days=40)},
        {"child_id": "K03", "kind": "looked_after", "started_on": zero},
        {"child_id": "K03", "kind": "early_help", "started_on": zero + timedelta(days=50)},
    ]
    cohort = build_cohort(write_snapshot(village), ALL, seed=1)
    row = row_of(cohort, "F03", "2009-09", treated=1)
    assert {name: int(row[name]) for name in ALL.outcomes} == {
        "any_referral_12m": 1,
        "any_referral_12m_excluding_centre": 1,
        "centre_referral_12m": 1,
        "bounced_referral_12m": 0,
        "assessed_referral_12m": 1,
        "assessed_not_in_need_12m": 1,
        "nfa_referral_12m": 1,
        "re_referral_12m": 1,
        "section_47_or_plan_12m": 1,
        "care_entry_12m": 0,  # it began on time zero, so it is history
        "early_help_12m": 1,
        "days_looked_after_12m": 365,  # and goes on
        "referral_days_12m": 2,
        "referrals_12m": 2,
        "re_referrals_12m": 2,
        "children_referred_12m": 1,
        "children_re_referred_12m": 1,
    }
    assert (row["episode_last_year"], row["care_last_year"]) == (1, 1)


def test_early_help_is_no_statutory_episode(write_snapshot, village):
    zero = date(2009, 9, 15)
    days = (zero - timedelta(days=30), zero + timedelta(days=30))
    village["episodes"] += [{"child_id": "K03", "kind": "early_help", "started_on": day} for day in days]
    row = row_of(build_cohort(write_snapshot(village), ALL, seed=1), "F03", "2009-09", treated=1)
    assert (row["early_help_12m"], row["section_47_or_plan_12m"], row["days_looked_after_12m"]) == (1, 0, 0)
    assert (row["episode_last_year"], row["care_last_year"]) == (0, 0)


def test_days_looked_after_are_those_within_the_window_whenever_care_began(write_snapshot, village):
    zero, day = date(2009, 9, 15), timedelta(days=1)
    village["children"].append({"child_id": "K03b", "family_id": "F03", "birth_month": date(2006, 1, 1)})
    village["episodes"] += [
        {"child_id": "K03", "kind": "looked_after", "started_on": zero - 30 * day, "ended_on": zero + 11 * day},
        {"child_id": "K03", "kind": "looked_after", "started_on": zero + 100 * day, "ended_on": zero + 101 * day},
        {"child_id": "K03", "kind": "protection_plan", "started_on": zero + 40 * day, "ended_on": zero + 90 * day},
        {"child_id": "K03b", "kind": "looked_after", "started_on": zero + 180 * day},
        {"child_id": "K03", "kind": "looked_after", "started_on": zero - 90 * day, "ended_on": zero + 1 * day},
    ]
    names = ("days_looked_after_6m", "days_looked_after_12m")
    design = TrialDesign(covariates=(), outcomes=names)
    row = row_of(build_cohort(write_snapshot(village), design, seed=1), "F03", "2009-09", treated=1)
    assert [int(row[name]) for name in names] == [10 + 1 + 3, 10 + 1 + 186]  # days 180 to 182, and 180 to 365
    assert "days_looked_after_12m_ages_0_4" not in OUTCOMES and "care_entry_36m_ages_10_15" in OUTCOMES


def test_which_sources_are_the_centres_own_is_configurable(write_snapshot, village):
    village["referrals"].append(referral("K03", date(2009, 10, 1), source="5B"))
    for sources, own in ((("8", "5D"), 0), (("5B",), 1)):
        design = TrialDesign(covariates=(), outcomes=ALL.outcomes, centre_sources=sources)
        row = row_of(build_cohort(write_snapshot(village), design, seed=1), "F03", "2009-09", treated=1)
        assert row["centre_referral_12m"] == own
        assert row["any_referral_12m_excluding_centre"] == 1 - own


def test_a_protocol_says_whether_referrals_while_a_case_is_open_count(write_snapshot, village):
    opened = referral("K03", date(2009, 9, 20)) | {"closed_on": date(2009, 11, 1)}
    village["referrals"] += [opened, referral("K03", date(2009, 10, 1))]
    counts = {}
    for rule in ("count", "leave_out"):
        design = TrialDesign(covariates=(), outcomes=("referrals_12m",), referrals_while_open=rule)
        row = row_of(build_cohort(write_snapshot(village), design, seed=1), "F03", "2009-09", treated=1)
        counts[rule] = row["referrals_12m"]
    assert counts["count"] == counts["leave_out"] + 1


def test_a_first_referral_is_no_re_referral_and_a_brothers_does_not_make_it_one(write_snapshot, village):
    village["children"].append({"child_id": "K03b", "family_id": "F03", "birth_month": date(2006, 1, 1)})
    village["referrals"] += [referral("K03b", date(2009, 9, 1)), referral("K03", date(2009, 10, 1))]
    row = row_of(build_cohort(write_snapshot(village), ALL, seed=1), "F03", "2009-09", treated=1)
    assert (row["any_referral_12m"], row["re_referral_12m"]) == (1, 0)


def test_the_flow_adds_up_at_every_step(write_snapshot, village):
    village["families"][0]["known_to"] = date(2009, 12, 1)
    village["families"][8]["known_from"] = date(2009, 5, 10)
    cohort = build_cohort(write_snapshot(village), ALL, seed=3)
    rows = {step.step: step.rows for step in cohort.flow}
    left_out = rows["out_no_joiner"] + rows["out_joined_first"] + rows["out_unknown_on_day"]
    assert rows["not_joined"] == left_out + rows["not_yet_joined"]
    for start, arm in (("joined", "joined"), ("not_yet_joined", "not_joined")):
        ends = [rows[f"{step}_{arm}"] for step in ("out_records_end", "out_moved", "followed")]
        assert rows[start] == sum(ends)
    assert rows["joined"] + rows["not_yet_joined"] == len(cohort.frame)
    assert cohort.person_time["rows"].sum() == len(cohort.frame)
    assert rows["followed_joined"] == cohort.person_time.set_index("treated").loc[1, "complete"]
    assert all(str(f"{step.rows:,}") in step.sentence or step.step == "joined" for step in cohort.flow)


def test_the_same_seed_gives_the_same_cohort_and_another_seed_other_days(write_snapshot, village):
    village["registrations"] += [
        {"family_id": f"F{i:02d}", "centre_id": "C01", "registered_on": date(2009, 5, 2 * i)} for i in (4, 5, 6, 7)
    ]
    snapshot = write_snapshot(village)
    first, again, other = (build_cohort(snapshot, ALL, seed=seed).frame for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert not first["time_zero"].equals(other["time_zero"])


def later_changes(village, family: str, after: date):
    """What may happen to a family after a day: referrals, episodes, joining, moving, having a child."""
    child = f"K{family[1:]}"
    days = st.integers(1, 700).map(lambda n: after + timedelta(days=n))
    return st.fixed_dictionaries(
        {
            "referrals": st.lists(days.map(lambda day: referral(child, day)), max_size=3, unique_by=str),
            "episodes": st.lists(
                days.map(lambda day: {"child_id": child, "kind": "section_47", "started_on": day}),
                max_size=2,
                unique_by=str,
            ),
            "joins": st.none() | days,
            "moves": st.none() | days,
        }
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_after_time_zero_changes_who_is_eligible_when_or_what_is_known_of_them(write_snapshot, village, data):
    covariates = [name for name in OF_FAMILY if name != "expecting"]
    before = build_cohort(write_snapshot(village), ALL, seed=5)
    row = row_of(before, "F09", "2009-05", treated=0)
    change = data.draw(later_changes(village, "F09", row["time_zero"].date()))
    changed = copy.deepcopy(village)
    changed["referrals"] += change["referrals"]
    changed["episodes"] += change["episodes"]
    if change["moves"]:
        changed["families"][8]["known_to"] = change["moves"]
    if change["joins"]:
        changed["registrations"].append({"family_id": "F09", "centre_id": "C01", "registered_on": change["joins"]})
    after = build_cohort(write_snapshot(changed), ALL, seed=5)
    again = row_of(after, "F09", "2009-05", treated=0)
    assert again["time_zero"] == row["time_zero"]
    assert again[covariates].to_dict() == row[covariates].to_dict()


def test_unknown_covariates_and_outcomes_are_named_with_near_misses(write_snapshot, village):
    snapshot = write_snapshot(village)
    with pytest.raises(InputError, match=r'no covariate "lone_parents"\. Did you mean "lone_parent"'):
        build_cohort(snapshot, TrialDesign(("lone_parents",), ()), seed=1)
    with pytest.raises(InputError, match=r'no outcome "any_referal_12m"\. Did you mean "any_referral_12m"'):
        build_cohort(snapshot, TrialDesign((), ("any_referal_12m",)), seed=1)


def test_a_missing_covariate_is_an_error_that_counts_the_rows(write_snapshot, village):
    village["families"][9]["idaci_decile"] = None
    with pytest.raises(InputError, match='"idaci_decile" is missing for 2 rows'):
        build_cohort(write_snapshot(village), ALL, seed=1)


def test_without_any_joiner_the_error_tells_the_flow(write_snapshot, village):
    village["registrations"].clear()
    with pytest.raises(InputError, match=r"No families can be compared[\s\S]*0 families joined"):
        build_cohort(write_snapshot(village), ALL, seed=1)


def test_without_referrals_the_error_says_what_to_import(write_snapshot, village):
    village["referrals"].clear()
    with pytest.raises(InputError, match="referrals table is empty"):
        build_cohort(write_snapshot(village), ALL, seed=1)


def test_families_with_tenths_of_two_editions_are_not_compared_by_them(write_snapshot, village):
    for family in village["families"]:
        family["deprivation_edition"] = "2019"
    build_cohort(write_snapshot(village), ALL, seed=1)
    village["families"][3]["deprivation_edition"] = "2025"
    mixed = write_snapshot(village)
    with pytest.raises(InputError, match=r"not of one edition \(Indices of 2019, Indices of 2025\)"):
        build_cohort(mixed, ALL, seed=1)
    without = TrialDesign(covariates=("lone_parent",), outcomes=("any_referral_12m",))
    assert len(build_cohort(mixed, without, seed=1).frame)
