"""The members' first page: what was found on each thing they asked for, and where to read more."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.members.findings import SIGNS, Finding, findings
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import history
from toolkit.web.parts.layout import as_it_is, header, link, page_head, points, sentence
from toolkit.web.parts.report import offer_report
from toolkit.web.results import Published
from toolkit.wording.numbers import uk_date


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "findings")
    page_head("What we found", simulated=store.is_simulated)
    answers = {one.view.question: one for one in store.published() if isinstance(one, Published)}
    for found in findings([one.view for one in answers.values()], simulated=store.is_simulated):
        _draw(found, None if found.question is None else answers[found.question])
    with st.expander("What these signs mean"):
        points(f"{name}: {meaning}" for name, meaning in SIGNS.items())
    offer_report(store, person, list(answers.values()))


def _draw(found: Finding, answer: Published | None) -> None:
    header(f"{found.asked.number}: {found.asked.asks}")
    st.markdown(f"**{as_it_is(found.answer)}**" if found.is_answer else as_it_is(found.answer))
    if answer is None:
        return
    signs = dict(zip(SIGNS, (found.size, found.trust), strict=True))
    sentence(". ".join(f"{name}: {said}" for name, said in signs.items() if said) + ".")
    replaced = history.replaced_words(answer.record)
    if replaced:
        sentence(replaced)
    link(
        "answers",
        f"Read the answer to {found.asked.number}, of {uk_date(answer.record[-1].at)}",
        question=answer.view.question,
    )
