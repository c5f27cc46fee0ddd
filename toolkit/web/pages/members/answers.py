"""The members' answers: a list of all that were published, and each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.findings import what_was_asked
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import history, one_question
from toolkit.web.parts.contents import contents
from toolkit.web.parts.layout import WIDE, as_it_is, header, link, page_head, sentence
from toolkit.web.parts.report import offer_report
from toolkit.web.parts.translated import in_other_languages
from toolkit.web.results import Published, Withdrawn
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date

_WHEN_READY = "The early intervention lead publishes each answer when it is ready."
REAL = "This answer is about real figures, which were published. Nothing on this page is simulated."


def show(store: MemberStore, person: Person) -> None:
    """Draw the page: the question that its address names, or the list of all."""
    check(person, "answers")
    answers, asked = store.published(), st.query_params.get("question")
    if asked is not None:
        _of_one(store, person, asked, answers)
        return
    page_head("The answers so far", simulated=store.is_simulated)
    if not answers:
        st.info(f"Nothing is published yet. {_WHEN_READY}")
        return
    real = [one for one in answers if store.is_simulated and isinstance(one, Published) and not one.view.simulated]
    contents("answers", [_entry(answer) for answer in answers if answer not in real])
    if real:
        header("Answers about real figures")
        sentence("These are about figures that were published, each on a page of its own.")
        # No word of what is real stands under the banner.
        contents("answers", [(answer.view.question, answer.view.title, "") for answer in real])


def _entry(answer: Published | Withdrawn) -> tuple[str, str, str]:
    on = uk_date(answer.record[-1].at)
    if isinstance(answer, Withdrawn):
        return answer.question, answer.title, f"{answer.recommendation}. Withdrawn on {on}."
    view = answer.view
    return view.question, view.title, f"{view.recommendation}, {on}. {view.verdict.in_short}"


def _of_one(store: MemberStore, person: Person, asked: str, answers: Sequence[Published | Withdrawn]) -> None:
    """Draw what is published on one question; where nothing is, say so: a link may be older than a publication."""
    is_simulated_store = store.is_simulated
    found = next((answer for answer in answers if question_of(answer) == asked), None)
    about = what_was_asked(asked)
    filtered("question", asked if found or about else "not known")
    if found is None:
        page_head("No answer here", simulated=is_simulated_store)
        on = f"“{about}” yet. {_WHEN_READY}" if about else "the question that this address names. Is it whole?"
        st.info(as_it_is(f"Nothing is published on {on}"))
    elif isinstance(found, Withdrawn):
        page_head("Withdrawn", simulated=is_simulated_store)
        history.withdrawn(found)
    else:
        st.html(WIDE)
        page_head(found.view.title, simulated=is_simulated_store and found.view.simulated)
        link("", "All that was found")
        say_if_real(found, is_simulated_store=is_simulated_store)
        one_question.draw(found)
        in_other_languages(store.translated([found.view])[0].get(asked, ()))
        offer_report(store, person, [found])
        return
    link("", "All that was found")


def question_of(answer: Published | Withdrawn) -> str:
    """Return the protocol's name of what was asked."""
    return answer.question if isinstance(answer, Withdrawn) else answer.view.question


def say_if_real(answer: Published, *, is_simulated_store: bool) -> None:
    """Say of an answer about real figures that it is one, where all else is simulated."""
    if is_simulated_store and not answer.view.simulated:
        st.info(REAL)
