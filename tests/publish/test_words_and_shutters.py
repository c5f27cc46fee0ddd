"""What is said goes through the shutters: no sentence says a count that its table hides, whatever the policy."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, CannotProtect, Policy, Release, protect
from toolkit.publish.figures.progress_change import of_all
from toolkit.publish.figures.shown import Shown
from toolkit.publish.figures.tables import book_of
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.rule import UNSAID
from toolkit.publish.verdicts.verdict import verdict_for_members, verdict_for_staff
from toolkit.studies.area_panel.facts import AreaPanelFacts
from toolkit.studies.facts import Facts
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
from toolkit.studies.result import AsOf, Estimate, Gate
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.studies.trust.facts import TrustFacts
from toolkit.studies.trust.tables import CENTRES, ENDED

EXAMPLES = int(os.environ.get("TOOLKIT_WORDS_EXAMPLES", "15"))
"""How many random results a kind of study; each takes linear programmes."""
PASSED = Gate("enough_families", "pass", 90.0, 60.0, "Enough.")
POLICIES = st.builds(
    Policy,
    threshold=st.integers(5, 25),
    hide_noughts=st.booleans(),
    round_to=st.sampled_from([1, 5, 10]),
    minimum_families=st.sampled_from([10, 60]),
    minimum_denominator=st.sampled_from([10, 50]),
    hide_nought_and_all=st.booleans(),
)


def bundle(kind: str, facts: Facts, tables: Mapping[str, Any], *estimates: Estimate, **parts: Any) -> Bundle:
    given: dict[str, Any] = {
        "question": kind,
        "title": "A question",
        "kind": kind,
        "recommendation": "Recommendation 0",
        "simulated": True,
        "protocol_hash": "a" * 64,
        "snapshot_hash": "b" * 64,
        "version": "0.2.0",
        "seed": 1,
        "as_of": AsOf(1, "2007-04-01", "2012-03-31"),
        "estimates": estimates,
        "balance": None,
        "gates": (PASSED,),
        "checks": (),
        "flow": (),
        "tables": tables,
        "facts": facts,
        "verdict": UNSAID,
    }
    return Bundle(**{**given, **parts})


def estimate(outcome: str, share: float, half: float, **parts: Any) -> Estimate:
    return Estimate(
        outcome=outcome, estimator="matched", measure="difference", estimate=share, se=half / 2,
        low=share - half, high=share + half, clusters=34, **parts,
    )  # fmt: skip


@st.composite
def progress(draw: st.DrawFn) -> Bundle:
    count = st.integers(0, 60)
    rows = [
        {"start": start, "improved": draw(count), "same": draw(count), "worse": draw(count)} for start in range(1, 6)
    ]
    lost = [{"start": row["start"], "no_second_score": draw(count)} for row in rows]
    sums = {name: sum(row[name] for row in rows) for name in ("improved", "same", "worse")}
    twice, never = sum(sums.values()), sum(row["no_second_score"] for row in lost)
    facts = progress_facts(**sums, no_second_score=never, families=twice + never, families_scored_twice=twice)
    share = Estimate(
        outcome="progress", estimator="first_to_last", measure="share_improved", estimate=0.5, se=0.02, low=0.46,
        high=0.54, n_treated=twice, clusters=19,
    )  # fmt: skip
    return bundle("progress_change", facts, {"by_start": rows, "no_second_score": lost}, share)


def progress_facts(**counts: int) -> ProgressChangeFacts:
    """The facts with every other figure at something harmless."""
    known: dict[str, Any] = {
        "floor_and_ceiling": "Those who start low can only rise.", "direction": "Higher is better.",
        "median_days_between": 150.0, "share_same_scorer": 0.5, "share_of_joiners_scored": 0.5, "beyond_unknown": "",
        "beyond": (0.1, -0.02, 0.22, 52), "expected_by_chance": (0.14, 0.03, 0.25), "beyond_bounds": (-1.9, 1.2),
        "by_others": (0.08, -0.1, 0.26, 31), "centres": 34, "centres_scoring": 19, "centres_not_scoring": 15,
        "centres_with_scores": 19,
    }  # fmt: skip
    return ProgressChangeFacts(**{field.name: 0 for field in fields(ProgressChangeFacts)} | known | counts)


@st.composite
def matched(draw: st.DrawFn) -> Bundle:
    families, controls = draw(st.integers(60, 400)), draw(st.integers(60, 400))
    events = {
        (outcome, arm): draw(st.integers(0, 40)) for outcome in ("any_referral_12m", "care_entry_12m") for arm in (1, 0)
    }
    rows = [
        {"outcome": outcome, "treated": arm, "rows": families if arm else controls, "with_outcome": count}
        for (outcome, arm), count in events.items()
    ]
    later = draw(st.integers(0, controls))
    known = {
        "outcome": "any_referral_12m", "outcome_label": "Referred within a year", "happened": "were referred",
        "within": "within a year", "share_matched": 0.9, "share_joined_later": later / controls, "caliper": 0.2,
        "first_trial": "2008-04", "last_trial": "2011-03", "covariates_left_out": {}, "margin": 0.01,
        "mean_treated": events["any_referral_12m", 1] / families, "caliper_on_logit": 0.1, "notes": (),
        "controls_differ": 0.004, "controls_differ_se": 0.002, "controls_moved": -0.003,
        "mean_control": events["any_referral_12m", 0] / controls, "controls": controls, "joined_later": later,
        "primary_only": False,
    }  # fmt: skip
    facts = MatchedCohortFacts(**{field.name: 0 for field in fields(MatchedCohortFacts)} | known)
    gap = st.floats(-0.05, 0.05)
    found = [
        estimate(outcome, draw(gap), draw(st.floats(0.005, 0.05)), n_treated=families, n_control=controls)
        for outcome in ("any_referral_12m", "care_entry_12m")
    ]
    return bundle("matched_cohort", facts, {"events_matched": rows}, *found)


@st.composite
def reach(draw: st.DrawFn) -> Bundle:
    poor = [(draw(st.integers(0, 30)), draw(st.integers(0, 30))) for _ in range(10)]
    missed, joined = (sum(pair[place] for pair in poor) for place in (0, 1))
    lone = (draw(st.integers(0, missed)), draw(st.integers(0, joined)))
    levels = [("idaci_decile", str(place + 1), *pair) for place, pair in enumerate(poor)]
    levels += [("lone_parent", "yes", *lone), ("lone_parent", "no", missed - lone[0], joined - lone[1])]
    rows = [
        {"group": group, "level": level, "label": level, "missed": away, "families": away + here, "against": "the rest",
         "stands": True, "adjusted_gap": 0.1, "adjusted_gap_low": 0.05, "adjusted_gap_high": 0.15}
        for group, level, away, here in levels
    ]  # fmt: skip
    known = {
        "day": "2012-03-30", "child_under_months": 60, "within_months": 12, "margin": 0.05, "families": missed + joined,
        "missed": missed, "joined": joined, "most_deprived_tenths": 3, "slope": (0.1, 0.05, 0.15), "areas": 34,
        "families_most_deprived": sum(sum(pair) for pair in poor[:3]),
        "missed_most_deprived": sum(pair[0] for pair in poor[:3]),
        "area_target": 0.4, "area_between": 0.1, "area_dispersion": 2.0, "areas_more_missed": 2,
        "share_of_families_most_deprived": 0.2, "share_of_missed_most_deprived": 0.2,
    }  # fmt: skip
    facts = ReachFacts(**{field.name: 0 for field in fields(ReachFacts)} | known)
    return bundle("reach", facts, {"reach_groups": rows})


@st.composite
def trust(draw: st.DrawFn) -> Bundle:
    cells = st.integers(0, 60)
    by_source = [
        {"group": group, **{name: draw(cells) for name in ENDED}}
        for group in (CENTRES, "Schools and education", "Police")
    ]
    whole = by_source[0]
    of_centres = sum(whole[name] for name in ENDED)
    rows, smallest = [], {}
    for outcome in ("nfa", "assessed_not_in_need"):
        part = draw(st.integers(0, whole[outcome]))
        others = draw(st.integers(0, 80))
        cells_of = [(1, part, of_centres), (0, others, others + draw(cells))]
        rows += [{"outcome": outcome, "treated": arm, "with_outcome": n, "rows": of} for arm, n, of in cells_of]
        smallest[outcome] = min(min(n, of - n) for _, n, of in cells_of)
    sent = draw(cells)
    known = {
        "outcome": "nfa", "outcome_label": "No further action", "smallest_cell": smallest, "margin": 0.02, "ratio": 3,
        "means": {"nfa": (0.2, 0.3), "assessed_not_in_need": (0.3, 0.4)}, "centre_sources": ("8",), "sent_back": sent,
        "back_recorded": sent + draw(cells), "covariates_left_out": {}, "by_centres": of_centres,
    }  # fmt: skip
    facts = TrustFacts(**{field.name: 0 for field in fields(TrustFacts)} | known)
    found = [estimate(outcome, draw(st.floats(-0.2, 0.2)), 0.08) for outcome in smallest]
    return bundle("trust", facts, {"trust_by_source": by_source, "trust_matched": rows}, *found)


@st.composite
def missing(draw: st.DrawFn) -> Bundle:
    count = st.integers(0, 60)
    lost = [draw(count) for _ in range(5)]
    twice = [draw(count) for _ in range(5)]
    improved = draw(st.integers(0, sum(twice)))
    part = draw(st.integers(0, sum(lost))), draw(st.integers(0, sum(twice)))
    halves = [part, (sum(lost) - part[0], sum(twice) - part[1])]
    rows = [
        {"group": group, "group_label": group, "level": place, "label": str(place), "families": away + here,
         "no_second_score": away, "share": 0.4, "low": 0.1 + 0.5 * (place % 2), "high": 0.3 + 0.5 * (place % 2)}
        for group, levels in (("first_score", zip(lost, twice, strict=True)), ("lone_parent", halves))
        for place, (away, here) in enumerate(levels)
    ]  # fmt: skip
    counts = {
        "improved": improved, "not_better": sum(twice) - improved, "lost_can_rise": sum(lost[:4]),
        "lost_at_top": lost[4],
    }  # fmt: skip
    known = {
        "families": sum(lost) + sum(twice), "families_scored_twice": sum(twice), "no_second_score": sum(lost),
        "centres": 19, "share_improved_weighted": (0.41, 0.36, 0.47), "share_improved_no_better": 0.43,
        "share_complete": (0.55, 0.5, 0.6), "cannot_rise": lost[4], "known": sum(twice), "worth": 50.0,
        "largest_share": 0.1,
    }  # fmt: skip
    blank: dict[str, Any] = {field.name: None for field in fields(ProgressMissingFacts)}
    tables = {"missing_by_group": rows, "missing_counts": [counts]}
    return bundle("progress_missing", ProgressMissingFacts(**{**blank, **known}), tables)


@st.composite
def meaning(draw: st.DrawFn) -> Bundle:
    ends = ("low", "low", "middle", "high", "high")
    happened, others = (st.integers(0, 40), st.integers(0, 80))
    by_score = [
        {"band": f"{place + 1}", "end": end, **cells(draw(happened), draw(others))} for place, end in enumerate(ends)
    ]
    by_change = [{"change": name, **cells(draw(happened), draw(others))} for name in ("fell", "same", "rose")]
    rose = []
    for treated, rows in ((1, by_change[2:]), (0, by_change[:2])):
        referred = sum(row["happened"] for row in rows)
        not_referred = sum(row["families"] - row["happened"] for row in rows)
        part = cells(draw(st.integers(0, referred)), draw(st.integers(0, not_referred)))
        rose.append({"treated": treated, **part})
    doubles = [{"first": one, "second": two, "families": draw(happened)} for one in (1, 2) for two in (1, 2)]
    adds = st.sampled_from(["yes", "no", "unknown"])
    known = {
        "outcome": "any_referral_12m", "outcome_label": "Referred within a year", "happened": "were referred",
        "within": "within a year", "adds_value": draw(adds), "change_adds_value": draw(adds), "rose_stands": True,
        "rose_largest_on": "idaci_decile", "families": sum(row["families"] for row in by_score),
        "referred": sum(row["happened"] for row in by_score), "lowest": 1.0, "highest": 5.0, "risk": 0.2,
    }  # fmt: skip
    told = {
        "added_value": (0.04, -0.01, 0.09), "largest_rise": 0.1, "area_known": (0.68, 0.6, 0.75),
        "area_both": (0.72, 0.64, 0.79), "odds_ratio_by_others": (1.4, 1.1, 1.8), "agreement": (0.5, 0.3, 0.7),
        "change_added_value": (0.03, -0.01, 0.07), "rose_difference": (-0.05, -0.15, 0.06),
        "drift": (0.1, 0.02, 0.18), "drift_against_other": None,
    }  # fmt: skip
    blank: dict[str, Any] = {field.name: None for field in fields(ProgressMeaningFacts)}
    tables = {
        "meaning_by_score": by_score, "meaning_by_change": by_change, "meaning_rose": rose,
        "meaning_double_scores": doubles,
    }  # fmt: skip
    return bundle("progress_meaning", ProgressMeaningFacts(**{**blank, **known, **told}), tables)


def cells(happened: int, others: int) -> dict[str, int]:
    return {"families": happened + others, "happened": happened}


@st.composite
def rollout(draw: st.DrawFn) -> Bundle:
    cells = st.integers(0, 80)
    rows = []
    for outcome in ("referred", "still_coming"):
        for group in ("after", "before", "others"):
            with_it = draw(cells)
            rows.append(
                {"outcome": outcome, "group": group, "with_outcome": with_it, "families": with_it + draw(cells)}
            )
    known = {
        "compared_scoring": 19, "compared_not_yet": 12, "centres_compared": 31, "margin": 0.02,
        "smallest_visible": 0.033, "keep_months": 6,
        "effect_retention": (0.05, 0.02, 0.08), "retention_known": True, "trends_alike": draw(st.booleans()),
        "ways_agree": draw(st.booleans()),
    }  # fmt: skip
    facts = RolloutFacts(**{field.name: 0 for field in fields(RolloutFacts)} | known)
    found = estimate("any_referral_12m", draw(st.floats(-0.1, 0.1)), 0.05)
    return bundle("progress_rollout", facts, {"rollout_groups": rows}, found)


@st.composite
def money(draw: st.DrawFn) -> Bundle:
    count = st.integers(0, 80)
    rows = [
        {"group": group, "areas": 11, "dose": 12.0, "before": draw(count), "after": draw(count)}
        for group in ("least", "middle", "most")
    ]
    known = {
        "areas": 34, "quarters_after": 7, "smallest_visible": 0.2,
        "quarters_for_visible": draw(st.none() | st.just(17)),
        "smallest_wanted": 0.15, "prevented": (-0.1, -0.2, -0.02), "ways_agree": draw(st.booleans()), "margin": 0.05,
        "trend": None, "trends_alike": draw(st.booleans()), "opening": draw(st.none() | st.just((-0.05, -0.2, 0.1))),
        "counts": "families", "child_under_months": 60, "least_dose": 12.3, "most_dose": 38.0,
    }  # fmt: skip
    facts = ReachAreasFacts(**{field.name: 0 for field in fields(ReachAreasFacts)} | known)
    found = estimate("referrals_of_young_children", draw(st.floats(-0.1, 0.1)), 0.05)
    return bundle("reach_areas", facts, {"money_groups": rows}, found)


@st.composite
def councils_money(draw: st.DrawFn) -> Bundle:
    count = st.integers(0, 80)
    same = {"councils": 150, "rate": 500.0, "pounds": 80.0}
    rows = [{"year": year, "referrals": draw(count), **same} for year in (2018, 2019)]
    known = {
        "outcome": "referrals", "second_outcome": "section_47_enquiries", "spending": "spend_gbp_sure_start_total",
        "councils": 150, "years": 8, "first_year": 2012, "last_year": 2019, "smallest_visible": 0.044, "margin": 0.05,
        "plain": None, "trended": draw(st.none() | st.just((-0.01, -0.06, 0.04))), "second": (-0.01, -0.05, 0.03),
        "breaks": 17, "councils_broken": 12, "relabelled": 17, "relabelled_asked": draw(st.booleans()),
        "council": "Worcestershire", "ways_agree": draw(st.none() | st.booleans()), "one_council": 0.36, "note": "",
    }  # fmt: skip
    known["unbroken"] = draw(st.none() | st.just((-0.02, -0.06, 0.02)))
    facts = AreaPanelFacts(**{field.name: 0 for field in fields(AreaPanelFacts)} | known)
    found = estimate("referrals", draw(st.floats(-0.1, 0.1)), 0.02)
    return bundle("area_panel", facts, {"panel_years": rows, "panel_course": []}, found)


@st.composite
def centres(draw: st.DrawFn) -> Bundle:
    rows = []
    for place in range(draw(st.integers(2, 3))):
        improved, others = draw(st.integers(0, 90)), draw(st.integers(0, 90))
        rows.append({"centre_id": f"C{place}", "families": improved + others, "improved": improved})
    known = {
        "families_scored_twice": sum(row["families"] for row in rows), "improved": sum(row["improved"] for row in rows),
        "centres_compared": len(rows), "centres_with_scores": len(rows), "stand_out_above": draw(st.integers(0, 2)),
        "share": 0.4, "rank_span": 3.6, "covariates_used": ("first_score",), "limits_allow_for_differences": True,
    }  # fmt: skip
    blank: dict[str, Any] = {field.name: 0 for field in fields(ProgressCentresFacts)}
    return bundle("progress_centres", ProgressCentresFacts(**{**blank, **known}), {"centres_funnel": rows})


@st.composite
def decision(draw: st.DrawFn) -> Bundle:
    count = st.integers(0, 80)
    parts = [(name, "all") for name in ("complete", "agreement", "meaning", "change", "inflation")]
    parts += [("tracking", group) for group in ("after", "before", "others")]
    rows = [{"criterion": name, "part": part, "with_it": draw(count), "without": draw(count)} for name, part in parts]
    adds, share = st.sampled_from(["yes", "no", "unknown"]), st.floats(0.0, 1.0)

    def told(half: float) -> tuple[float, float, float]:
        about = draw(share)
        return about, about - half, about + half

    known = {
        "share_complete": told(0.05), "agreement": told(0.1), "agreement_pairs": 250.0, "adds_value": draw(adds),
        "added_value": (0.04, -0.01, 0.09), "largest_rise": 0.09, "slope_ratio": 0.6, "change_adds_value": draw(adds),
        "change_added_value": None, "change_largest_rise": 0.005, "told_on": 900.0, "drift": told(0.1),
        "drift_against_other": None, "drift_scores": 900.0, "drift_double": 15.0, "effect": told(0.3),
        "paths_alike": draw(st.booleans()), "smallest_visible": 0.03, "months_each_side": 24.0, "pace_scored": 40.0,
        "pace_double": 10.0, "cost_a_family": None, "cost_a_scoring": None, "cost_source": "", "wait_days": 183.0,
        "least_complete": 0.8, "least_agreement": 0.4, "no_agreement": 0.3, "least_rise": 0.03,
        "least_rise_of_change": 0.01, "most_drift": 0.25, "most_harm": 0.02, "most_cost": 0.0, "double_share": 0.25,
        "centres_not_scoring": 15,
    }  # fmt: skip
    facts = ProgressDecisionFacts(**known)  # type: ignore[arg-type]
    return bundle("progress_decision", facts, {"decision_counts": rows, "decision_criteria": []})


@st.composite
def series(draw: st.DrawFn) -> Bundle:
    counts = draw(st.lists(st.integers(0, 60), min_size=1, max_size=14))
    rows = [{"quarter": f"Q{place}", "referrals": count} for place, count in enumerate(counts)]
    pairs = min(4, len(counts) - 4)
    before = None
    if pairs >= 1:
        before = YearBefore("April 2011", "March 2012", sum(counts[-pairs:]), sum(counts[-pairs - 4 : len(counts) - 4]))
    facts = SeriesFacts(
        source="store", money_from="2011-04-01", periods=len(counts), periods_before=len(counts), periods_after=0,
        exposure="days", lowest=min(counts), highest=max(counts), year_before=before,
    )  # fmt: skip
    return bundle("interrupted_series", facts, {"series": rows})


@st.composite
def synthetic(draw: st.DrawFn) -> Bundle:
    path = [{"year": year, "rate": 248.4, "mixture": 241.2, "is_after": year > 2011} for year in (2010, 2011, 2012)]
    known = {
        "council": "Worcestershire", "is_there": True, "treated_year": 2012, "last_year": draw(st.integers(2012, 2014)),
        "years_before": draw(st.integers(2, 8)), "donors": 138, "left_out": 13, "smallest_visible": 0.45,
        "chosen": draw(st.sampled_from(["no", "before", "across"])), "moved_starts": draw(st.integers(0, 5)),
        "moved_beyond": 0, "margin": 0.05,
    }  # fmt: skip
    facts = SyntheticCountyFacts(**{field.name: 0 for field in fields(SyntheticCountyFacts)} | known)
    found = estimate("referrals", draw(st.floats(-0.1, 0.1)), 0.05)
    visible = [{"years_before": 2, "councils": 138, "smallest": 0.45}]
    return bundle("synthetic_county", facts, {"synthetic_path": path, "synthetic_visible": visible}, found)


KINDS: dict[str, st.SearchStrategy[Bundle]] = {
    "matched_cohort": matched(),
    "progress_change": progress(),
    "progress_missing": missing(),
    "progress_centres": centres(),
    "progress_meaning": meaning(),
    "reach": reach(),
    "trust": trust(),
    "progress_rollout": rollout(),
    "reach_areas": money(),
    "area_panel": councils_money(),
    "synthetic_county": synthetic(),
    "progress_decision": decision(),
    "interrupted_series": series(),
}


def released(one: Bundle, policy: Policy) -> tuple[Book, Release] | None:
    book = book_of(one, policy)
    try:
        return book, protect(book, policy)
    except CannotProtect:
        return None


def poisoned(value: Any, change: Callable[[int], int]) -> Any:
    """The same with every count another one; keys, shares, words and yes-or-no stay."""
    if isinstance(value, Mapping):
        kept = ("start", "level", "treated", "year", "first", "second", "councils")
        return {key: inner if key in kept else poisoned(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [poisoned(inner, change) for inner in value]
    return change(value) if isinstance(value, int) and not isinstance(value, bool) else value


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_words_take_no_count_but_as_it_is_released(kind: str, data: st.DataObject) -> None:
    """With every count of the result exchanged behind the book's back, not a letter of what is said changes."""
    one, policy = data.draw(KINDS[kind]), data.draw(POLICIES)
    done = released(one, policy)
    if done is None:
        return
    book, release = done
    change = data.draw(st.sampled_from([lambda n: n + 1, lambda n: 7 * n + 3, lambda n: 0]))
    facts = one.facts
    names = {
        field.name: poisoned(getattr(facts, field.name), change)
        for field in fields(facts)
        if field.name not in CONSTANTS and not isinstance(getattr(facts, field.name), YearBefore)
    }
    other = replace(one, tables=poisoned(one.tables, change), facts=replace(facts, **names))
    said = verdict_for_members(one, book, release, policy)
    assert verdict_for_members(other, book, release, policy) == said
    assert kind != "matched_cohort" or said.sentence


CONSTANTS = {
    "child_under_months", "send_under_months", "within_months", "most_deprived_tenths", "areas", "areas_more_missed",
    "centres_not_scoring", "compared_scoring", "compared_not_yet", "keep_months",
    "councils", "councils_broken", "breaks", "relabelled", "years", "first_year", "last_year",
    "centres_compared", "centres_too_small", "stand_out_above", "stand_out_below",
    "quarters", "quarters_before", "quarters_after", "periods", "periods_before", "periods_after",
    "quarters_for_visible", "controls", "ratio",
    "treated_year", "years_before", "donors", "left_out", "moved_starts", "moved_beyond",
}  # fmt: skip
"""Whole numbers that are no count of families or referrals: the protocol's, and how many centres and quarters."""


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=max(1, EXAMPLES // 2), deadline=None)
@given(data=st.data())
def test_a_stricter_policy_never_says_more(kind: str, data: st.DataObject) -> None:
    """Whoever hides all counts reads no figure that rests on one."""
    one = data.draw(KINDS[kind])
    all_hidden = Policy(threshold=10_000)
    done = released(one, all_hidden)
    if done is None:  # totals that everybody knows give small parts away: then nothing is published at all
        with pytest.raises(CannotProtect):
            member_view(one, all_hidden)
        return
    said = verdict_for_members(one, *done, all_hidden)
    words = " ".join([said.sentence, said.detail, *said.cannot_show])
    assert not re.search(
        r"[Oo]f every [\d,]+ .*(scored|had not joined|by centres)|about \d+ referrals|about \d+ famil", words
    )
    # A mixture of councils rests on rates the Department has published, and counts nobody of the council's own records.
    assert said.code == "cannot_say" or kind in ("interrupted_series", "synthetic_county")


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_the_answer_in_short_is_a_sentence_of_the_answer(kind: str, data: st.DataObject) -> None:
    """Members' first page has it alone, so it must be said with no more than what the answer says."""
    one, policy = data.draw(KINDS[kind]), data.draw(POLICIES)
    done = released(one, policy)
    if done is None:
        return
    said = verdict_for_members(one, *done, policy)
    assert said.in_short and said.in_short in said.sentence
    assert len(said.in_short.split()) <= 25, said.in_short


def test_the_case_that_showed_it() -> None:
    """With a threshold of 9 the table hides 8 families that got worse and 9 lost: so does the sentence above it."""
    rows = [
        {"start": 1, "improved": 60, "same": 20, "worse": 8},
    ]
    facts = progress_facts(improved=60, same=20, worse=8, no_second_score=9, families=97, families_scored_twice=88)
    share = Estimate(
        outcome="progress", estimator="first_to_last", measure="share_improved", estimate=0.68, se=0.05, low=0.58,
        high=0.78, n_treated=88, clusters=19,
    )  # fmt: skip
    tables = {"by_start": rows, "no_second_score": [{"start": 1, "no_second_score": 9}]}
    one = bundle("progress_change", facts, tables, share)
    policy = Policy(threshold=9)
    view = member_view(one, policy)
    assert view.tables["by_start"][0]["worse"] is None and view.tables["by_start"][0]["no_second_score"] is None
    text = f"{view.verdict.sentence} {view.verdict.detail}"
    assert "worse [" not in text and "9 worse" not in text and "never scored again" not in text
    assert "9 worse" not in verdict_for_staff(one, policy).sentence
    house = verdict_for_staff(one, Policy()).sentence
    assert "68 scored better at the end, 23 the same and 9 worse" in house and "9 were never scored again" in house


def test_a_share_is_worked_out_from_what_the_table_shows() -> None:
    """At the house's own threshold, sentence and table agree: neither undoes the other's rounding."""
    book = Book()
    book.total(of_all("twice"), [book.figure(of_all("improved"), 63), book.figure(of_all("not_better"), 37)])
    policy = Policy()
    shown = Shown.to_members(book, protect(book, policy), policy)
    assert shown.parts(of_all("improved"), of_all("not_better")) == (65, 35)
    assert Shown.to_staff(book, policy).parts(of_all("improved"), of_all("not_better")) == (63, 37)
    assert "63" not in json.dumps(dict(shown.rounded))


def test_a_gap_that_is_worked_out_from_hidden_tenths_is_not_given() -> None:
    """Among exact counts the gap from richest to poorest is an equation over all ten tenths: it told a hidden 1."""
    missed, joined = [27, 21, 34, 25, 21, 27, 19, 13, 23, 11], [13, 14, 25, 1, 26, 39, 27, 31, 41, 25]
    rows = [
        {"group": "idaci_decile", "level": str(place + 1), "label": "", "missed": away, "families": away + here,
         "against": "", "stands": True, "adjusted_gap": 0.1, "adjusted_gap_low": 0.0, "adjusted_gap_high": 0.2}
        for place, (away, here) in enumerate(zip(missed, joined, strict=True))
    ]  # fmt: skip
    one = replace(example_of_reach(sum(missed), sum(joined)), tables={"reach_groups": rows})
    hidden, exact = member_view(one, Policy(round_to=1)), verdict_for_staff(one, Policy(round_to=1))
    assert None in [row["joined"] for row in hidden.tables["reach_groups"]]
    assert hidden.verdict.code == exact.code == "more"
    assert "44 more" not in hidden.verdict.sentence and "too small to show" in hidden.verdict.sentence
    assert "44 more" in exact.sentence


def example_of_reach(missed: int, joined: int) -> Bundle:
    known = {
        "day": "2012-03-30", "child_under_months": 60, "within_months": 12, "margin": 0.05, "missed": missed,
        "joined": joined, "families": missed + joined, "most_deprived_tenths": 3, "slope": (0.44, 0.3, 0.58),
        "areas": 34, "families_most_deprived": 134, "missed_most_deprived": 82, "area_target": 0.4, "area_between": 0.1,
        "area_dispersion": 2.0, "share_of_families_most_deprived": 0.2, "share_of_missed_most_deprived": 0.2,
    }  # fmt: skip
    return bundle("reach", ReachFacts(**{field.name: 0 for field in fields(ReachFacts)} | known), {})


def test_a_difference_is_given_only_where_its_four_counts_are() -> None:
    """Of 91 families 87 were referred: that 4 were not is hidden, so the difference that would tell it is too."""
    rows = [
        {"outcome": outcome, "treated": arm, "rows": 91, "with_outcome": count}
        for outcome, pair in {"any_referral_6m": (22, 39), "any_referral_12m": (87, 73)}.items()
        for arm, count in zip((1, 0), pair, strict=True)
    ]
    known = {
        "outcome": "any_referral_6m", "outcome_label": "Referred", "happened": "were referred", "margin": 0.01,
        "within": "within six months", "mean_treated": 0.24, "mean_control": 0.43, "controls": 91, "joined_later": 10,
        "covariates_left_out": {}, "notes": (), "primary_only": False, "first_trial": "", "last_trial": "",
    }  # fmt: skip
    facts = MatchedCohortFacts(**{field.name: 0 for field in fields(MatchedCohortFacts)} | known)
    found = [
        estimate("any_referral_6m", -17 / 91, 0.04, n_treated=91, n_control=91),
        estimate("any_referral_12m", 14 / 91, 0.04, n_treated=91, n_control=91),
    ]
    view = member_view(bundle("matched_cohort", facts, {"events_matched": rows}, *found))
    assert [one.outcome for one in view.estimates] == ["any_referral_6m"]
    book = book_of(bundle("matched_cohort", facts, {"events_matched": rows}, *found), Policy())
    both = [name for name in book.names if name.startswith("families/")]
    assert len(both) == 2 and book.equations().shape[0] >= 6  # one for one: the arms are known to be alike in size


def test_a_range_told_beside_a_hidden_count_is_not_told() -> None:
    counts = [0, 6, 6, 6, 3, 6, 6, 6]
    facts = SeriesFacts(
        source="store", money_from="2011-04-01", periods=8, periods_before=8, periods_after=0, exposure="days",
        lowest=0, highest=6, year_before=None,
    )  # fmt: skip
    rows = [{"quarter": f"Q{place}", "referrals": count} for place, count in enumerate(counts)]
    assert "quietest quarter" not in member_view(bundle("interrupted_series", facts, {"series": rows})).verdict.detail
    whole = [{"quarter": f"Q{place}", "referrals": count + 60} for place, count in enumerate(counts)]
    more = replace(facts, lowest=60, highest=66)
    assert "The quietest quarter had about 60, the busiest about 65." in (
        member_view(bundle("interrupted_series", more, {"series": whole})).verdict.detail
    )


def test_a_quarter_cannot_be_had_from_the_year_that_the_department_publishes() -> None:
    counts = [60, 70, 80, 90, 3, 60, 70, 80]
    rows = [
        {"quarter": f"Q{place}", "referrals": count, "first_day": f"{2009 + place // 4}-{4 + 3 * (place % 4):02d}-01"}
        for place, count in enumerate(counts)
        if place % 4 != 3
    ]
    rows += [
        {"quarter": f"Q{place}", "referrals": counts[place], "first_day": f"{2010 + place // 4}-01-01"}
        for place in (3, 7)
    ]
    facts = SeriesFacts(
        source="store", money_from="2011-04-01", periods=8, periods_before=8, periods_after=0, exposure="days",
        lowest=3, highest=90, year_before=None,
    )  # fmt: skip
    one = bundle("interrupted_series", facts, {"series": rows})
    shown = {row["period"]: row["referrals"] for row in member_view(one, Policy(round_to=1)).tables["series"]}
    assert shown["Q4"] is None and sum(shown[f"Q{place}"] is None for place in (5, 6, 7)) >= 1


def test_what_the_report_printed_is_the_same_in_the_table_and_the_sentence() -> None:
    facts = SeriesFacts(
        source="published", money_from="2011-04-01", periods=5, periods_before=5, periods_after=0, exposure="days",
        lowest=3, highest=80, year_before=None,
    )  # fmt: skip
    rows = [{"quarter": f"Q{place}", "referrals": count} for place, count in enumerate([3, 60, 70, 80, 61])]
    view = member_view(bundle("interrupted_series", facts, {"series": rows}))
    assert [row["referrals"] for row in view.tables["series"]] == [3, 60, 70, 80, 61]
    assert "The quietest quarter had 3, the busiest 80." in view.verdict.detail


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_a_result_without_its_tables_is_still_worded(kind: str, data: st.DataObject) -> None:
    """What an older or broken file lacks ends in words, not in an error."""
    assert verdict_for_staff(replace(data.draw(KINDS[kind]), tables={})).sentence
