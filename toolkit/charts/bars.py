"""Counts and shares as bars under their own words, so that a phone shows the same as a desk; none is ranked."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, INK, Drawn, configured, drawn_once, words_on

_LINE, _BAR, _GAP = 19, 16, 12
_LETTERS = 36  # of an axis' title, on a line that a phone and large print have room for


@drawn_once
def bars_chart(rows: pd.DataFrame, axis_title: str, *, most: float | None = None) -> Drawn:
    """Return a bar a row from nought, its words and number above it; no bar where the number is hidden.

    Parameters
    ----------
    rows
        ``label``, ``number`` (missing where it is hidden) and ``said`` (the number in words).
    axis_title
        What the bars count.
    most
        Where the axis ends, such as 100 for shares; at the largest number where it is not given.
    """
    step = _LINE + _BAR + _GAP
    shown = pd.DataFrame(
        {
            "words": [f"{row['label']}: {row['said']}" for row in rows.to_dict("records")],
            "number": pd.to_numeric(rows["number"]).astype(float).to_numpy(),
            "at": [step * place + _LINE / 2 for place in range(len(rows))],
            "top": [step * place + _LINE for place in range(len(rows))],
            "bottom": [step * place + _LINE + _BAR for place in range(len(rows))],
            "nought": 0.0,
        }
    )
    largest = float(shown["number"].max()) if shown["number"].notna().any() else 1.0
    ends = alt.Scale(domain=[0, largest], nice=True) if most is None else alt.Scale(domain=[0, most])
    axis = alt.Axis(grid=False, tickCount=4, format=",d", labelOverlap=True)
    x = alt.X("nought:Q", title=axis_title, scale=ends, axis=axis)
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[0, step * len(rows)], reverse=True, nice=False))
    bars = alt.Chart(shown.dropna(subset=["number"])).mark_rect(color=DARK)
    words = words_on(
        alt.Chart(shown[["words", "at"]]),
        at={"x": alt.value(0), "y": alt.Y("at:Q", axis=None), "text": "words:N"},
        align="left",
        baseline="middle",
        fontSize=FONT,
    )
    layers = [bars.encode(x=x, x2="number:Q", y=y, y2="bottom:Q"), *words]
    return configured(alt.layer(*layers).properties(height=step * len(rows)))


@drawn_once
def columns_chart(rows: pd.DataFrame, axis_title: str, of_what: str, *, most: float) -> Drawn:
    """Return a column a row in their order, its number above it; no column where the number is hidden.

    Parameters
    ----------
    rows
        ``short`` (a label of few letters), ``number`` (missing where it is hidden) and ``said`` (the number in words).
    axis_title, of_what
        What the columns count, and what their labels are of.
    most
        Where the axis ends.
    """
    shown = rows[["short", "said"]].assign(number=pd.to_numeric(rows["number"]).astype(float), nought=0.0)
    title = textwrap.wrap(of_what, _LETTERS)
    x = alt.X("short:O", title=title, sort=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(paddingInner=0.25))
    ends = alt.Scale(domain=[0, most], nice=False)
    y = alt.Y("number:Q", title=axis_title, scale=ends, axis=alt.Axis(tickCount=4))
    base = alt.Chart(shown)
    at = base.transform_calculate(top="isValid(datum.number) ? datum.number : 0")
    words = at.mark_text(dy=-9, fontSize=FONT, color=INK).encode(x=x, y=alt.Y("top:Q", scale=ends), text="said:N")
    return configured(alt.layer(base.mark_bar(color=DARK).encode(x=x, y=y), words).properties(height=200))


def bars_in_words(rows: pd.DataFrame, counted: str) -> str:
    """Return what the chart shows for a person who cannot see it."""
    return f"{counted}: " + "; ".join(f"{row['label']}, {row['said']}" for row in rows.to_dict("records")) + "."
