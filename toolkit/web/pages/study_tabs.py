"""A page of several studies: a tab each, and only the one that is open is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, before_the_answer
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.parts.layout import header, verdict
from toolkit.web.session import filtered

PUBLISHED = "The figures in this part are real: they were published, and are not of the simulated county."


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


def draw_tabs(
    store: ResultsStore,
    person: Person,
    studies: Sequence[Study],
    *,
    key: str,
    first: Mapping[str, Callable[[], None]] = MappingProxyType({}),
    last: Mapping[str, Callable[[], None]] = MappingProxyType({}),
) -> None:
    """Draw the open tab.

    Parameters
    ----------
    key
        What the session calls the open tab.
    first, last
        Tabs before and after the studies' by their labels, and what draws each.
    """
    of_studies = {study.label: partial(draw_study, store, person, study) for study in studies}
    every: dict[str, Callable[[], None]] = {**first, **of_studies, **last}
    named = {study.label: study.question for study in studies}
    for (label, draw), tab in zip(every.items(), st.tabs(list(every), key=key, on_change="rerun"), strict=True):
        if tab.open:
            filtered("study", named.get(label, label))
            with tab:
                draw()


def draw_study(store: ResultsStore, person: Person, study: Study) -> None:
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
    if store.is_simulated and not bundle.simulated:
        st.info(PUBLISHED)
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    if bundle.verdict.cannot_show:
        header("What this cannot show")
        answer_parts.cannot_show(bundle)
    header("Publishing")
    publishing.draw(store, person, folder, bundle)
    study.draw(store, bundle)
    header("Checks the answer had to pass")
    answer_parts.gates(bundle, fold_passed=True)
    answer_parts.flow(bundle)
    answer_parts.where_from(bundle, folder)
