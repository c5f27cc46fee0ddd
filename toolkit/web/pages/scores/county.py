"""Progress scores for the county: the decision, and a tab for each study that it rests on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, before_the_answer
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.pages.scores import centres, change, decision, lost, meaning, rollout
from toolkit.web.parts.layout import header, page_head, verdict
from toolkit.web.results import CENTRES, CHANGE, DECISION, LOST, MEANING, ROLLOUT
from toolkit.web.session import filtered

TAB = "study-of-scores"
"""What the session calls the tab that is open."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study's tab.

    Attributes
    ----------
    question
        The study's, as its protocol's file is called.
    label
        The tab's.
    draw
        Draws what is the study's own: pictures and tables, as far as its verdict's state lets.
    """

    question: str
    label: str
    draw: Callable[[ResultsStore, Bundle], None]


STUDIES = (
    Study(DECISION, "Decision", decision.draw),
    Study(CHANGE, "Change", change.draw),
    Study(LOST, "Who is missing", lost.draw),
    Study(CENTRES, "Centres", centres.draw),
    Study(MEANING, "Meaning", meaning.draw),
    Study(ROLLOUT, "Roll-out", rollout.draw),
)
"""The decision of paragraph 73 and the studies it rests on, in the order of their tabs."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page: the tab that is open, and no other."""
    check(person, "progress")
    page_head("Are the progress scores helpful?", simulated=store.is_simulated)
    tabs = st.tabs([study.label for study in STUDIES], key=TAB, on_change="rerun")
    for study, tab in zip(STUDIES, tabs, strict=True):
        if tab.open:
            filtered("study", study.question)
            with tab:
                _draw(store, person, study)


def _draw(store: ResultsStore, person: Person, study: Study) -> None:
    """Draw a study's newest result, or how to get one."""
    waiting, found = store.waiting(study.question), store.newest(study.question)
    if waiting is not None:
        before_the_answer.draw(store, person, waiting)
    if found is None:
        if waiting is None:
            answer_parts.nothing_yet(study.question)
        return
    folder, bundle = found
    header(bundle.title)
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    header("What this cannot show")
    answer_parts.cannot_show(bundle)
    header("Publishing")
    publishing.draw(store, person, folder, bundle)
    study.draw(store, bundle)
    header("Checks the answer had to pass")
    answer_parts.gates(bundle, fold_passed=True)
    answer_parts.flow(bundle)
    answer_parts.where_from(bundle, folder)
