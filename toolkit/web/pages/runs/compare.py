"""Choosing two results of one question to hold beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from toolkit.accounts.roles import Person, Role
from toolkit.publish.bundle.compare import compare
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.access import ResultsStore
from toolkit.web.pages.runs import compared
from toolkit.web.parts.layout import header
from toolkit.web.results import run_at
from toolkit.wording.numbers import uk_time

_QUESTION, _FIRST, _SECOND, _LANDED = "compare-question", "compare-1", "compare-2", "compare-landed"


def land(store: ResultsStore, bundles: Mapping[Path, Bundle]) -> bool:
    """Choose the pair of the run that ended last and the result before it; return whether there is such a pair.

    Once for each run: whoever chooses another pair keeps it.
    """
    last = next(iter(store.jobs()), None)
    if last is None or last.is_active or last.asked_for != "answer" or last.result_folder not in bundles:
        return False
    of_it = [folder for folder, bundle in bundles.items() if bundle.question == last.question]
    before = next((folder for folder in of_it if folder != last.result_folder), None)
    if before is None:
        return False
    if st.session_state.get(_LANDED) != last.id:
        st.session_state[_LANDED] = last.id
        for key, value in ((_QUESTION, last.question), (_FIRST, before), (_SECOND, last.result_folder)):
            st.session_state[key] = value
    return True


def draw(bundles: Mapping[Path, Bundle], person: Person) -> None:
    """Draw the choice of two results and their comparison, where a question has two (``bundles``, newest first).

    The figures of both are shown as far as the verdicts of both let them be; an analyst sees those of any.
    """
    questions = [bundle.question for bundle in bundles.values()]
    several = [name for name in dict.fromkeys(questions) if questions.count(name) > 1]
    if not several:
        return
    header("Compare two results")
    st.write("Every run is kept. Change a protocol, run it, and see here what that did.")
    titles = {bundle.question: bundle.title for bundle in reversed(list(bundles.values()))}
    question = st.selectbox("Question", several, format_func=titles.__getitem__, key=_QUESTION)
    of_it = [folder for folder, bundle in bundles.items() if bundle.question == question]
    names = {folder: _named(folder, bundles[folder]) for folder in of_it}
    for key, usual in ((_FIRST, of_it[1]), (_SECOND, of_it[0])):  # another question has other results
        if st.session_state.get(key) not in names:
            st.session_state[key] = usual
    first = st.selectbox("First", of_it, format_func=names.__getitem__, key=_FIRST)
    second = st.selectbox("Second", of_it, format_func=names.__getitem__, key=_SECOND)
    if first == second:
        st.info("Choose two different results.")
        return
    both = [bundles[chosen].may for chosen in (first, second)]
    found = compare(bundles[first], bundles[second])
    if all(may.effect or may.describes for may in both):
        compared.draw(found)
        return
    may_see = person.role is Role.ANALYST or all(may.figures for may in both)
    compared.draw_without_figures(found, not_a_finding=NOT_A_FINDING if may_see else "")


def _named(folder: Path, bundle: Bundle) -> str:
    plan, data = bundle.protocol_hash[:8], bundle.snapshot_hash[:8]
    return f"{uk_time(run_at(folder))}: plan {plan}, data {data}, toolkit {bundle.version}, seed {bundle.seed}"
