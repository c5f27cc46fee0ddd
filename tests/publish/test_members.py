from __future__ import annotations

import json

import pandas as pd
import pytest

from toolkit.publish.bundle.bundle import bundle_of
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Policy
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.result import Gate


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
    view = member_view(bundle_of(result, verdict_for(result)), Policy(threshold=8)).to_json()
    assert [row["with_outcome"] for row in view["tables"]["events_matched"]] == [60, 85, None, 10]
    view = member_view(bundle_of(result, verdict_for(result)), Policy(threshold=60)).to_json()
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
