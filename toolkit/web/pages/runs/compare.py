"""Two results of one question beside each other: what differs, how the figures moved, and what may be said of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, Role
from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.compare import Comparison, compare
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.matched_cohort.checks.estimator_agreement import WORDS
from toolkit.web.access import ResultsStore
from toolkit.web.parts.estimates import with_words
from toolkit.web.parts.layout import chart, header, points, table
from toolkit.web.results import run_at
from toolkit.wording.amounts import fewer_or_more
from toolkit.wording.numbers import MINUS, counted, signed, uk_time

_QUESTION, _FIRST, _SECOND, _LANDED = "compare-question", "compare-1", "compare-2", "compare-landed"
_VALUES = ("estimate", "low", "high")
_CAPTION = "Differences in every 100 families; other measures on their own scale"
_OF_FIGURES = re.compile(r"\d (?:fewer|more)\b|no difference")
"""How a sentence of a comparison says a figure of the effect."""


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
        _draw(found)
        return
    _draw_without_figures(found)
    if len(found.moves) and (person.role is Role.ANALYST or all(may.figures for may in both)):
        with st.expander(NOT_A_FINDING):
            table(moved(found.moves, signed), _CAPTION, _LABELS)
        _tables(found)


def _named(folder: Path, bundle: Bundle) -> str:
    plan, data = bundle.protocol_hash[:8], bundle.snapshot_hash[:8]
    return f"{uk_time(run_at(folder))}: plan {plan}, data {data}, toolkit {bundle.version}, seed {bundle.seed}"


def _draw(found: Comparison) -> None:
    points(found.sentences)
    differences = found.moves[found.moves["measure"] == "difference"]
    if len(differences):
        _primary(differences.iloc[0])
    _names_and_plan(found)
    if len(found.moves):
        with st.expander("How every figure moved"):
            table(moved(found.moves), _CAPTION, _LABELS)
    _tables(found)


def _draw_without_figures(found: Comparison) -> None:
    points(sentence for sentence in found.sentences if not _OF_FIGURES.search(sentence))
    st.write("Not both of these results answer the question, so their figures are not held against each other here.")
    _names_and_plan(found)


def _names_and_plan(found: Comparison) -> None:
    names = found.names.assign(same=["yes" if same else "no" for same in found.names["same"]])
    table(names, "What names them", {"what": "What", "first": "First", "second": "Second", "same": "Same"})
    if len(found.plan):
        table(
            found.plan[["key", "change"]],
            "What differs in the plan",
            {"key": "Key", "change": "From the first to the second"},
        )


def _tables(found: Comparison) -> None:
    """Draw the rows that moved of the table that is chosen, folded away."""
    names = list(found.tables["table"].unique())
    if not names:
        return
    with st.expander(f"Every row that moved, in {counted(len(names), 'table')}"):
        chosen = st.selectbox("Table", names, format_func=lambda name: str(name).replace("_", " "))
        rows = found.tables.loc[found.tables["table"] == chosen, list(_TABLE_LABELS)]
        table(rows, f"The rows of {str(chosen).replace('_', ' ')} that moved", _TABLE_LABELS)


_LABELS = {
    "label": "Outcome",
    "how": "How",
    "measure": "Measure",
    "first": "First",
    "second": "Second",
    "move": "Move",
}
_TABLE_LABELS = {"row": "Row", "column": "Figure", "first": "First", "second": "Second"}


def moved(moves: pd.DataFrame, said: Callable[[float], str] = fewer_or_more) -> pd.DataFrame:
    """Return the moves in words: differences in every 100, as ``said`` has them, others on their own scale."""
    words = {
        name: [
            said(100 * value) if measure == "difference" else f"{value:,.3g}".replace("-", MINUS)
            for value, measure in zip(moves[column], moves["measure"], strict=True)
        ]
        for name, column in (("first", "estimate_first"), ("second", "estimate_second"), ("move", "move"))
    }
    how = [WORDS.get(name, name) for name in moves["estimator"]]
    measures = [measure.replace("_", " ") for measure in moves["measure"]]
    return pd.DataFrame({"label": moves["label"], "how": how, "measure": measures, **words})


def _primary(row: pd.Series) -> None:
    rows = pd.DataFrame(
        [
            {"label": which, "kind": kind, **{name: 100 * row[f"{name}_{which.lower()}"] for name in _VALUES}}
            for which, kind in (("First", "other"), ("Second", "main"))
        ]
    )
    rows = with_words(rows)
    chart(
        f"{row['label']}: {rows['estimate_words'].iloc[0]}, then {rows['estimate_words'].iloc[1]}",
        forest_chart(rows, "Of every 100 families"),
        "Two points with ranges beside a line of no difference: the first result above, the second below.",
        rows[["label", "estimate_words", "low_words", "high_words"]],
        {"label": "Result", "estimate_words": "In every 100", "low_words": "From", "high_words": "To"},
    )
