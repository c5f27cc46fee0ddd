"""The picture of a decision: each criterion in one of three columns, by mark, colour and place alike."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, AnyChart, configured

COLUMNS = ("Not met", "Not known", "Met")
_COLOURS, _SHAPES = (WARM, GREY, DARK), ("cross", "diamond", "circle")


def criteria_in_words(rows: pd.DataFrame) -> str:
    """Return the picture as text: every criterion with how it stands, what was found and what was asked."""
    if not len(rows):
        return "There is nothing to decide on yet."
    said = [
        f"{row['claim']}: {str(row['stands']).lower()}. Found: {row['found']} Asked: {row['asked']}."
        if str(row["found"]).endswith(".")
        else f"{row['claim']}: {str(row['stands']).lower()}. Found: {row['found']}. Asked: {row['asked']}."
        for row in rows.to_dict("records")
    ]
    return " ".join(said)


def criteria_chart(rows: pd.DataFrame, *, columns: Sequence[str] = COLUMNS) -> AnyChart:
    """Return a row for each criterion with its mark in the column of how it stands, and what was found beneath.

    Parameters
    ----------
    rows
        ``claim``, ``stands`` (one of ``columns``), ``found`` and ``asked``, in words.
    columns
        What may stand, from worst to best.
    """
    base = alt.Chart(rows)
    y = alt.Y("claim:N", title=None, sort=list(rows["claim"]), axis=alt.Axis(labelLimit=300, grid=True))
    x = alt.X("stands:N", title=None, scale=alt.Scale(domain=list(columns)), axis=alt.Axis(orient="top", labelAngle=0))
    colour = alt.Color("stands:N", legend=None, scale=alt.Scale(domain=list(columns), range=list(_COLOURS)))
    shape = alt.Shape("stands:N", legend=None, scale=alt.Scale(domain=list(columns), range=list(_SHAPES)))
    tips = [alt.Tooltip(f"{name}:N") for name in ("claim", "stands", "found", "asked")]
    marks = base.mark_point(size=260, filled=True, opacity=1).encode(x=x, y=y, color=colour, shape=shape, tooltip=tips)
    words = base.mark_text(dy=20, fontSize=FONT - 2, color=INK).encode(x=x, y=y, text="found:N")
    return configured((marks + words).properties(height=max(1, len(rows)) * 56))
