"""The members' answers: the latest published verdict on each question, and nothing that is not safe to show."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.findings import what_was_asked
from toolkit.publish.members.model import MemberVerdict
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import figures, history, one_question
from toolkit.web.pages.scores import criteria
from toolkit.web.parts.layout import WIDE, as_it_is, header, link, page_head, points, verdict
from toolkit.web.parts.report import offer_report
from toolkit.web.results import DECISION, Published, Withdrawn
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date

_LIMITS = "What this cannot show"
_WHEN_READY = "The early intervention lead publishes each answer when it is ready."


def show(store: MemberStore, person: Person) -> None:
    """Draw the page: the question that its address names, or all of them."""
    check(person, "answers")
    answers, asked = store.published(), st.query_params.get("question")
    if asked is not None:
        _of_one(store, person, asked, answers)
        return
    page_head("The answers so far", simulated=store.is_simulated)
    if not answers:
        st.info(f"Nothing is published yet. {_WHEN_READY}")
        return
    for answer in answers:
        if isinstance(answer, Withdrawn):
            history.withdrawn(answer)
        else:
            draw_answer(answer, is_simulated_store=store.is_simulated)


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
        offer_report(store, person, [found])
        return
    link("", "All that was found")


def question_of(answer: Published | Withdrawn) -> str:
    """Return the protocol's name of what was asked."""
    return answer.question if isinstance(answer, Withdrawn) else answer.view.question


def say_if_real(answer: Published, *, is_simulated_store: bool) -> None:
    """Say of an answer about real figures that it is one, where all else is simulated."""
    if is_simulated_store and not answer.view.simulated:
        st.info("This answer is about real figures: those that the councillors' report of 2011 prints.")


def draw_answer(answer: Published, *, is_simulated_store: bool) -> None:
    """Draw an answer among all of them: what else there is to it is folded away."""
    view = answer.view
    header(view.title)
    say_if_real(answer, is_simulated_store=is_simulated_store)
    verdict(view.verdict.sentence)
    history.replaced(answer.record)
    st.write(view.verdict.detail)
    figures.differences(view)
    criteria.draw(view.tables.get("decision_criteria", ()))
    if view.tables.get("events_matched"):
        with st.expander("How many families, rounded"):
            figures.families(view)
    if view.verdict.concerns:
        st.write("Keep in mind what else was found:")
        points(view.verdict.concerns)
    if view.question == DECISION:  # what to do is not to be read without what it does not rest on
        st.subheader(_LIMITS, anchor=False)
        _limits(view.verdict)
    else:
        with st.expander(_LIMITS):
            _limits(view.verdict)
    if answer.erased:
        st.write(answer.erased)
    if len(answer.record) > 1:
        history.versions(answer.record)
    days = view.as_of
    records = f"Records {uk_date(days.first_day)} to {uk_date(days.last_day)}. " if days.first_day else ""
    st.caption(
        f"{view.recommendation}. {records}Published {uk_date(answer.record[-1].at)}. "
        "Small numbers are hidden or rounded to protect families."
    )


def _limits(said: MemberVerdict) -> None:
    points([*([said.hidden] if said.hidden else []), *said.cannot_show])
    st.write(said.evidence)
