from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from made_by_hand import FACTS as MATCHED_FACTS
from toolkit.errors import InputError, StoreError
from toolkit.publish.bundle.bundle import bundle_of, read_bundle, write_bundle
from toolkit.publish.bundle.json_values import as_json, stable
from toolkit.publish.bundle.model import FACTS as KINDS_OF_FACTS
from toolkit.publish.verdicts.rule import Verdict
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.interrupted_series.facts import SeriesFacts, YearBefore
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.studies.progress_centres.facts import ProgressCentresFacts
from toolkit.studies.progress_change.facts import ProgressChangeFacts
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.studies.progress_missing.facts import ProgressMissingFacts
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.studies.reach.facts import ReachFacts
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.studies.result import Check, Estimate
from toolkit.studies.run import STUDIES
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.studies.trust.facts import TrustFacts


def test_the_same_result_gives_the_same_bytes_whatever_it_took(make_result, protocol, tmp_path):
    result = make_result()
    slower = replace(result, timings={"cohort": 99.0})
    for name, one in (("a", result), ("b", slower)):
        write_bundle(one, verdict_for(one), tmp_path / name)
    for file in ("result.json", "balance.parquet", "matched_sets.parquet"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()
    assert json.loads((tmp_path / "b" / "timings.json").read_text()) == {"cohort": 99.0}


def test_what_others_rely_on_is_there_by_name(make_result, protocol, tmp_path):
    result = make_result()
    folder = write_bundle(result, verdict_for(result), tmp_path / "out")
    bundle = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    assert set(bundle["estimates"][0]) == {
        *("outcome", "estimator", "measure", "estimate", "se", "low", "high"),
        *("p_value", "n_treated", "n_control", "clusters"),
    }
    for key in ("balance", "gates", "flow", "protocol_hash", "snapshot_hash", "version", "seed", "tables", "facts"):
        assert key in bundle
    assert bundle["verdict"]["code"] == "fewer"
    assert bundle["balance"] == [{"smd": 0.01, "term": "lone_parent"}]
    assert "timings" not in bundle


def test_simulated_results_say_so_in_every_file(make_result, protocol, tmp_path):
    result = make_result()
    folder = write_bundle(result, verdict_for(result), tmp_path / "simulated")
    assert read_bundle(folder).notice == SIMULATED
    for file in ("balance.parquet", "matched_sets.parquet"):
        assert pq.read_schema(folder / file).metadata[b"notice"].decode() == SIMULATED
    real = replace(result, simulated=False)
    folder = write_bundle(real, verdict_for(real), tmp_path / "real")
    assert read_bundle(folder).notice is None and "notice" not in (folder / "result.json").read_text()
    assert b"notice" not in pq.read_schema(folder / "balance.parquet").metadata


def test_frames_survive_the_way_to_disk_and_back(make_result, protocol, tmp_path):
    result = make_result()
    folder = write_bundle(result, verdict_for(result), tmp_path)
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "matched_sets.parquet"), result.matched_sets)


def test_a_study_that_matches_nothing_leaves_no_frames_of_an_earlier_run(make_result, protocol, tmp_path):
    result = make_result()
    write_bundle(result, verdict_for(result), tmp_path)
    without = replace(result, balance=None, matched_sets=None)
    bundle = read_bundle(write_bundle(without, verdict_for(without), tmp_path))
    assert bundle.balance is None
    assert sorted(file.name for file in tmp_path.iterdir()) == ["result.json", "timings.json"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.float64(1) / 3, 0.3333333333),
        (1e-300, 1e-300),
        (float("inf"), None),
        (np.int8(3), 3),
        (np.bool_(True), True),
        (pd.NaT, None),
        (pd.Timestamp("2010-04-01"), "2010-04-01"),
        (date(2010, 4, 1), "2010-04-01"),
        ({"a": (1, None)}, {"a": [1, None]}),
    ],
)
def test_values_become_what_json_holds(value, expected):
    assert stable(value) == expected


def test_a_folder_without_a_whole_result_is_an_error_that_says_so(tmp_path):
    with pytest.raises(StoreError, match=r"result\.json is missing"):
        read_bundle(tmp_path)
    (tmp_path / "result.json").write_text('{"format": 1,')
    with pytest.raises(StoreError, match="damaged"):
        read_bundle(tmp_path)
    (tmp_path / "result.json").write_text('{"format": 99}')
    with pytest.raises(StoreError, match="format 99"):
        read_bundle(tmp_path)


FACTS_OF = {
    "matched_cohort": MATCHED_FACTS,
    "progress_change": ProgressChangeFacts(
        families=410,
        families_scored_twice=223,
        no_second_score=187,
        improved=130,
        same=58,
        worse=35,
        started_at_bottom=43,
        started_at_top=12,
        readings=782,
        readings_higher_is_worse=0,
        direction="Every score was declared as higher is better.",
        share_of_joiners_scored=0.66,
        families_scorer_known=223,
        share_same_scorer=None,
        median_days_between=159.0,
        centres=34,
        centres_scoring=19,
        centres_not_scoring=15,
        centres_with_scores=19,
        floor_and_ceiling="Families that start at 1 can only go up.",
        ended_at_top=31,
        beyond=(0.05, -0.07, 0.17, 52),
        beyond_bounds=(-1.9, 1.2),
        expected_by_chance=(0.14, 0.03, 0.25),
    ),
    "progress_missing": ProgressMissingFacts(
        families=410,
        families_scored_twice=223,
        no_second_score=187,
        centres=19,
        share_complete=(0.544, 0.49, 0.6),
        share_improved_seen=(0.58, 0.52, 0.64),
        share_improved_weighted=(0.55, 0.47, 0.63),
        share_improved_lowest=0.32,
        share_improved_highest=0.75,
        share_improved_no_better=0.54,
        share_improved_bounds=(0.28, 0.79),
        share_improved_no_better_bounds=(0.28, 0.6),
        mean_change_seen=(0.5, 0.4, 0.6),
        mean_change_weighted=(0.45, 0.3, 0.6),
        mean_change_lowest=-0.6,
        mean_change_highest=1.1,
        mean_change_no_better=0.43,
        mean_change_bounds=(-0.7, 1.2),
        mean_change_no_better_bounds=None,
        halves_at=None,
        cannot_rise=11,
        known=402,
        worth=160.5,
        largest_share=0.03,
    ),
    "progress_centres": ProgressCentresFacts(
        families_scored_twice=975,
        improved=405,
        at_the_top=41,
        share_without_second=0.084,
        share_same_scorer=None,
        centres_with_scores=19,
        centres_compared=18,
        centres_too_small=1,
        stand_out_above=1,
        stand_out_below=1,
        beyond_inner=3,
        mean_stands_out=2,
        share=0.42,
        spread=(0.149, 0.096, 0.254),
        mean_spread=None,
        shrunken_least=0.068,
        shrunken_most=0.727,
        dispersion=6.2,
        by_chance=0.0,
        limits_allow_for_differences=True,
        rank_span=10.7,
        ranks_sure=3,
        covariates_used=("first_score", "days_between"),
        covariates_left_out=("kinship_care",),
        centres_unlike=0,
        min_families=10,
    ),
    "progress_meaning": ProgressMeaningFacts(
        outcome="any_referral_12m",
        outcome_label="Referred within a year",
        happened="were referred",
        within="within a year",
        families=321,
        referred=34,
        centres=19,
        risk=0.106,
        share_followed=0.964,
        adds_value="yes",
        added_value=(0.04, -0.01, 0.09),
        largest_rise=0.11,
        area_known=(0.68, 0.6, 0.75),
        area_both=(0.72, 0.64, 0.79),
        area_score=(0.61, 0.53, 0.68),
        odds_ratio=(1.6, 1.2, 2.1),
        odds_ratio_by_others=None,
        brier=(0.002, -0.001, 0.005),
        log_score=(0.01, -0.002, 0.022),
        calibration_slope=(0.9, 0.6, 1.2),
        calibration_in_the_large=(0.0, -0.02, 0.02),
        change_families=149,
        change_referred=12,
        change_adds_value="unknown",
        change_added_value=None,
        change_largest_rise=None,
        change_area_known=None,
        change_area_both=None,
        change_odds_ratio=None,
        rose=60,
        rose_matched=47,
        rose_difference=(-0.05, -0.15, 0.06),
        rose_largest_on="idaci_decile",
        rose_largest_smd=0.29,
        rose_stands=False,
        agreement=(0.54, 0.34, 0.7),
        agreement_pairs=52,
        agreement_same=0.4,
        reliability=(0.55, 0.35, 0.7),
        score_error=0.67,
        drift=(0.03, -0.04, 0.09),
        drift_against_other=None,
        drift_scores=158,
        drift_scorers=74,
        drift_double=15,
        lowest=1.0,
        highest=5.0,
        least_rise=0.03,
        least_if_sure=0.01,
        margin=0.02,
        min_pairs=20,
    ),
    "progress_rollout": RolloutFacts(
        centres=34,
        centres_scoring=19,
        centres_not_scoring=15,
        compared_scoring=19,
        compared_not_yet=12,
        centres_compared=31,
        no_before=0,
        first_start="2007-07-07",
        last_start="2009-02-26",
        families=10691,
        families_after=3189,
        families_before=1586,
        families_others=3908,
        share_followed=0.97,
        margin=0.02,
        trend_margin=0.04,
        smallest_visible=0.033,
        smallest_visible_retention=0.081,
        families_for_margin=2.67,
        centres_for_margin=79,
        between_centres=0.0,
        effect=(-0.01, -0.032, 0.013),
        effect_retention=None,
        ranges={"cr2": (-0.032, 0.012), "randomisation": (-0.032, 0.013)},
        ways_agree=True,
        trend=(-0.004, -0.025, 0.018),
        trends_alike=True,
        chance_of_imbalance=0.74,
        retention_known=True,
        keep_months=6,
    ),
    "progress_decision": ProgressDecisionFacts(
        share_complete=(0.55, 0.49, 0.61),
        agreement=(0.54, 0.34, 0.7),
        agreement_pairs=52.0,
        adds_value="yes",
        added_value=(0.04, -0.01, 0.09),
        largest_rise=0.11,
        slope_ratio=0.6,
        change_adds_value="unknown",
        change_added_value=None,
        change_largest_rise=None,
        told_on=321.0,
        drift=(0.03, -0.04, 0.09),
        drift_against_other=None,
        drift_scores=158.0,
        drift_double=15.0,
        effect=(-0.01, -0.032, 0.013),
        paths_alike=True,
        smallest_visible=0.033,
        months_each_side=24.0,
        centres_not_scoring=15,
        pace_scored=11.5,
        pace_double=1.5,
        cost_a_family=None,
        cost_a_scoring=None,
        cost_source="",
        wait_days=183.0,
        least_complete=0.8,
        least_agreement=0.4,
        no_agreement=0.3,
        least_rise=0.03,
        least_rise_of_change=0.01,
        most_drift=0.25,
        most_harm=0.02,
        most_cost=0.0,
        double_share=0.25,
    ),
    "synthetic_county": SyntheticCountyFacts(
        council="Worcestershire",
        is_there=True,
        first_year=2010,
        treated_year=2012,
        last_year=2012,
        years_before=2,
        donors=138,
        left_out=13,
        neighbours_only=False,
        chosen="before",
        effect=(0.03, -0.34, 0.62),
        uncorrected=(0.03, -0.35, 0.64),
        smallest_visible=0.45,
        by_chance=(-0.37, 0.59),
        loss=0.001,
        usual_loss=0.003,
        rests_on=128.6,
        is_augmented=False,
        moved_starts=0,
        moved_beyond=0,
        margin=0.05,
        largest_believed=0.3,
    ),
    "reach_areas": ReachAreasFacts(
        areas=34,
        areas_with_money=34,
        quarters_before=16,
        quarters_after=3,
        quarters_between=1,
        money_from="2011-04-01",
        child_under_months=60,
        lag_quarters=1,
        counts="families",
        typical_dose=18.5,
        least_dose=12.3,
        most_dose=38.0,
        worth=5.4,
        before=4067,
        after=810,
        effect=(-0.14, -0.3, 0.05),
        smallest_visible=0.245,
        quarters_for_visible=None,
        smallest_wanted=0.15,
        prevented=(-0.17, -0.35, 0.06),
        by_quarter=(-0.14, -0.31, 0.07),
        with_deprivation=(-0.25, -0.59, 0.37),
        within_districts=None,
        other_count=(-0.17, -0.35, 0.05),
        ways_agree=True,
        trend=(0.09, -0.18, 0.44),
        trends_alike=False,
        margin=0.05,
        trend_margin=0.1,
        centres_opened=5,
        centres_not_yet=5,
        opening=None,
        district_steps=0,
        elsewhere=0.0,
    ),
    "area_panel": AreaPanelFacts(
        councils=150,
        council_years=1164,
        years=8,
        first_year=2012,
        last_year=2019,
        outcome="referrals",
        second_outcome="section_47_enquiries",
        spending="spend_gbp_sure_start_total",
        council="Worcestershire",
        referrals=4_958_290,
        median_spending=79.7,
        effect=(-0.002, -0.033, 0.03),
        smallest_visible=0.044,
        plain=(-0.02, -0.054, 0.014),
        unbroken=(-0.012, -0.052, 0.029),
        regional=(-0.012, -0.052, 0.029),
        trended=(-0.012, -0.052, 0.029),
        within=(-0.001, -0.029, 0.027),
        between=(0.031, -0.022, 0.087),
        second=None,
        ahead=(-0.004, -0.049, 0.044),
        pounds=(0.001, -0.01, 0.011),
        more_pounds=10.0,
        ways_agree=True,
        margin=0.05,
        breaks=17,
        councils_broken=12,
        breaks_ever=24,
        years_looked_at=2214,
        relabelled=17,
        relabelled_asked=True,
        one_council=0.364,
        note="",
    ),
    "interrupted_series": SeriesFacts(
        source="store",
        money_from="2011-04-01",
        periods=20,
        periods_before=16,
        periods_after=4,
        exposure="days",
        lowest=62,
        highest=118,
        year_before=YearBefore("April 2011", "March 2012", 387, 307),
        missing=(),
        dispersion=1.3,
        autocorrelation=0.0,
        lags=2,
        degrees_of_freedom=13,
        smallest_visible=0.3,
    ),
    "reach": ReachFacts(
        day="2012-03-30",
        child_under_months=60,
        within_months=12,
        margin=0.05,
        families=2092,
        missed=1026,
        joined=1066,
        families_in_time=2481,
        missed_in_time=2009,
        most_deprived_tenths=3,
        families_most_deprived=507,
        missed_most_deprived=148,
        share_of_families_most_deprived=507 / 2092,
        share_of_missed_most_deprived=148 / 1026,
        slope=(-0.52, -0.62, -0.42),
        areas=34,
        areas_more_missed=1,
        areas_fewer_missed=2,
        area_target=0.49,
        area_dispersion=5.98,
        area_between=0.14,
        groups_compared=20,
        groups_that_stand=9,
    ),
    "trust": TrustFacts(
        outcome="nfa",
        outcome_label="No further action",
        referrals=966,
        by_centres=45,
        matched=39,
        back_recorded=45,
        sent_back=4,
        sent_back_of_others=0,
        smallest_cell={"nfa": 3, "re_referral_12m": 6},
        means={"nfa": (0.077, 0.064)},
        margin=0.02,
        ratio=3,
        centre_sources=("8", "5D"),
        covariates_left_out={"kinship_care": "the same for every referral of one side"},
    ),
}
VERDICT = Verdict("inconclusive", "We cannot tell.", "We looked.", ("It is an average.",), 1, "Level 1 of 5.")


@pytest.fixture
def of_kind(make_result):
    """Make a result of a kind, with all a result can have."""

    def make(kind):
        table = pd.DataFrame({"label": ["Lone parent"], "smd": [0.03], "days": [[1, 2]], "on": [date(2010, 4, 1)]})
        checks = (
            Check("balance", "Groups alike", "pass", 0.03, 0.1, "All alike.", table, is_gate=True),
            Check("e_value", "A hidden cause", "warn", None, None, "A weak one would do."),
        )
        figure = Estimate("nfa", "matched", "difference", 1 / 3, 0.1, None, None, n_treated=39)
        return make_result(
            kind=kind, facts=FACTS_OF[kind], checks=checks, tables={"table": table}, estimates=(figure,), balance=table
        )

    return make


def test_every_kind_of_study_has_its_facts() -> None:
    assert set(KINDS_OF_FACTS) == set(STUDIES) == set(FACTS_OF)


@pytest.mark.parametrize("kind", FACTS_OF)
def test_a_result_of_any_kind_survives_the_way_to_its_file_and_back(of_kind, kind: str, tmp_path) -> None:
    folder = write_bundle(of_kind(kind), VERDICT, tmp_path)
    written = (folder / "result.json").read_bytes()
    bundle = read_bundle(folder)
    assert as_json(bundle.to_json()).encode() == written
    assert bundle == bundle_of(of_kind(kind), VERDICT)
    assert bundle.facts_as(type(FACTS_OF[kind])).to_json() == stable_facts(FACTS_OF[kind])
    assert (bundle.verdict, bundle.as_of, bundle.gates) == (VERDICT, of_kind(kind).as_of, of_kind(kind).gates)
    assert bundle.checks[0].table == ({"label": "Lone parent", "smd": 0.03, "days": [1, 2], "on": "2010-04-01"},)
    assert bundle.primary is not None and bundle.primary.with_interval is None
    assert bundle.table("no such table") == ()


def stable_facts(facts):
    """The facts with the digits a file keeps."""
    return type(facts).from_json(stable(facts.to_json())).to_json()


def content_of(result, folder):
    return json.loads((write_bundle(result, VERDICT, folder) / "result.json").read_text(encoding="utf-8"))


def rewritten(content, folder):
    (folder / "result.json").write_text(json.dumps(content), encoding="utf-8")
    return read_bundle(folder)


def test_a_key_stands_in_the_file_only_where_the_fact_is_known(of_kind, tmp_path) -> None:
    fitted = content_of(of_kind("interrupted_series"), tmp_path)["facts"]
    none = dict.fromkeys(("dispersion", "autocorrelation", "lags", "degrees_of_freedom"))
    result = of_kind("interrupted_series")
    unfitted = content_of(replace(result, facts=replace(result.facts, **none)), tmp_path)["facts"]
    assert set(fitted) - set(unfitted) == set(none)
    assert unfitted["year_before"] == {
        "first_month": "April 2011",
        "last_month": "March 2012",
        "referrals": 387,
        "referrals_year_before": 307,
    }
    cohort = of_kind("matched_cohort")
    assert "primary_only" not in content_of(cohort, tmp_path)["facts"]
    look = replace(cohort, facts=replace(cohort.facts, primary_only=True))
    assert content_of(look, tmp_path)["facts"]["primary_only"] is True
    assert content_of(of_kind("trust"), tmp_path)["facts"]["mean_nfa"] == [0.077, 0.064]


def test_a_file_of_before_counts_checks_and_plans_were_kept_is_read_with_what_it_has(of_kind, tmp_path) -> None:
    content = content_of(of_kind("reach"), tmp_path)
    for name in ("checks", "protocol_text", "notice"):
        del content[name]
    for name in ("families_most_deprived", "missed_most_deprived"):
        del content["facts"][name]
    del content["verdict"]["hidden"], content["verdict"]["concerns"]
    bundle = rewritten(content, tmp_path)
    assert (bundle.checks, bundle.protocol_text, bundle.notice) == ((), "", None)
    assert (bundle.verdict.hidden, bundle.verdict.concerns) == ("", ())
    reach = bundle.facts_as(ReachFacts)
    assert (reach.families_most_deprived, reach.missed_most_deprived) == (507, 148)
    nobody = {**content["facts"], "missed": 0, "share_of_missed_most_deprived": None}
    assert rewritten({**content, "facts": nobody}, tmp_path).facts_as(ReachFacts).missed_most_deprived == 0

    content = content_of(of_kind("matched_cohort"), tmp_path)
    del content["facts"]["controls"], content["facts"]["joined_later"]
    cohort = rewritten(content, tmp_path).facts_as(MatchedCohortFacts)
    assert (cohort.controls, cohort.joined_later, cohort.matched) == (None, None, 803)


def test_what_a_later_version_adds_is_left_where_it_is(of_kind, tmp_path) -> None:
    content = content_of(of_kind("trust"), tmp_path)
    later = {**content, "new": 1, "facts": {**content["facts"], "new": 2}}
    assert rewritten(later, tmp_path) == rewritten(content, tmp_path)


def test_an_unknown_kind_or_a_missing_part_is_refused_in_words(of_kind, tmp_path) -> None:
    content = content_of(of_kind("reach"), tmp_path)
    with pytest.raises(StoreError, match=r'Kind "reech" is not known to this version\. Did you mean "reach"\?'):
        rewritten({**content, "kind": "reech"}, tmp_path)
    with pytest.raises(StoreError, match=r"ReachFacts lacks families, missed\. Run the protocol again\."):
        facts = {key: value for key, value in content["facts"].items() if key not in ("families", "missed")}
        rewritten({**content, "facts": facts}, tmp_path)
    with pytest.raises(StoreError, match=r"Bundle lacks verdict\."):
        rewritten({key: value for key, value in content.items() if key != "verdict"}, tmp_path)
    with pytest.raises(StoreError, match=r"Gate is 'no gate'"):
        rewritten({**content, "gates": ["no gate"]}, tmp_path)
    with pytest.raises(StoreError, match="format None"):
        rewritten([content], tmp_path)


def test_facts_of_another_kind_are_refused_in_words(of_kind) -> None:
    with pytest.raises(InputError, match=r"rec11_referrals has TrustFacts, not ReachFacts"):
        of_kind("trust").facts_as(ReachFacts)
