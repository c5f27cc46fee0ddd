"""The truth: nothing where centres do nothing, and what was asked for where they do something."""

from __future__ import annotations

import json

import pytest

from toolkit.simulate import CountyOptions, ScoreOptions, simulate_county
from toolkit.simulate.truth import REPEATS

BINARY = (
    "any_referral_12m",
    "assessed_referral_12m",
    "any_referral_12m_excluding_centre",
    "re_referral_12m",
    "section_47_or_plan_12m",
    "care_entry_12m",
)
OTHERS = (
    "any_referral_12m_never_join",
    "referrals_per_child_year",
    "referral_days_12m",
    "centre_referral_12m",
    "assessed_not_in_need_12m",
)


def test_without_an_effect_every_true_difference_is_exactly_nothing(tenth) -> None:
    for confounding, hidden in ((1.0, 0.0), (2.0, 0.5)):
        truth = tenth("none", confounding=confounding, hidden=hidden).truth
        for name in (*BINARY, *OTHERS):
            assert truth[name]["att_difference"] == 0, name
            assert truth[name]["att_ratio"] == 1, name
            assert truth[name]["risk_joined"] > 0, name


def test_truth_says_what_it_is(tenth) -> None:
    truth = tenth("prevent").truth
    assert set(truth) == {"_about", *BINARY, *OTHERS}
    assert truth["_about"]["simulated"] is True
    assert truth["_about"]["options"] == tenth("prevent").options.as_dict()
    for name, found in truth.items():
        if name != "_about":
            difference = found["risk_joined"] - found["risk_not_joined"]
            assert found["att_difference"] == pytest.approx(difference, abs=2e-8)
            assert found["att_ratio"] == pytest.approx(found["risk_joined"] / found["risk_not_joined"], abs=1e-3)
            assert found["n"] == truth["_about"]["joiners"]
            assert found["description"]
    assert json.loads(json.dumps(truth)) == truth


def test_its_joiners_are_the_tables_first_registrations_with_a_child_under_five(tenth) -> None:
    county = tenth("prevent")
    first = county.tables["registrations"].groupby("family_id")["registered_on"].min()
    first = first[first.between("2008-04-01", "2011-03-31")]
    born = county.tables["children"].set_index("family_id")["birth_month"]
    rows = born[born.index.isin(first.index)]
    age = first.reindex(rows.index).dt.to_period("M").astype("int64") - rows.dt.to_period("M").astype("int64")
    with_young = set(rows.index[(age >= 0) & (age < 60)])
    assert with_young == set(first.index)
    assert county.truth["any_referral_12m"]["n"] == len(first)


def test_prevention_lowers_everything_and_more_against_never_joining(tenth) -> None:
    truth = tenth("prevent").truth
    for name in BINARY:
        assert 0.6 < truth[name]["att_ratio"] < 0.95, name
    never = truth["any_referral_12m_never_join"]
    assert 0.68 < never["att_ratio"] < 0.76  # the hazard times 0.7
    assert never["att_difference"] < truth["any_referral_12m"]["att_difference"] < -0.005
    assert never["risk_joined"] == truth["any_referral_12m"]["risk_joined"]


def test_detection_raises_centre_made_referrals_and_hardly_anyone_elses(tenth) -> None:
    truth = tenth("detect").truth
    assert 1.15 < truth["any_referral_12m_never_join"]["att_ratio"] < 1.35
    assert truth["centre_referral_12m"]["att_ratio"] > 1.6
    assert 0.97 < truth["any_referral_12m_excluding_centre"]["att_ratio"] < 1.06  # those referred are referred again
    by_stage = [truth[name]["att_ratio"] for name in ("any_referral_12m", "assessed_referral_12m")]
    assert truth["section_47_or_plan_12m"]["att_ratio"] < by_stage[1] < by_stage[0]


def test_both_is_more_noticed_and_fewer_harmed(tenth) -> None:
    truth = tenth("both").truth
    assert truth["centre_referral_12m"]["att_difference"] > 0
    assert truth["any_referral_12m_excluding_centre"]["att_difference"] < -0.005
    assert truth["section_47_or_plan_12m"]["att_difference"] < 0


def test_detection_shows_in_the_records_as_centre_sources_and_bounced_referrals(tenth) -> None:
    def centre_made(effect: str) -> tuple[float, float]:
        referrals = tenth(effect).tables["referrals"]
        by_centre = referrals[referrals["source"].isin(["8", "5D"])]
        return len(by_centre) / len(referrals), by_centre["referred_back"].mean()

    share, bounced = centre_made("none")
    share_detected, bounced_detected = centre_made("detect")
    assert share_detected > 1.25 * share
    assert bounced_detected > bounced > 0


def test_what_scoring_as_such_does_is_in_the_truth_and_nothing_where_it_does_nothing(monkeypatch) -> None:
    monkeypatch.setitem(REPEATS, "tenth", 4)
    truth = {}
    for tracking in (0.0, -1.0):
        options = CountyOptions(scale="tenth", scores=ScoreOptions(tracking_referrals=tracking))
        truth[tracking] = simulate_county(options).truth
    assert truth[0.0]["any_referral_12m"]["att_difference"] == 0
    found = truth[-1.0]["any_referral_12m"]
    # A bit over half of joiners live where a centre scores; referrals of those fall by two thirds.
    assert 0.5 < found["att_ratio"] < 0.85
    assert "times 0.3679 from the month after joining" in truth[-1.0]["_about"]["joining_does"]
