"""A page of several questions: which of them is looked at stands in the address, and only that one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from toolkit.accounts.roles import Person
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions import frame
from toolkit.web.session import filtered

ASKED = "question"
"""What the address calls the question."""


@dataclass(frozen=True, slots=True)
class Study:
    """A question of a page.

    Attributes
    ----------
    question
        As its protocol's file is called.
    label
        What the page calls it among the others.
    """

    question: str
    label: str


def draw(
    store: ResultsStore,
    person: Person,
    studies: Sequence[Study],
    *,
    first: Mapping[str, Callable[[], None]] = MappingProxyType({}),
    last: Mapping[str, Callable[[], None]] = MappingProxyType({}),
) -> None:
    """Draw the chooser, and the question that is chosen.

    Parameters
    ----------
    first, last
        What stands before and after the questions, by its name, and what draws it.
    """
    labels = {study.question: study.label for study in studies}
    others = {**first, **last}
    names = [*first, *labels, *last]
    chosen = _chosen(names, {**{name: name for name in others}, **labels})
    filtered("study", chosen)
    if chosen in others:
        others[chosen]()
    else:
        frame.draw(store, person, chosen)


def _chosen(names: Sequence[str], labels: Mapping[str, str]) -> str:
    key = f"{ASKED}-of-{names[0]}"
    asked = st.query_params.get(ASKED)
    if asked in names:
        st.session_state[key] = asked

    def keep() -> None:
        st.query_params[ASKED] = st.session_state[key]

    found = st.radio("Question", names, format_func=labels.__getitem__, key=key, horizontal=True, on_change=keep)
    return str(found or names[0])
