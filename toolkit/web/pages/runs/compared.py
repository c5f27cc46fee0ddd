"""Two results of one question beside each other: what differs, how the figures moved, and what may be said of it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.compare import Comparison
from toolkit.publish.bundle.estimates import with_words
from toolkit.publish.bundle.moves import moves_in_words
from toolkit.web.parts.layout import chart, points, table
from toolkit.wording.numbers import counted, signed

_VALUES = ("estimate", "low", "high")
_CAPTION = "Differences in every 100 families; other measures on their own scale"
_LABELS = {
    "label": "Outcome",
    "how": "How",
    "measure": "Measure",
    "first": "First",
    "second": "Second",
    "move": "Move",
}
_TABLE_LABELS = {"row": "Row", "column": "Figure", "first": "First", "second": "Second"}


def draw(found: Comparison) -> None:
    """Draw the comparison with its figures."""
    points(found.sentences)
    differences = found.moves[found.moves["measure"] == "difference"]
    if len(differences):
        _primary(differences.iloc[0])
    _names_and_plan(found)
    if len(found.moves):
        with st.expander("How every figure moved"):
            table(moves_in_words(found.moves), _CAPTION, _LABELS)
    _tables(found)


def draw_without_figures(found: Comparison, *, not_a_finding: str = "") -> None:
    """Draw what differs without a figure of the effect; with a heading, every move folded away under it."""
    points(found.without_figures())
    st.write("Not both of these results answer the question, so their figures are not held against each other here.")
    _names_and_plan(found)
    if len(found.moves) and not_a_finding:
        with st.expander(not_a_finding):
            table(moves_in_words(found.moves, signed), _CAPTION, _LABELS)
        _tables(found)


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
