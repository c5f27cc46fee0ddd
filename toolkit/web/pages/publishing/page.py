"""Publish: every question with its newest result, what members see of it now, and the way to publish or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import LeadStore
from toolkit.web.pages import answer_parts, before_the_answer
from toolkit.web.pages.members import history
from toolkit.web.pages.publishing import decisions, part, translated
from toolkit.web.parts.layout import header, page_head, table, verdict
from toolkit.web.parts.report import offer_report
from toolkit.web.results import Publication, Waiting
from toolkit.wording.numbers import uk_date

_LABELS = {"question": "Question", "about": "Answers", "result": "Newest result", "state": "What members see"}


def show(store: LeadStore, person: Person) -> None:
    """Draw the page: every question, then what councillors decided."""
    check(person, "publish")
    page_head("Publish", simulated=store.is_simulated)
    _questions(store, person)
    decisions.draw(store, person)


def _questions(store: LeadStore, person: Person) -> None:
    questions = store.questions()
    if not questions:
        st.info("Nothing has been run yet. Start a run on the page Runs, or with: toolkit run PROTOCOL --store DIR")
        return
    each = store.newest_of_each()
    newest = {question: each[question][1] if question in each else None for question in questions}
    sealed = {question: each[question][0] if question in each else None for question in questions}
    names = {question: _title(question, newest[question], sealed[question]) for question in questions}
    _listed(store, names, newest, sealed)
    answer_parts.let_explore(store, person)
    question = st.selectbox("Question", questions, format_func=lambda one: names[one])
    header(names[question])
    found, waiting = newest[question], sealed[question]
    if waiting is not None:
        before_the_answer.draw(store, person, waiting)
    if found is None:
        _without_result(store, person, question, is_sealed=waiting is not None)
        return
    if waiting is not None:
        header("The answer that was opened before")
    folder, bundle = found
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    answer_parts.concerns(bundle)
    st.write(bundle.verdict.evidence)
    st.subheader("What this cannot show", anchor=False)
    answer_parts.cannot_show(bundle)
    answer_parts.where_from(bundle, folder)
    st.subheader("Publishing", anchor=False)
    part.draw(store, person, folder, bundle)
    published = store.published(question)
    offer_report(store, person, published)
    for one in published:
        translated.draw(store, person, one)


def _listed(
    store: LeadStore,
    names: Mapping[str, str],
    newest: Mapping[str, tuple[Path, Bundle] | None],
    sealed: Mapping[str, Waiting | None],
) -> None:
    records = store.records()
    rows = pd.DataFrame(
        [
            {
                "question": names[question],
                "about": _about(found, sealed[question]),
                "result": _which(found, sealed[question]),
                "state": _state(store, records.get(question, ()), found),
            }
            for question, found in newest.items()
        ]
    )
    table(rows, "Every question", _LABELS)


def _title(question: str, found: tuple[Path, Bundle] | None, sealed: Waiting | None) -> str:
    if found is not None:
        return found[1].title
    return question if sealed is None else sealed.title


def _about(found: tuple[Path, Bundle] | None, sealed: Waiting | None) -> str:
    if found is not None:
        return found[1].recommendation
    return "" if sealed is None else sealed.recommendation


def _which(found: tuple[Path, Bundle] | None, sealed: Waiting | None) -> str:
    if sealed is not None:
        return "Sealed: not opened yet"
    return "No longer there" if found is None else f"Plan {found[1].protocol_hash[:8]}"


def _state(store: LeadStore, record: tuple[Publication, ...], found: tuple[Path, Bundle] | None) -> str:
    if not record:
        return "Nothing yet"
    last = record[-1]
    if last.is_withdrawal:
        return f"Withdrawn on {uk_date(last.at)}"
    which = "This result" if found is not None and store.is_published(found[0], record) else "An older result"
    return f"{which}: version {last.version}, of {uk_date(last.at)}"


def _without_result(store: LeadStore, person: Person, question: str, *, is_sealed: bool) -> None:
    """Draw a question of which no result is there to read, but what was published of it."""
    record = store.record(question)
    if not record:
        return
    if not is_sealed:
        st.info("The results of this question are no longer in the store. What was published of it stands.")
    history.versions(record)
    if not record[-1].is_withdrawal:
        part.draw_withdrawal(store, person, question, record)
