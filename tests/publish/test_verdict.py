from __future__ import annotations

import re
from itertools import product

import pytest

from readability import ONE_SENTENCE_AT, READABLE_AT
from readability import reading_grade as grade
from toolkit.publish.bundle.model import KeptCheck
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.publish.verdicts.matched_cohort import sentence_for
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.publish.verdicts.reasons import against
from toolkit.publish.verdicts.rule import CODES, Interval, decide
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.matched_cohort.checks.registry import SPECS
from toolkit.studies.result import Estimate, Gate

FAILED = Gate("balance", "fail", 0.2, 0.1, "The two groups are not alike enough: they still differ most on age.")
WARNED = Gate("overlap", "warn", 0.9, 0.8, "90% found a similar family.")


@pytest.mark.parametrize(
    ("low", "estimate", "high", "code"),
    [
        (-0.052, -0.031, -0.011, "fewer"),
        (0.011, 0.031, 0.052, "more"),
        (-0.009, -0.001, 0.009, "little_or_no_difference"),
        (-0.010, -0.001, 0.009, "inconclusive"),
        (-0.009, 0.001, 0.010, "inconclusive"),
        (-0.05, -0.02, 0.01, "inconclusive"),
        (-0.009, -0.005, -0.001, "fewer"),  # small, but nought is outside: a difference was found
        (-0.02, -0.01, 0.0, "inconclusive"),
        (None, -0.02, None, "cannot_say"),
        (None, None, None, "cannot_say"),
    ],
)
def test_the_interval_and_the_margin_decide_the_code(make_result, protocol, low, estimate, high, code):
    assert verdict_for(make_result(low, estimate, high)).code == code


def test_a_failed_gate_changes_the_verdict_and_is_the_reason_given(make_result, protocol):
    verdict = verdict_for(make_result(gates=(FAILED,)))
    assert verdict.code == "cannot_say"
    assert verdict.sentence == f"These data cannot answer the question. {FAILED.sentence}"
    assert not re.search(r"fewer|more", verdict.sentence)


def test_a_warning_does_not_change_the_verdict(make_result, protocol):
    assert verdict_for(make_result(gates=(WARNED,))).code == "fewer"


def test_the_margin_of_the_protocol_counts():
    found = Interval(estimate=0.001, low=-0.02, high=0.022)
    assert decide(found, margin=0.03, may_say=True) == "little_or_no_difference"
    assert decide(found, margin=0.01, may_say=True) == "inconclusive"
    assert decide(found, margin=0.01, may_say=False) == "cannot_say"


@pytest.mark.parametrize(
    ("code", "values", "sentence"),
    [
        (
            "fewer",
            (-0.031, -0.052, -0.011),
            "Of every 100 families supported, about 3 fewer were referred within a year. "
            "The data fit anything from 5 fewer to 1 fewer.",
        ),
        (
            "more",
            (0.012, 0.001, 0.023),
            "Of every 1,000 families supported, about 12 more were referred within a year. "
            "The data fit anything from 1 more to 23 more.",
        ),
        (
            "little_or_no_difference",
            (0.001, -0.006, 0.008),
            "We see little or no difference. Of every 1,000 families supported, the data fit anything from 6 fewer to "
            "8 more who were referred within a year.",
        ),
        (
            "inconclusive",
            (-0.02, -0.05, 0.012),
            "We cannot tell if joining a centre helps. Of every 100 families supported, the data fit anything from 5 "
            "fewer to 1 more who were referred within a year.",
        ),
        (
            "inconclusive",
            (0.0001, -0.02, 0.02),  # what is not told asks for no more families
            "We cannot tell if joining a centre helps. Of every 100 families supported, the data fit anything from 2 "
            "fewer to 2 more who were referred within a year.",
        ),
        (
            "inconclusive",
            (0.0, -0.05, 0.05),
            "We cannot tell if joining a centre helps. Of every 100 families supported, the data fit anything from 5 "
            "fewer to 5 more who were referred within a year.",
        ),
    ],
)
def test_every_sentence(code, values, sentence):
    assert sentence_for(code, Interval(*values), "were referred", "within a year") == sentence


CASES = [(-0.052, -0.031, -0.011), (0.0012, 0.0025, 0.0049), (-0.006, 0.001, 0.008), (-0.05, -0.02, 0.012)]


@pytest.mark.parametrize(("values", "gates"), list(product(CASES, [(), (FAILED,)])))
def test_the_words_are_plain_honest_and_readable_at_twelve(make_result, protocol, values, gates):
    verdict = verdict_for(make_result(*values, gates=gates))
    assert verdict.code in CODES
    whole = verdict.summary()
    assert not re.search(r"\bp\b|significan|confidence|statistic|propensity|evidence-based|\b0 (fewer|more)|nan", whole)
    assert grade(whole) <= READABLE_AT, f"{grade(whole):.1f}: {whole}"
    for text in (verdict.sentence, verdict.detail, *verdict.cannot_show, verdict.evidence):
        assert grade(text) <= ONE_SENTENCE_AT, f"{grade(text):.1f}: {text}"
    assert verdict.maryland_level == 2


def test_what_it_does_not_show_is_always_said(make_result, protocol):
    verdict = verdict_for(make_result())
    assert {sentences.HIDDEN_DIFFERENCES, sentences.DETECTION, sentences.ONE_COUNTY} <= set(verdict.cannot_show)
    assert sentences.SIMULATED in verdict.cannot_show
    assert any("about 4 in every 100" in line for line in verdict.cannot_show)
    real = verdict_for(make_result(simulated=False))
    assert sentences.SIMULATED not in real.cannot_show


def test_the_levels_behind_the_difference_are_given_on_the_same_base(make_result, protocol):
    detail = verdict_for(make_result()).detail
    assert "Of every 100 of the others, about 11 were referred. Of every 100 that joined, about 8 did." in detail


def test_a_small_number_of_families_is_not_told_exactly(make_result, protocol):
    few = Estimate("any_referral_12m", "matched", "difference", None, None, None, None, None, 3, 3, 2)
    verdict = verdict_for(make_result(estimates=(few,)))
    assert "fewer than 10" in verdict.detail
    assert not re.search(r"\b3\b", verdict.detail)


def test_every_check_and_gate_has_a_finding_in_words_for_members():
    assert set(SPECS) <= set(LOOKED)


@pytest.mark.parametrize("code", ["fewer", "inconclusive"])
def test_what_finds_as_much_where_nothing_is_wrong_is_not_told_beside_the_answer(code):
    found = [
        KeptCheck(name, "label", "fail", 0.01, 0.0, "Found.")
        for name in ("placebo_time_zero", "negative_control_exposure", "time_course")
    ]
    assert [one.name for one in MayShow.of("matched_cohort", code).concerns(found)] == ["time_course"]


@pytest.mark.parametrize("sign", ["fewer", "more"])
def test_what_speaks_against_a_sign_has_words_that_quote_no_count(sign):
    for name in ("detection", "time_course"):
        if (name, sign) == ("detection", "fewer"):
            continue  # fewer referrals by others is what prevention looks like
        check = KeptCheck(name, "label", "warn", 0.01, 0.0, "3 families", against=(sign,))
        said = against(sign, [check])
        assert len(said) == 1 and not re.search(r"\d", said[0]) and said[0] != "label"
        assert grade(said[0]) <= ONE_SENTENCE_AT
