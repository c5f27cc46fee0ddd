"""The members' first page: what was found on each thing they asked for, and where to read more."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.findings import SIGNS, Finding, findings
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import history
from toolkit.web.parts.layout import header, link, page_head, points, sentence
from toolkit.web.parts.report import offer_report
from toolkit.web.parts.terms import sentence_with_terms
from toolkit.web.results import Published
from toolkit.wording.numbers import uk_date

HOW_IT_COMES = (
    "What happens next: an analyst works the answer out by a plan written down before. The early intervention lead "
    "reads it and publishes it, and from then on it stands on this page. No message is sent: look here again."
)


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "findings")
    page_head("What we found", simulated=store.is_simulated)
    answers = {one.view.question: one for one in store.published() if isinstance(one, Published)}
    rows, seen = findings([one.view for one in answers.values()], simulated=store.is_simulated), set[str]()
    for found in rows:
        _draw(found, None if found.question is None else answers[found.question], seen)
    if any(found.question is None for found in rows):
        _what_happens_next(store.whom_to_ask(), seen)
    with st.expander("What these signs mean"):
        there = {name for found in rows for name in found.signs}
        points(f"{name}: {meaning}" for name, meaning in SIGNS.items() if name in there)
    offer_report(store, person, list(answers.values()))


def _what_happens_next(whom: str, seen: set[str]) -> None:
    """Say once, for all that is not answered yet, how an answer comes to stand here and whom to ask for it."""
    header("Where no answer is published yet")
    sentence_with_terms(HOW_IT_COMES, seen)
    others = f" About this service, ask: {whom}" if whom else ""
    sentence(f"To know when an answer is due, or why there is none, ask the early intervention lead.{others}")


def _draw(found: Finding, answer: Published | None, seen: set[str]) -> None:
    header(f"{found.asked.number}: {found.asked.asks}")
    sentence_with_terms(found.answer, seen, is_strong=found.is_answer)
    if answer is None:
        return
    sentence_with_terms(". ".join(f"{name}: {said}" for name, said in found.signs.items()) + ".", seen)
    replaced = history.replaced_words(answer.record)
    if replaced:
        sentence(replaced)
    link(
        "answers",
        f"Read the answer to {found.asked.number}, of {uk_date(answer.record[-1].at)}",
        question=answer.view.question,
    )
