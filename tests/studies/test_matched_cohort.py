from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.studies.matched_cohort.checks.names import CHECKS, GATES
from toolkit.studies.matched_cohort.tables import matched_sets
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = Path(__file__).parents[2] / "analyses" / "rec11_referrals.toml"


@pytest.fixture(scope="module")
def county(counties):
    """A tenth-scale county where centres prevent referrals, with its snapshot and its truth."""
    return counties.snapshot(1, "tenth", "prevent"), counties.county(1, "tenth", "prevent").truth


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """The house's protocol without other estimators, subgroups, a curve and most checks, which take most of a run."""
    path = tmp_path_factory.mktemp("protocol") / PROTOCOL.name
    left_out = ("estimators", "subgroups", "must_pass", "sign_needs", "curve")
    kept = [line for line in PROTOCOL.read_text("utf-8").splitlines() if not line.startswith(left_out)]
    few = 'checks = ["time_course"]\nsign_needs = ["time_course"]\n[gates]'
    path.write_text("\n".join(kept).replace("[gates]", few), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def of_one_draw(bare, tmp_path_factory):
    """The same with one draw of the days on which nobody joined, for what is no matter of how many are drawn."""
    path = tmp_path_factory.mktemp("protocol") / PROTOCOL.name
    path.write_text(bare.read_text("utf-8").replace("draws = 3", "draws = 1"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def result(counties, county):
    """The house's protocol as it stands, run once for all who ask of this county (so does `publish/test_target.py`)."""
    return counties.result(PROTOCOL, county[0])


def test_the_primary_result_comes_first_and_its_interval_covers_the_truth(result, county):
    primary = result.primary
    assert (primary.outcome, primary.measure, primary.estimator) == ("any_referral_12m", "difference", "calibrated")
    assert primary.low <= county[1]["any_referral_12m"]["att_difference"] <= primary.high


def test_the_naive_difference_is_there_and_makes_joiners_look_worse_than_matching_does(result):
    naive = next(e for e in result.estimates if e.estimator == "unadjusted" and e.outcome == "any_referral_12m")
    assert naive.estimate > result.primary.estimate
    assert naive.n_control > result.primary.n_control


def test_every_outcome_and_measure_of_the_protocol_is_estimated_once(result):
    spec = load_protocol(PROTOCOL).spec
    ratio = {
        outcome: "rate_ratio" if outcome.startswith("referral_days") else "ratio" for outcome in spec.every_outcome
    }
    asked = [("any_referral_12m", "difference", "calibrated")]
    asked += [(o, measure, "matched") for o in spec.every_outcome for measure in ("difference", ratio[o])]
    asked += [(o, "difference", name) for name in (*spec.estimators, "unadjusted") for o in spec.outcomes]
    assert [(e.outcome, e.measure, e.estimator) for e in result.estimates] == asked
    assert {"any_referral_12m_excluding_centre", "care_entry_12m_ages_5_9"} < set(spec.every_outcome)


def test_the_rate_of_referrals_is_per_child_year(result):
    rate = next(e for e in result.estimates if e.measure == "rate_ratio")
    assert 0 < rate.low < rate.estimate < rate.high


def test_sets_keep_to_the_month_and_in_the_first_round_to_the_district_and_use_nobody_twice(result):
    sets = result.matched_sets
    joined = sets[sets["role"] == "joined"].set_index("set")
    beside = sets[sets["role"] == "not_joined"].join(joined, on="set", rsuffix="_joined")
    assert (beside["trial"] == beside["trial_joined"]).all()
    in_first = beside["round"] == 1
    assert (beside["district"] == beside["district_joined"])[in_first].all()
    assert 0.9 < in_first.mean() < 1 and beside.groupby("set").size().max() == 5
    assert sets["row_id"].is_unique
    assert (beside["family_id"] != beside["family_id_joined"]).all()
    assert result.facts.matched == len(joined) == result.primary.n_treated


def test_the_flow_leads_from_all_families_to_the_matched_ones(result):
    rows = {step.step: step.rows for step in result.flow}
    assert rows["compared_joined"] == rows["followed_joined"] + rows["out_moved_joined"]
    assert rows["compared_joined"] == rows["matched_joined"] + rows["out_unmatched"] + sum(
        step.rows for step in result.flow if step.step.startswith("out_no_counterpart")
    )
    assert rows["matched_joined"] == result.primary.n_treated
    assert rows["matched_not_joined"] == result.primary.n_control


def test_a_second_round_keeps_the_families_in_greatest_need_in_the_comparison(county, result, tmp_path, bare):
    path = tmp_path / "one_round.toml"
    path.write_text(bare.read_text(encoding="utf-8").replace('then_exact = ["trial"]', ""), encoding="utf-8")
    one_round = run_study(load_protocol(path), county[0], primary_only=True)  # which makes all its sets
    rows = {step.step: step.rows for step in result.flow}
    assert result.facts.matched == one_round.facts.matched + rows["matched_more_widely"]
    first = result.matched_sets[result.matched_sets["round"] == 1]
    pd.testing.assert_frame_equal(first.reset_index(drop=True), one_round.matched_sets, check_dtype=False)


def test_no_pair_of_either_round_is_further_apart_than_the_caliper(result):
    furthest = result.matched_sets.groupby("round")["distance"].max()
    assert furthest.min() > 0 and furthest.max() <= result.facts.caliper_on_logit


def test_events_by_arm_agree_with_the_sets(result, county):
    events = result.tables["events_matched"].set_index(["outcome", "treated"])
    assert (events.loc["any_referral_12m", "rows"] == result.primary.n_treated).all()
    raw = events.loc[("any_referral_12m", 1), "per_100"] - events.loc[("any_referral_12m", 0), "per_100"]
    assert raw / 100 == pytest.approx(result.primary.estimate, abs=2 * result.primary.se)


def test_matching_makes_the_groups_alike(result):
    balance = result.balance.drop(index="score")
    assert balance["smd"].abs().max() < balance["smd_before"].abs().max()
    must_pass = load_protocol(PROTOCOL).spec.must_pass
    assert [gate.name for gate in result.gates] == [*GATES, *must_pass]


def test_another_seed_is_another_result_and_says_so(county, of_one_draw):
    protocol = load_protocol(of_one_draw)
    one, other = (run_study(protocol, county[0], seed=seed, primary_only=True) for seed in (None, 99))
    assert (one.seed, other.seed) == (protocol.seed, 99)
    assert other.primary != one.primary


def test_a_protocol_for_other_months_and_a_count_outcome_runs(county, tmp_path, of_one_draw):
    text = of_one_draw.read_text(encoding="utf-8")
    text = text.replace(
        "child_under_months = 60", 'child_under_months = 36\nfirst_trial = "2009-01"\nlast_trial = "2010-12"'
    )
    text = text.replace('"care_entry_12m",', '"children_referred_12m",')
    path = tmp_path / "other.toml"
    path.write_text(text, encoding="utf-8")
    result = run_study(load_protocol(path), county[0])
    assert (result.facts.first_trial, result.facts.last_trial) == ("2009-01", "2010-12")
    counts = {e.measure: e for e in result.estimates if e.outcome == "referral_days_12m" and e.estimator == "matched"}
    assert np.isfinite([counts["rate_ratio"].se, counts["difference"].se]).all()


def test_sets_of_one_joiner_with_two_controls_are_listed_with_the_joiner_once():
    frame = pd.DataFrame(
        {
            "family_id": pd.Categorical(["A", "B", "C"]),
            "trial": pd.Categorical(["2009-05"] * 3),
            "district": pd.Categorical(["N"] * 3),
            "time_zero": pd.to_datetime(["2009-05-06"] * 3),
        },
        index=[7, 8, 9],
    )
    pairs = pd.DataFrame({"set": [1, 1], "treated": [7, 7], "control": [9, 8], "distance": [0.1, 0.2], "round": 1})
    sets = matched_sets(pairs, frame)
    assert list(zip(sets["role"], sets["family_id"], strict=True)) == [
        ("joined", "A"),
        ("not_joined", "C"),
        ("not_joined", "B"),
    ]


def test_every_check_runs_and_says_what_it_found(result):
    assert {check.name for check in result.checks} == {*GATES, *CHECKS}
    for check in result.checks:
        assert check.status in ("pass", "warn", "fail") and check.label and check.sentence.endswith(".")


def test_the_first_look_is_the_whole_runs_primary_result(county, result):
    look = run_study(load_protocol(PROTOCOL), county[0], primary_only=True)
    assert look.primary == result.primary
    assert len(look.estimates) == 3 and look.facts.primary_only
    barring = {"time_zero", "detection", "time_course"}
    assert {check.name for check in look.checks} == {*GATES, *barring}
    found = {check.name: check for check in result.checks}
    assert all(check.status == found[check.name].status for check in look.checks)


def test_what_the_checks_need_of_the_records_changes_no_match(county, result, bare):
    alone = run_study(load_protocol(bare), county[0], primary_only=True)  # which makes all its sets
    pd.testing.assert_frame_equal(alone.matched_sets, result.matched_sets)
    assert alone.primary == result.primary


def test_the_curve_ends_at_the_matched_shares(result):
    curve, rows = result.tables["curve"], result.tables["events_matched"].set_index(["outcome", "treated"])
    last = curve.iloc[-1]
    for arm, column in ((1, "joined"), (0, "not_joined")):
        # Families whose child enters care first are never referred after it here, so the shares differ by little.
        assert last[column] == pytest.approx(rows.loc[("any_referral_12m", arm), "per_100"] / 100, abs=0.003)
    assert (curve["joined"].diff().dropna() >= 0).all()


def test_subgroups_add_up_to_all_joiners_and_each_question_has_one_test(result):
    spec = load_protocol(PROTOCOL).spec
    groups = result.tables["subgroups"].groupby("subgroup")["joiners"].sum()
    assert (groups == result.facts.matched).all() and set(groups.index) == set(spec.subgroups)
    tests = result.tables["subgroup_tests"]
    assert tests["subgroup"].is_unique and (tests["p_value_holm"] >= tests["p_value"]).all()


def test_weighting_and_the_doubly_robust_estimate_cover_the_truth_beside_matching(county, result):
    truth = county[1]["any_referral_12m"]["att_difference"]
    for estimator in ("entropy", "doubly_robust"):
        one = next(e for e in result.estimates if (e.outcome, e.estimator) == ("any_referral_12m", estimator))
        assert one.low <= truth <= one.high
        assert one.n_control > result.primary.n_control
    agreement = next(check for check in result.checks if check.name == "estimator_agreement")
    assert len(agreement.table) == 1 + len(load_protocol(PROTOCOL).spec.estimators) == 4


@pytest.mark.parametrize(
    "asked", ['strategy = "joined_and_stayed"', 'later_joining = "censor_with_weights"', 'unit = "child"']
)
def test_other_strategies_and_units_run_from_the_protocol_alone(county, of_one_draw, tmp_path, asked):
    path = tmp_path / "asked.toml"
    path.write_text(
        of_one_draw.read_text("utf-8").replace("child_under_months = 60", f"child_under_months = 60\n{asked}"), "utf-8"
    )
    look = run_study(load_protocol(path), county[0], primary_only=True)
    assert np.isfinite([look.primary.estimate, look.primary.se]).all()
    assert look.primary.se > 0 and look.primary.n_treated > 300
