from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from toolkit.cohort.counts import re_referral_shares
from toolkit.cohort.covariates import COVARIATES, covariates_named
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import OUTCOMES, outcomes_named
from toolkit.cohort.trials import build_cohort
from toolkit.errors import InputError

ZERO = date(2009, 9, 15)  # F03 joins; its child K03 is 15 months old


def referral(days: int, source: str = "3B", outcome: str = "in_need", child: str = "K03", back: bool = False):
    day = ZERO + timedelta(days=days)
    return {
        "referral_id": f"R-{child}-{day}-{source}",
        "child_id": child,
        "received_on": day,
        "source": source,
        "outcome": outcome,
        "referred_back": back,
    }


def joined_row(cohort):
    frame = cohort.frame
    return frame[(frame["family_id"] == "F03") & (frame["treated"] == 1)].iloc[0]


@pytest.mark.parametrize(
    "name",
    [
        "any_referral_12m",
        "any_referral_12m_excluding_centre",
        "centre_referral_12m",
        "assessed_referral_12m",
        "re_referral_12m",
        "section_47_or_plan_12m",
        "care_entry_12m",
        "referral_days_12m",
        "assessed_not_in_need_6m_excluding_centre_ages_0_4",
        "nfa_referral_24m_ages_5_9",
        "bounced_referral_12m",
        "children_re_referred_24m",
    ],
)
def test_names_of_the_grammar_are_outcomes_with_words_for_them(name):
    outcome = OUTCOMES[name]
    assert outcome.name == name
    assert all((outcome.label, outcome.description, outcome.happened, outcome.within))
    days, said = {"_6m": (182, "six months"), "_12m": (365, "a year"), "_24m": (730, "two years")}[
        re.search(r"_\d+m", name).group()
    ]
    assert (outcome.window_days, outcome.within) == (days, f"within {said}")


def test_labels_tell_every_outcome_from_every_other():
    labels = [outcome.label for outcome in OUTCOMES.values()]
    assert len(set(labels)) == len(labels)
    assert len({covariate.label for covariate in COVARIATES.values() if covariate.source.startswith("own_")}) == sum(
        covariate.source.startswith("own_") for covariate in COVARIATES.values()
    )


def test_the_first_outcomes_keep_their_words():
    assert OUTCOMES["any_referral_12m"].label == "Referred within a year"
    assert OUTCOMES["any_referral_12m_excluding_centre"].label == "Referred by others than the centre"
    assert OUTCOMES["any_referral_12m_excluding_centre"].happened == "were referred by someone other than a centre"


@pytest.mark.parametrize(("days", "counted"), [(182, (1, 1, 1)), (183, (0, 1, 1)), (366, (0, 0, 1)), (731, (0, 0, 0))])
def test_windows_of_six_twelve_and_twenty_four_months_end_where_they_say(write_snapshot, village, days, counted):
    village["referrals"].append(referral(days))
    names = ("any_referral_6m", "any_referral_12m", "any_referral_24m")
    design = TrialDesign((), names, follow_up_days=730)
    row = joined_row(build_cohort(write_snapshot(village), design, seed=1))
    assert tuple(row[list(names)]) == counted


def test_a_window_longer_than_the_follow_up_is_an_error_that_says_both():
    with pytest.raises(InputError, match=r'"care_entry_24m" looks 730 days ahead, and families are followed for 365'):
        outcomes_named(("any_referral_12m", "care_entry_24m"), 365)


def test_a_misspelt_outcome_is_answered_with_its_near_misses():
    with pytest.raises(
        InputError, match=r'no outcome "any_referral_12m_excl_centre"\. Did you mean "any_referral_12m_ex'
    ):
        outcomes_named(("any_referral_12m_excl_centre",))


@pytest.mark.parametrize(
    ("born", "ages_0_4", "ages_5_9"),
    [(date(2004, 12, 1), 1, 0), (date(2004, 11, 1), 0, 1), (date(1999, 12, 1), 0, 1), (date(1999, 11, 1), 0, 0)],
)
def test_ages_are_those_of_the_child_in_the_month_of_the_event(write_snapshot, village, born, ages_0_4, ages_5_9):
    village["children"].append({"child_id": "K03b", "family_id": "F03", "birth_month": born})
    village["referrals"].append(referral(60, child="K03b"))  # 14 November 2009
    names = ("any_referral_12m", "any_referral_12m_ages_0_4", "any_referral_12m_ages_5_9")
    row = joined_row(build_cohort(write_snapshot(village), TrialDesign((), names), seed=1))
    assert tuple(row[list(names)]) == (1, ages_0_4, ages_5_9)


def test_a_child_not_yet_born_counts_among_the_youngest(write_snapshot, village):
    village["children"].append({"child_id": "K03b", "family_id": "F03", "birth_month": date(2010, 3, 1)})
    village["referrals"].append(referral(60, child="K03b"))
    row = joined_row(build_cohort(write_snapshot(village), TrialDesign((), ("any_referral_12m_ages_0_4",)), seed=1))
    assert row["any_referral_12m_ages_0_4"] == 1


def test_what_came_of_a_referral_and_who_made_it_are_told_apart(write_snapshot, village):
    village["referrals"] += [
        referral(10, source="8", outcome="nfa", back=True),
        referral(20, source="6", outcome="assessed_not_in_need"),
    ]
    names = (
        "nfa_referral_12m",
        "nfa_referral_12m_excluding_centre",
        "bounced_referral_12m",
        "assessed_not_in_need_12m",
        "assessed_not_in_need_12m_excluding_centre",
        "re_referral_12m_excluding_centre",
        "referral_days_12m",
        "referral_days_12m_excluding_centre",
    )
    row = joined_row(build_cohort(write_snapshot(village), TrialDesign((), names), seed=1))
    assert tuple(row[list(names)]) == (1, 0, 1, 1, 1, 1, 2, 1)


def test_both_published_measures_of_re_referral_are_of_referrals_and_of_children(write_snapshot, village):
    village["children"].append({"child_id": "K03b", "family_id": "F03", "birth_month": date(2006, 1, 1)})
    village["referrals"] += [referral(10), referral(40), referral(90), referral(40, child="K03b")]
    names = ("referrals_12m", "re_referrals_12m", "children_referred_12m", "children_re_referred_12m")
    cohort = build_cohort(write_snapshot(village), TrialDesign((), names), seed=1)
    joined = re_referral_shares(cohort.frame).set_index("treated").loc[1]
    assert (joined["referrals"], joined["re_referrals"], joined["share_of_referrals"]) == (4, 2, 0.5)
    assert (joined["children_referred"], joined["children_re_referred"], joined["share_of_children"]) == (2, 1, 0.5)
    with pytest.raises(InputError, match="without the outcomes referrals_6m"):
        re_referral_shares(cohort.frame, 6)


def test_a_referral_long_before_time_zero_makes_a_later_one_a_re_referral_for_twelve_months(write_snapshot, village):
    design = TrialDesign((), ("re_referral_12m",))
    for start, again in ((-300, 1), (-340, 0)):  # the second is received 12 months and a day or more after
        changed = {**village, "referrals": [*village["referrals"], referral(start), referral(60)]}
        assert joined_row(build_cohort(write_snapshot(changed), design, seed=1))["re_referral_12m"] == again


@pytest.mark.parametrize(
    ("days_before", "before", "days", "earlier"), [(0, 1, 1, 0), (364, 1, 1, 0), (365, 0, 0, 1), (730, 0, 0, 0)]
)
def test_windows_before_time_zero_take_in_their_nearer_end(write_snapshot, village, days_before, before, days, earlier):
    village["referrals"].append(referral(-days_before))
    names = ("referred_last_12m", "referral_days_last_12m", "referred_12m_to_24m_before")
    design = TrialDesign(names, (), look_back_days=730)
    row = joined_row(build_cohort(write_snapshot(village), design, seed=1))
    assert tuple(row[list(names)]) == (before, days, earlier)


def test_trials_start_only_when_there_are_records_to_look_back_on(write_snapshot, village):
    design = TrialDesign(("referred_12m_to_24m_before", "months_of_records"), (), look_back_days=730)
    cohort = build_cohort(write_snapshot(village), design, seed=1)
    assert cohort.frame["months_of_records"].min() >= 24
    village["families"][10]["known_from"] = date(2008, 9, 20)
    frame = build_cohort(write_snapshot(village), design, seed=1).frame
    assert frame.loc[(frame["family_id"] == "F11") & (frame["trial"] == "2009-09"), "months_of_records"].item() == 11


def test_a_covariate_that_looks_back_further_than_the_design_is_an_error():
    with pytest.raises(InputError, match=r'"referred_12m_to_24m_before" looks 730 days back, and the design 365'):
        covariates_named(("referred_12m_to_24m_before",), 365)


def test_subgroups_of_deprivation_and_age_are_covariates(write_snapshot, village):
    village["families"][2]["idaci_decile"] = 4
    row = joined_row(
        build_cohort(write_snapshot(village), TrialDesign(("deprivation_fifth", "youngest_age_band"), ()), seed=1)
    )
    assert (row["deprivation_fifth"], row["youngest_age_band"]) == (2, 1)
