"""Questions to ask officers: always three, different, plain and without a figure, whatever was found or is missing."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readability import ONE_SENTENCE_AT, READABLE_AT, coleman_liau, reading_grade
from toolkit.project_files import ANALYSES
from toolkit.publish.disclosure import CannotProtect
from toolkit.publish.members import questions
from toolkit.publish.members.model import Days, MemberVerdict, MemberView
from toolkit.publish.members.question_words import AGAINST, LIMITS
from toolkit.publish.members.questions import (
    ANY_NEEDED,
    ANY_OF_ANSWERS,
    ANY_SETTLES,
    ANY_WITHOUT,
    NEEDED,
    OF_QUESTIONS,
    SETTLES,
    questions_to_ask,
)
from toolkit.publish.members.view import member_view
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.publish.verdicts.rule import CODES
from toolkit.publish.verdicts.sentences import DETECTION, HIDDEN_DIFFERENCES, SIMULATED
from toolkit.studies.protocol_file import load_protocol

_BESIDE = Path(__file__).parents[1] / "test_words_and_shutters.py"  # its made-up results of every kind
_spec = importlib.util.spec_from_file_location("words_and_shutters", _BESIDE)
assert _spec is not None and _spec.loader is not None
_made = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_made)
KINDS, POLICIES = _made.KINDS, _made.POLICIES

EVERY = sorted(
    {*AGAINST.values(), *LIMITS.values(), *SETTLES.values(), *NEEDED.values()}
    | {ANY_SETTLES, ANY_NEEDED, *ANY_OF_ANSWERS, *ANY_WITHOUT}
)
CONCERNS = [found for one in LOOKED.values() for found in (one.warned, one.failed) if found]
QUESTION_OF = {kind: question for question, kind in OF_QUESTIONS.items()}
ANY = frozenset({*ANY_OF_ANSWERS, *ANY_WITHOUT})


def view_of(
    question: str, code: str, *, concerns: tuple[str, ...] = (), cannot_show: tuple[str, ...] = (), sentence: str = "S."
) -> MemberView:
    verdict = MemberVerdict(code, sentence, "", cannot_show, 2, "", concerns=concerns)
    return MemberView(
        question=question, title="t", recommendation="r", simulated=True, as_of=Days(), verdict=verdict, estimates=(),
        families={}, tables={}, key="c",
    )  # fmt: skip


def assert_fit_to_ask(asked: tuple[str, ...]) -> None:
    assert len(asked) == len(set(asked)) == 3
    for one in asked:
        assert one.endswith("?") and len(one.split()) <= 25 and not re.search(r"\d|[{}]", one), one


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_of_every_kind_in_every_state_there_are_three_and_of_what_it_says(kind: str, code: str, data) -> None:
    one, policy = data.draw(KINDS[kind]), data.draw(POLICIES)
    try:
        view = member_view(replace(one, question=QUESTION_OF[kind]), policy)
    except CannotProtect:
        return
    concerns = tuple(data.draw(st.lists(st.sampled_from(CONCERNS), max_size=4, unique=True)))
    said = replace(view, verdict=replace(view.verdict, code=code, concerns=concerns))
    for seen in (view, said):
        assert_fit_to_ask(questions_to_ask(seen))
        if seen.verdict.cannot_show[1:]:  # of a council that is not in the data, nothing is said that has no limit
            assert not ANY & set(questions_to_ask(seen))


@pytest.mark.parametrize("code", [*CODES, "of_another_version"])
@pytest.mark.parametrize("question", [*OF_QUESTIONS, "a_councils_own"])
def test_an_answer_that_says_nothing_of_itself_has_three_too(question: str, code: str) -> None:
    assert_fit_to_ask(questions_to_ask(view_of(question, code)))
    alone = view_of(question, code, concerns=("Something new: this asks for care.",), cannot_show=(SIMULATED,))
    assert questions_to_ask(alone) == questions_to_ask(view_of(question, code))


@pytest.mark.parametrize("concern", CONCERNS)
def test_every_finding_against_an_answer_comes_first(concern: str) -> None:
    limits = (HIDDEN_DIFFERENCES, DETECTION, SIMULATED)
    asked = questions_to_ask(view_of("rec11_referrals", "fewer", concerns=(concern,), cannot_show=limits))
    assert_fit_to_ask(asked)
    assert asked[0] == AGAINST[concern] and asked[2] == SETTLES["matched_cohort"]
    assert asked[1] in (LIMITS[HIDDEN_DIFFERENCES], LIMITS[DETECTION])


def test_what_failed_is_asked_before_what_only_warns_and_limits_fill_the_place_of_what_was_not_found() -> None:
    limits = (HIDDEN_DIFFERENCES, DETECTION)
    warned, failed = LOOKED["balance"].warned, LOOKED["leave_one_centre_out"].failed
    both = questions_to_ask(view_of("rec11_referrals", "fewer", concerns=(warned, failed), cannot_show=limits))
    assert both[0] == AGAINST[failed]
    none = questions_to_ask(view_of("rec11_referrals", "fewer", cannot_show=limits))
    assert none == (LIMITS[HIDDEN_DIFFERENCES], LIMITS[DETECTION], SETTLES["matched_cohort"])


def test_what_bars_an_answer_is_asked_first_and_then_what_is_needed_to_have_one() -> None:
    barred = view_of("rec11_referrals", "cannot_say", sentence=f"We cannot say. {LOOKED['follow_up'].failed}")
    first, _, last = questions_to_ask(barred)
    assert (first, last) == (AGAINST[LOOKED["follow_up"].failed], NEEDED["matched_cohort"])


def test_a_welcome_answer_is_asked_the_same_as_an_unwelcome_one() -> None:
    limits = (HIDDEN_DIFFERENCES, DETECTION)
    asked = {
        questions_to_ask(view_of("rec11_referrals", code, concerns=(LOOKED["window"].warned,), cannot_show=limits))
        for code in ("fewer", "more", "little_or_no_difference")
    }
    assert len(asked) == 1


def test_every_question_reads_at_twelve_and_so_do_all_of_them() -> None:
    for one in EVERY:
        assert reading_grade(one) <= ONE_SENTENCE_AT, f"{reading_grade(one):.1f} {one}"
    whole = " ".join(EVERY)
    assert reading_grade(whole) <= READABLE_AT and coleman_liau(whole) <= READABLE_AT


def test_every_protocol_that_is_shipped_is_known_by_its_kind() -> None:
    shipped = {file.stem: load_protocol(file).kind for file in sorted(ANALYSES.glob("*.toml"))}
    assert dict(OF_QUESTIONS) == shipped
    assert set(NEEDED) == set(KINDS) and set(SETTLES) <= set(KINDS)


def test_no_sentence_begins_another_so_that_each_has_its_own_question() -> None:
    for table in (AGAINST, LIMITS):
        starts: Mapping[str, str] = {questions._start(sentence): asked for sentence, asked in table.items()}
        assert all(len(start) > 10 for start in starts)
        for one, asked in starts.items():
            assert {starts[other] for other in starts if other.startswith(one)} == {asked}, one
