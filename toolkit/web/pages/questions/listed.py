"""The first page of leads: every question, how it stands, and what members see of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.every_question import NOT_RUN, SEALED, STATES, Question
from toolkit.web.pages import money
from toolkit.web.pages.questions.chooser import ASKED
from toolkit.web.pages.scores import county
from toolkit.web.parts.layout import WIDE, as_it_is, link, page_head, points, table
from toolkit.web.results import REFERRALS
from toolkit.web.session import the_analyses
from toolkit.wording.numbers import counted, uk_date

_LABELS = {
    "question": "Question",
    "asked": "Asked for by",
    "state": "How it stands",
    "records": "Records to",
    "run": "Run on",
    "members": "What members see",
}
_PAGES: Mapping[str, str] = MappingProxyType(
    {REFERRALS: "referrals"}
    | {study.question: "money-published" for study in money.PUBLISHED}
    | {study.question: "money" for study in money.STUDIES}
    | {study.question: "progress" for study in county.STUDIES}
)
"""The page of each question that has one; all others stand on the page of reach."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "answers-list")
    st.html(WIDE)
    page_head("All answers", simulated=store.is_simulated)
    questions = store.every_question(the_analyses())
    for sentence in store.damaged():
        st.warning(as_it_is(sentence))
    if all(one.state == NOT_RUN for one in questions):
        _nothing_run(questions)
        return
    st.write(summary(questions))
    rows = [
        {
            "question": one.title,
            "asked": one.recommendation,
            "state": one.state,
            "records": uk_date(one.records_to) if one.records_to else "",
            "run": uk_date(one.run_on) if one.run_on else "",
            "members": one.members,
        }
        for one in questions
    ]
    table(pd.DataFrame(rows), "Every question", _LABELS, links=[address(one) for one in questions])


def summary(questions: Sequence[Question]) -> str:
    """Return how the questions stand, in a sentence or two: first what waits for a lead."""
    states = Counter(one.state for one in questions)
    waiting = states[SEALED]
    first = f"{counted(waiting, 'answer waits', 'answers wait')} to be opened. " if waiting else ""
    seen = sum(one.members.startswith(("Published", "An older")) for one in questions)
    answered = states[STATES["answered"]]
    said = f"{answered} of {counted(len(questions), 'question')} are answered"
    return f"{first}{said}. Members can read {counted(seen, 'answer')}."


def address(one: Question) -> str:
    """Return where a question is read; one that was not run leads to the page that starts it."""
    if one.state == NOT_RUN:
        return f"/runs?{urlencode({ASKED: one.question})}"
    page = _PAGES.get(one.question, "reach-and-trust")
    return f"/{page}" if page == "referrals" else f"/{page}?{urlencode({ASKED: one.question})}"


def _nothing_run(questions: Sequence[Question]) -> None:
    st.info("Nothing has been run on these records yet. Start a run; its answer then stands here.")
    link("runs", "Start a run")
    if questions:
        st.write("These questions can be asked:")
        points(f"{one.title} {one.recommendation}." for one in questions)
