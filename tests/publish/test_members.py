from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Policy
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.result import Check, Gate


@pytest.fixture
def view(make_result, protocol):
    result = make_result()
    return member_view(bundle_of(result, verdict_for(result))).to_json()


def test_a_member_reads_the_verdict_and_the_notice(view):
    assert view["verdict"]["sentence"].startswith("Of every 100 families supported, about 3 fewer")
    assert view["notice"].startswith("SIMULATED")
    assert view["as_of"] == {"first_day": "2007-04-01", "last_day": "2012-03-31"}


def test_nothing_row_level_and_no_exact_count_reaches_a_member(view):
    told = json.dumps(view)
    assert not {"matched_sets", "balance", "flow", "facts", "gates"} & set(view)
    for hidden in ("F1", "F2", "803", "810", "p_value", "0.031"):
        assert hidden not in told
    assert view["families"] == {"joined": 805, "compared_with": 805}


def test_small_counts_are_suppressed(view):
    rows = {(row["outcome"], row["joined"]): row for row in view["tables"]["events_matched"]}
    assert rows["care_entry_12m", True]["with_outcome"] is None  # 2
    assert rows["care_entry_12m", True]["in_100"] is None
    assert rows["care_entry_12m", False]["with_outcome"] == 10  # 9, which says nothing of the other arm's 2
    assert rows["any_referral_12m", True] == {
        "outcome": "any_referral_12m",
        "label": "Referred within a year",
        "joined": True,
        "families": 805,
        "with_outcome": 60,
        "in_100": "about 7",  # of the rounded counts, so that it says no more than they do
    }


def test_an_outcome_that_rests_on_a_few_families_gives_no_estimate(view):
    assert [estimate["outcome"] for estimate in view["estimates"]] == ["any_referral_12m"]
    assert view["estimates"][0]["words"] == "3 fewer in every 100 families, from 5 fewer to 1 fewer"


def test_every_figure_of_an_answer_is_in_as_many_families_as_its_sentence(make_result, protocol):
    estimates = make_result(low=-0.024, estimate=-0.0168, high=-0.009).estimates
    tables = {"events_matched": pd.DataFrame(EVENTS)}
    small = replace(estimates[2], estimate=-0.0003, low=-0.002, high=0.0014)
    result = make_result(estimates=(estimates[0], estimates[1], small), tables=tables)
    view = member_view(bundle_of(result, verdict_for(result)))
    assert {one.per for one in view.estimates} == {1000} and len(view.estimates) == 2
    assert view.verdict.sentence.startswith("Of every 1,000 families supported, about 17 fewer")
    assert [one.words for one in view.estimates] == [
        "17 fewer in every 1,000 families, from 24 fewer to 9 fewer",
        "less than 1 fewer in every 1,000 families, from 2 fewer to 1 more",
    ]
    # 85 of 805 had it, so 106 in a thousand; and 17 fewer is 89, whatever 60 of 805 would give by itself.
    assert "Of every 1,000 of the others, about 106 were referred. Of every 1,000 that joined, about 89 did." in (
        view.verdict.detail
    )


EVENTS = [
    {"outcome": outcome, "treated": arm, "rows": 803, "with_outcome": count, "total": 2 * count}
    for outcome, both in {
        "any_referral_12m": (61, 87),
        "care_entry_12m": (20, 30),
        "referral_days_12m": (61, 87),
    }.items()
    for arm, count in zip((1, 0), both, strict=True)
]


def test_an_outcome_has_one_figure_and_it_is_the_answers_own(make_result, protocol):
    plain, *others = make_result().estimates
    answer = replace(plain, estimator="calibrated", estimate=-0.025, low=-0.05, high=-0.01)
    result = make_result(estimates=(answer, plain, *others), tables={"events_matched": pd.DataFrame(EVENTS)})
    view = member_view(bundle_of(result, verdict_for(result)))
    assert [one.outcome for one in view.estimates] == ["any_referral_12m", "care_entry_12m"]
    assert view.estimates[0].words == "3 fewer in every 100 families, from 5 fewer to 1 fewer"
    assert "about 3 fewer were referred" in view.verdict.sentence


def test_what_speaks_against_a_sign_is_told_once_and_leaves_no_figure(make_result, protocol):
    check = Check("time_course", "When", "warn", 0.01, 0.0, "It was 1.0 more.", against=("fewer",))
    result = make_result(checks=(check,), tables={"events_matched": pd.DataFrame(EVENTS)})
    view = member_view(bundle_of(result, verdict_for(result)))
    assert view.verdict.code == "inconclusive" and view.verdict.concerns == ()
    assert view.verdict.sentence.startswith("We cannot tell if joining a centre helps. All of the difference came in")
    assert not re.search(r"\d", view.verdict.sentence) and "Of every" not in view.verdict.detail
    assert view.estimates == () and view.tables == {}


def test_referrals_are_never_counted_as_families(make_result, protocol):
    result = make_result(tables={"events_matched": pd.DataFrame(EVENTS)})
    rows = member_view(bundle_of(result, verdict_for(result))).tables["events_matched"]
    assert [row["outcome"] for row in rows] == ["any_referral_12m"] * 2 + ["care_entry_12m"] * 2


def test_what_was_found_is_told_to_members_without_a_figure(make_result, protocol):
    found = Check("too_soon", "No difference too soon", "warn", 0.011, 0.0, "The groups had parted: 1.1 more in 100.")
    other = Check("leave_one_centre_out", "No single centre", "warn", 0.01, None, "From 1.0 fewer to 2.0 fewer.")
    undone = Check("hidden_difference", "Something nobody recorded", "warn", 0.9, 1.0, "It could undo this figure.")
    for code, values in (("fewer", (-0.052, -0.031, -0.011)), ("inconclusive", (-0.05, -0.02, 0.01))):
        result = make_result(*values, checks=(found, other, undone))
        view = member_view(bundle_of(result, verdict_for(result)))
        assert view.verdict.code == code
        assert view.verdict.concerns[0].startswith("The two groups were apart within two months, too soon for help")
        assert view.verdict.concerns[1] == "With one of the centres left out, we would not say the same."
        assert len(view.verdict.concerns) == 2  # what could undo an answer stands under what it cannot show
        assert not re.search(r"\d", " ".join(view.verdict.concerns))


def test_a_failed_check_is_told_as_what_was_found_and_not_twice(make_result, protocol):
    sentence = "The groups already differed: 1.1 fewer in every 100."
    failed = Check(
        "negative_control_outcome", "No difference before joining", "fail", 0.01, 0.01, sentence, is_gate=True
    )
    result = make_result(gates=(failed.as_gate(),), checks=(failed,))
    view = member_view(bundle_of(result, verdict_for(result)))
    assert view.verdict.sentence == (
        "These data cannot answer the question. The two groups did not do the same before they joined. They may differ "
        "in ways that no one wrote down."
    )
    assert view.verdict.concerns == ()


def test_a_view_published_by_an_older_version_shows_no_more_than_its_state_lets(make_result, protocol):
    result = make_result()
    old = member_view(bundle_of(result, verdict_for(result))).to_json()
    assert MemberView.from_json(old).tables["events_matched"] and MemberView.from_json(old).estimates
    for code in ("inconclusive", "cannot_say"):
        verdict = {
            **old["verdict"],
            "code": code,
            "concerns": ["No difference before joining", "Getting better anyway"],
        }
        view = MemberView.from_json({**old, "verdict": verdict})
        assert view.estimates == () and "events_matched" not in view.tables
        assert view.verdict.concerns[0].startswith("The two groups did not do quite the same before they joined")
        assert view.verdict.concerns[1].startswith("The two groups were not referred alike")


def test_the_naive_figure_is_never_shown(make_result, protocol):
    result = make_result()
    view = member_view(bundle_of(result, verdict_for(result))).to_json()
    assert len(view["estimates"]) == 1


def test_a_failed_gate_leaves_no_figures(make_result, protocol):
    result = make_result(gates=(Gate("balance", "fail", 0.2, 0.1, "The two groups are not alike enough."),))
    assert member_view(bundle_of(result, verdict_for(result))).estimates == ()


def test_a_table_nobody_has_listed_stays_inside(make_result, protocol):
    tables = {"by_centre": pd.DataFrame({"centre_id": ["C01"], "families": [3]})}
    result = make_result(tables=tables)
    assert member_view(bundle_of(result, verdict_for(result))).to_json()["tables"] == {}


def test_the_policy_is_the_callers(make_result, protocol):
    result = make_result()
    view = member_view(bundle_of(result, verdict_for(result)), Policy(threshold=7)).to_json()
    assert [row["with_outcome"] for row in view["tables"]["events_matched"]] == [60, 85, None, 10]
    view = member_view(bundle_of(result, verdict_for(result)), Policy(threshold=57)).to_json()
    assert [row["with_outcome"] for row in view["tables"]["events_matched"]] == [60, 85, None, None]


def progress_tables(worse: int) -> dict[str, pd.DataFrame]:
    starts = [1, 2]
    return {
        "by_start": pd.DataFrame({"start": starts, "improved": [80, 60], "same": [40, 50], "worse": [0, worse]}),
        "no_second_score": pd.DataFrame({"start": starts, "no_second_score": [30, 33]}),
        "transitions": pd.DataFrame({"from": starts, "to": starts, "families": [40, 50]}),
        "funnel": pd.DataFrame(
            {"centre_id": ["C02", "C01", "C03"], "families": [200, 59, 61], "improved": [100, 30, 3]}
        ),
        "series": pd.DataFrame({"quarter": ["Q1", "Q2"], "referrals": [758, 4]}),
    }


def test_progress_is_shown_as_one_table_of_starting_scores(make_result, protocol):
    result = make_result(tables=progress_tables(worse=3))
    tables = member_view(bundle_of(result, verdict_for(result))).to_json()["tables"]
    assert set(tables) == {"by_start", "funnel", "series"}  # transitions hold the same families again
    low, high = tables["by_start"]
    assert high["worse"] is None
    assert high["families"] == 145  # rounded, as the others: 147 - 60 - 50 - 33 is not to be had
    assert low["improved"] == 80


def test_no_centre_under_sixty_families_is_shown_and_few_of_one_are_not(make_result, protocol):
    result = make_result(tables=progress_tables(worse=30))
    tables = member_view(bundle_of(result, verdict_for(result))).to_json()["tables"]
    assert tables["funnel"] == [
        {"centre_id": "C02", "families": 200, "improved_in_100": 50},
        {"centre_id": "C03", "families": 60, "improved_in_100": None},
    ]
    assert [row["referrals"] for row in tables["series"]] == [760, None]


def test_what_a_verdict_gains_later_stays_inside(make_result, protocol):
    result = make_result()
    content = bundle_of(result, verdict_for(result)).to_json()
    later = Bundle.from_json({**content, "verdict": {**content["verdict"], "families_by_name": ["F1"]}})
    view = member_view(later).to_json()
    assert "families_by_name" not in view["verdict"] and view["verdict"]["sentence"]


def of_889(make_result, joined: int, others: int, *, later: int = 40) -> MemberView:
    """What members read of 889 joiners, so many of whom had the outcome, and as many others; figures as estimated."""
    at_first = make_result()
    rows = [("any_referral_12m", 1, joined), ("any_referral_12m", 0, others)]
    events = pd.DataFrame(
        [{"outcome": name, "treated": arm, "rows": 889, "with_outcome": n, "total": n} for name, arm, n in rows]
    )
    apart = (joined - others) / 889
    primary = replace(
        at_first.estimates[0], estimate=apart, low=apart - 0.002, high=apart + 0.002, n_treated=889, n_control=889
    )
    means = {"mean_treated": joined / 889, "mean_control": others / 889, "margin": 0.0001}
    facts = replace(at_first.facts, matched=889, controls=889, joined_later=later, **means)
    result = make_result(estimates=(primary,), facts=facts, tables={"events_matched": events})
    return member_view(bundle_of(result, verdict_for(result)))


@pytest.mark.parametrize("others", [3, 11, 60, 888])
def test_what_members_read_is_the_same_whatever_the_number_of_a_few_is(make_result, others):
    """Of every 1,000, "about 4 did" could only be 4 of 889."""
    for at in (lambda few: (few, others), lambda few: (others, few), lambda few: (889 - few, others)):
        views = [of_889(make_result, *at(few)).to_json() for few in range(1, 6)]
        assert all(view == views[0] for view in views[1:])
        assert "Of every 1,000" not in json.dumps(views[0]) and views[0]["estimates"] == []


def test_how_many_joined_later_is_not_told_of_a_few(make_result):
    told = [of_889(make_result, 100, 160, later=later) for later in (*range(1, 6), *range(884, 889))]
    assert not any("joined a centre later" in json.dumps(view.to_json()) for view in told)
    assert told[0] == told[4] and told[5] == told[9]
    assert "joined a centre later" in json.dumps(of_889(make_result, 100, 160).to_json())
