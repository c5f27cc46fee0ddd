"""What a plan asks less than another is always named, and what it asks more never is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.project_files import ANALYSES
from toolkit.publish.plans.rules import GATES, SPECS
from toolkit.publish.plans.weakened import changes, sentence
from toolkit.publish.plans.words import CHECKED
from toolkit.studies.matched_cohort.checks.names import CHECKS
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import list_protocols, load_protocol, protocol_of

PLANS = {plan.kind: plan for plan in map(load_protocol, list_protocols(ANALYSES))}
PLANS["interrupted_series"] = load_protocol(ANALYSES / "rec10_county_series.toml")
MATCHED = PLANS["matched_cohort"]
PLANS = {
    kind: plan.model_copy(update={"gates": plan.gates.model_copy(update={"max_shift": 0.5})})
    for kind, plan in PLANS.items()
}
MEANING = PLANS["progress_meaning"]
PLANS["progress_meaning"] = MEANING.model_copy(
    update={"spec": MEANING.spec.model_copy(update={"exact": ("district",), "ratio": 2})}
)
PLANS["matched_cohort"] = MATCHED.model_copy(
    update={"spec": MATCHED.spec.model_copy(update={"must_pass": ("time_zero", "too_soon"), "ratio": 2})}
)
Move = Callable[[Any, st.DataObject], Any]


def fewer(value: Any, data: st.DataObject) -> Any:
    """A part of a list, its first entry kept."""
    out = data.draw(st.lists(st.sampled_from(value[1:]), min_size=1, unique=True))
    return tuple(one for one in value if one not in out)


def by(step: float) -> Move:
    def move(value: Any, data: st.DataObject) -> Any:
        times = data.draw(st.integers(1, 3))
        return value + step * times if isinstance(step, int) else round(value * (1 + step) ** times, 6)

    return move


def to(other: Any) -> Move:
    return lambda value, data: other


GATE_MOVES: Mapping[str, tuple[Move, Move]] = {
    "min_treated": (by(-10), by(10)),
    "max_smd": (by(0.5), by(-0.2)),
    "max_shift": (by(0.5), by(-0.2)),
    "min_overlap": (by(-0.2), by(0.05)),
    "min_follow_up": (by(-0.2), by(0.05)),
    "min_clusters": (by(-2), by(2)),
}
MORE_CHECKS = to((*CHECKS,))
SPEC_MOVES: Mapping[str, Mapping[str, tuple[Move, Move]]] = {
    "matched_cohort": {
        "covariates": (fewer, lambda value, data: (*value, "referrals_ever")),
        "exact": (fewer, lambda value, data: (*value, "reach_centre_id")),
        "then_exact": (to(()), to(None)),
        "caliper": (by(0.5), by(-0.2)),
        "outcomes": (fewer, lambda value, data: (*value, "centre_referral_12m_ages_0_4")),
        "measures": (fewer, to(("difference", "ratio"))),
        "margin": (by(0.5), by(0.0)),
        "without_centre": (to(False), to(True)),
        "ages": (fewer, to(("0_4", "5_9"))),
        "estimators": (fewer, lambda value, data: (*value, "matched_3")),
        "subgroups": (fewer, lambda value, data: (*value, "lone_parent")),
        "checks": (fewer, MORE_CHECKS),
        "must_pass": (fewer, lambda value, data: (*value, "window")),
        "ratio": (to(1), by(2)),
        "draws": (to(1), by(2)),
        "calibrated": (to(False), to(True)),
        "sign_needs": (fewer, lambda value, data: (*value, "window")),
    },
    "trust": {
        "covariates": (fewer, lambda value, data: (*value,)),
        "exact": (fewer, lambda value, data: (*value, "district")),
        "caliper": (by(0.5), by(-0.2)),
        "ratio": (to(1), by(2)),
        "outcomes": (fewer, lambda value, data: (*value,)),
        "margin": (by(0.5), by(0.0)),
    },
    "progress_centres": {
        "covariates": (fewer, lambda value, data: value),
        "min_families": (by(-2), by(2)),
    },
    "progress_meaning": {
        "covariates": (fewer, lambda value, data: (*value, "referred_last_month")),
        "least_rise": (by(0.5), by(0.0)),
        "least_if_sure": (by(0.5), by(0.0)),
        "repeats": (to(1), by(2)),
        "min_referred": (by(-5), by(5)),
        "min_pairs": (by(-5), by(5)),
        "exact": (to(()), to(("district", "centre_id"))),
        "caliper": (by(0.5), by(-0.2)),
        "ratio": (to(1), by(2)),
        "margin": (by(0.5), by(0.0)),
    },
    "progress_missing": {
        "covariates": (fewer, lambda value, data: (*value, "referred_last_month")),
        "largest_share": (by(0.5), by(-0.2)),
        "least_worth": (by(-0.2), by(0.5)),
    },
    "reach": {"groups": (fewer, lambda value, data: value), "margin": (by(0.5), by(0.0))},
    "progress_rollout": {
        "min_families": (by(-1), by(2)),
        "min_centres": (by(-1), by(2)),
        "alike_on": (fewer, lambda value, data: value),
        "centres_per_covariate": (by(2), by(-1)),
        "draws": (by(-100), by(100)),
        "margin": (by(0.5), by(0.0)),
        "trend_margin": (by(0.5), by(-0.2)),
        "imbalance": (by(-0.5), by(0.5)),
    },
    "progress_decision": {
        "least_complete": (by(-0.2), by(0.05)),
        "least_agreement": (by(-0.2), by(0.05)),
        "no_agreement": (by(-0.2), by(0.05)),
        "least_rise": (by(0.5), by(0.0)),
        "least_rise_of_change": (by(0.5), by(0.0)),
        "most_drift": (by(0.5), by(-0.2)),
        "most_harm": (by(0.5), by(-0.2)),
        "min_referred": (by(-5), by(5)),
        "min_pairs": (by(-5), by(5)),
        "repeats": (to(1), by(2)),
        "draws": (by(-100), by(100)),
    },
    "reach_areas": {
        "min_quarters_before": (by(-1), by(2)),
        "min_quarters_after": (by(-1), by(2)),
        "min_dose_spread": (by(-0.05), by(0.1)),
        "min_worth": (by(-1.0), by(1.0)),
        "trend_margin": (by(0.5), by(-0.2)),
        "step_level": (by(-0.2), by(0.5)),
        "min_openings": (by(-1), by(2)),
        "margin": (by(0.5), by(0.0)),
    },
    "area_panel": {
        "min_years": (by(-1), by(2)),
        "most_broken": (by(0.5), by(-0.2)),
        "most_broken_at_once": (by(0.5), by(-0.2)),
        "false_alarms": (by(-0.2), by(0.5)),
        "asked_false_alarm": (by(-0.02), by(0.1)),
    },
    "synthetic_county": {
        "min_years_before": (by(-1), by(2)),
        "min_donors": (by(-5), by(5)),
        "worst_fit": (by(0.02), by(-0.2)),
        "largest_believed": (by(0.5), by(-0.2)),
        "margin": (by(0.5), by(0.0)),
    },
    "interrupted_series": {
        "min_quarters_before": (by(-1), by(2)),
        "min_quarters_after": (by(-1), by(2)),
        "event_window": (to(0), by(1)),
        "max_dispersion": (by(0.5), by(-0.2)),
        "compare_with": (to(()), to(("older_children", "neighbours"))),
        "step_level": (by(-0.005), by(0.05)),
        "most_plausible": (by(0.2), by(-0.1)),
        "margin": (by(0.5), by(0.0)),
    },
}


def moved(plan: Protocol, part: str, keys: set[str], which: int, data: st.DataObject) -> Protocol:
    """The plan with some keys of a part moved: to what asks less (0) or to what asks more (1)."""
    moves = GATE_MOVES if part == "gates" else SPEC_MOVES[plan.kind]
    there = plan.gates if part == "gates" else plan.spec
    new = {key: moves[key][which](getattr(there, key), data) for key in sorted(keys)}
    return plan.model_copy(update={part: there.model_copy(update=new)})


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_weakening_is_named_and_no_strengthening_is(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(SPEC_MOVES)))
    old = new = PLANS[kind]
    expected = set()
    for part, moves in (("gates", GATE_MOVES), ("spec", SPEC_MOVES[kind])):
        keys = sorted(moves)
        weaker = set(data.draw(st.lists(st.sampled_from(keys), unique=True, max_size=4)))
        stronger = set(data.draw(st.lists(st.sampled_from(sorted(moves)), unique=True, max_size=4))) - weaker
        if "checks" in weaker:  # what is not run is named once
            stronger, weaker = stronger - {"must_pass", "sign_needs"}, weaker - {"must_pass", "sign_needs"}
        new = moved(moved(new, part, weaker, 0, data), part, stronger, 1, data)
        expected |= {f"{'gates' if part == 'gates' else kind}.{key}" for key in weaker}
    found = changes(old, new)
    assert {change.key for change in found} == expected
    assert all(change.is_less for change in found)
    said = sentence({"the one registered on 23 November 2026": found})
    assert all(change.words in said for change in found)
    assert said.startswith("This plan asks less than the one registered on 23 November 2026: ") or not expected
    assert bool(said) is bool(expected)


def test_every_number_and_list_that_has_a_rule_is_moved_above() -> None:
    assert set(GATE_MOVES) == set(GATES)
    untried = {"curve", "folds", "steps", "months_each_side", "test_retest"}  # two are free; the others are tried below
    untried |= {"outcome", "second_outcome", "spending", "first_year", "last_year", "council", "leave_out"}
    untried |= {"chosen_for_rise"}
    untried |= {"minutes_a_scoring", "cost_an_hour", "scorings_a_family", "cost_source", "double_share", "most_cost"}
    assert {kind: set(rules) - untried for kind, rules in SPECS.items() if set(rules) - untried} == {
        kind: set(moves) for kind, moves in SPEC_MOVES.items()
    }


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("matched_cohort", ("seed = 11", "seed = 12"), "it draws with the seed 12, where it was 11"),
        (
            "matched_cohort",
            ("margin = 0.01", "margin = 0.005"),
            "it takes a difference of up to 0.5 in 100 for too small to matter, where it was 1 in 100",
        ),
        (
            "matched_cohort",
            ('  "any_referral_12m",\n  "assessed_referral_12m",', '  "assessed_referral_12m",\n  "any_referral_12m",'),
            "its main question",
        ),
        (
            "matched_cohort",
            ("ratio = 5\n", 'ratio = 5\nstrategy = "joined_and_stayed"\n'),
            "its strategy is “join",
        ),
        ("progress_change", ("wait_days = 183", "wait_days = 365"), "its wait days is 365, where it was 183"),
        (
            "progress_rollout",
            ("months_each_side = 24", "months_each_side = 12"),
            "it compares so many months on each side: 12, where it was 24",
        ),
        ("interrupted_series", ("money_from = 2011-04-01", "money_from = 2011-07-01"), "its money from is 1 July 2011"),
    ],
)
def test_what_is_asked_otherwise_is_named_as_that(kind: str, change: tuple[str, str], said: str) -> None:
    old = next(plan for plan in map(load_protocol, list_protocols(ANALYSES)) if plan.hash == PLANS[kind].hash)
    assert change[0] in old.text
    new = protocol_of(old.text.replace(*change).encode(), f"{old.question}.toml")
    (found,) = changes(old, new)
    assert not found.is_less and said in found.words
    assert sentence({"that one": (found,)}).startswith("This plan asks something else than that one: it")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (20.0, 30.0, "it lets scoring cost up to £30 a family, where £20 was the most"),
        (20.0, 0.0, "it lets scoring cost whatever, where £20 was the most"),
        (20.0, 10.0, ""),
        (0.0, 10.0, ""),
    ],
)
def test_a_limit_on_what_scoring_costs_that_is_raised_or_given_up_is_named(old: float, new: float, said: str) -> None:
    plan = PLANS["progress_decision"]
    one, other = (plan.model_copy(update={"spec": plan.spec.model_copy(update={"most_cost": x})}) for x in (old, new))
    assert " ".join(change.words for change in changes(one, other)) == said


def test_what_is_left_out_of_a_plan_has_its_default_and_a_comment_asks_nothing() -> None:
    old = MATCHED
    without = old.text.replace("min_treated = 60\n", "").replace("# One family", "# About one family")
    assert changes(old, protocol_of(without.encode(), "rec11_referrals.toml")) == ()


def test_steps_taken_out_of_a_series_are_named_by_their_day() -> None:
    old = next(plan for plan in map(load_protocol, list_protocols(ANALYSES)) if plan.question == "rec10_county_series")
    old = old.model_copy(update={"spec": old.spec.model_copy(update={"steps": (date(2008, 11, 11),)})})
    new = old.model_copy(update={"spec": old.spec.model_copy(update={"steps": ()})})
    assert old.spec.model_dump()["steps"] == (date(2008, 11, 11),)
    (found,) = changes(old, new)
    assert found.is_less and found.words == "it no longer allows for what changed on 11 November 2008"


def test_an_assumption_of_an_older_plan_is_told_as_given_up_and_not_as_less_asked() -> None:
    new = PLANS["progress_change"]
    old = protocol_of(
        new.text.replace("wait_days = 183\n", "wait_days = 183\ntest_retest = 0.7\n").encode(), f"{new.question}.toml"
    )
    assert old.spec.model_dump()["test_retest"] == 0.7  # an older plan reads
    (found,) = changes(old, new)
    assert not found.is_less and found.words.startswith("it no longer assumes how closely two scores of a family agree")
    back = next(change for change in changes(new, old) if change.key.endswith("test_retest"))
    assert back.words == "its test retest is 0.7, where it was not set"


def test_another_kind_of_study_is_named_and_its_keys_are_not_held_against_each_other() -> None:
    found = changes(PLANS["matched_cohort"], PLANS["trust"])
    assert any(change.words.startswith("it is a study of another kind: “trust”") for change in found)
    assert not any(change.key.startswith("matched_cohort.") for change in found)


def test_the_sentence_names_each_change_once_and_says_what_stands_beside_it() -> None:
    old = MATCHED
    weaker = {"sign_needs": ("detection",), "caliper": 0.3}
    new = old.model_copy(update={"spec": old.spec.model_copy(update=weaker)})
    found = changes(old, new)
    said = sentence({"the one registered on 1 May 2026": found, "the one published": found}, beside=["it was late"])
    assert said == (
        "This plan asks less than the one registered on 1 May 2026: it lets those compared be further apart: 0.3, "
        "where 0.2 was the most; it says fewer or more even where the check of whether the course over the year fits "
        "the answer speaks against it; it was late."
    )
    assert sentence({}, beside=["it was registered late"]) == "This plan was registered late."
    assert sentence({"a": ()}) == ""


def test_every_check_is_called_by_what_it_looks_at() -> None:
    assert set(CHECKS) <= set(CHECKED)


def test_the_plan_that_is_shipped_asks_no_less_than_the_first() -> None:
    """What differed before joining moves and widens the interval now; five families alike stand for three; and a limit
    on what all differences do to the answer stands for one on each.
    """
    first = (ANALYSES / "registered" / "rec11_referrals-d515980b7784261d.toml").read_bytes()
    old = protocol_of(first, "rec11_referrals.toml")
    assert sentence({"that one": changes(old, MATCHED)}) == ""
    looser = MATCHED.model_copy(update={"gates": MATCHED.gates.model_copy(update={"max_shift": 1.0})})
    assert "shift the answer by 1 of its standard error, where 0.5 was the most" in sentence(
        {"that one": changes(old, looser)}
    )
    without = MATCHED.model_copy(update={"spec": MATCHED.spec.model_copy(update={"calibrated": False, "ratio": 2})})
    keys = [change.key.rsplit(".", 1)[-1] for change in changes(old, without) if change.is_less]
    assert keys == ["estimators", "must_pass"]
