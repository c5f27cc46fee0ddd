"""One question in four tabs: its answer, how sure it is, for whom it holds, and how it was reached.

Only the open tab is drawn, and it is in the address. What stands in each is the same for every kind of study; a kind
adds its own parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, before_the_answer
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.pages.questions import barred, checks_table
from toolkit.web.pages.questions.kinds import parts_of
from toolkit.web.pages.questions.parts import Draw, Opened
from toolkit.web.parts.layout import header, points, sentence, verdict
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date

PUBLISHED = "The figures in this part are real: they were published, and are not of the simulated county."
_CONCERNS = 3
"""As many concerns stand beside the answer; the table of all that was looked at has the others."""
TAB = "tab"
"""What the address calls the open tab."""


def draw(store: ResultsStore, person: Person, question: str, *, titled: bool = True) -> None:
    """Draw a question's newest result, or how to get one.

    Parameters
    ----------
    titled
        Whether the question's title is to stand above it; not so where the page is called by it.
    """
    waiting, found = store.waiting(question), store.newest(question)
    if waiting is not None:
        before_the_answer.draw(store, person, waiting)
    if found is None:
        if waiting is None:
            answer_parts.nothing_yet(question)
        return
    folder, bundle = found
    if waiting is not None:
        header("The answer that was opened before")
    elif titled:
        header(bundle.title)
    if store.is_simulated and not bundle.simulated:
        st.info(PUBLISHED)
    opened = Opened(store, person, folder, bundle)
    for (label, draw_tab), tab in zip(TABS.items(), st.tabs(list(TABS), key=TAB, bind="query-params"), strict=True):
        if tab.open:
            filtered(TAB, label)
            with tab:
                draw_tab(opened)


def _answer(one: Opened) -> None:
    bundle = one.bundle
    verdict(bundle.verdict.sentence)
    sentence(f"{bundle.verdict.detail} {_records(one)}".strip())
    if not bundle.may.describes:
        barred.draw(bundle)
    answer_parts.concerns(bundle, most=_CONCERNS)
    parts_of(bundle).answer(one)
    header("What this cannot show")
    answer_parts.cannot_show(bundle, under_banner=one.store.is_simulated)
    header("Publishing")
    publishing.draw(one.store, one.person, one.folder, bundle)


def _records(one: Opened) -> str:
    days = one.bundle.as_of
    return f"Records from {uk_date(days.first_day)} to {uk_date(days.last_day)}." if days.first_day else ""


def _sure(one: Opened) -> None:
    sentence(one.bundle.verdict.evidence)
    sentence(checks_table.summary(one.bundle))
    if one.bundle.may.describes:  # what it describes stands all the same
        barred.draw(one.bundle)
    parts_of(one.bundle).sure(one)


def _whom(one: Opened) -> None:
    bundle = one.bundle
    if not (bundle.may.effect or bundle.may.describes):
        sentence("There is no answer, so none is given for one kind of family, place or centre.")
    parts_of(bundle).whom(one)
    who = parts_of(bundle).who
    counted = [step.sentence for step in bundle.flow]
    said = who(bundle) if who else dict.fromkeys((*counted[:1], *counted[-1:]))
    if said:
        header("Who was compared" if bundle.may.figures else "Who could have been compared")
        points(said)


def _method(one: Opened) -> None:
    bundle = one.bundle
    checks_table.draw(bundle)
    parts_of(bundle).method(one)
    answer_parts.flow(bundle)
    before_the_answer.draw_course(one.store, one.folder, bundle)
    answer_parts.where_from(bundle, one.folder)
    answer_parts.checklist(one.store, one.person, one.folder)


TABS: Mapping[str, Draw] = MappingProxyType(
    {"Answer": _answer, "How sure": _sure, "For whom": _whom, "Method": _method}
)
"""What draws each tab, the answer first."""
LABELS = tuple(TABS)
