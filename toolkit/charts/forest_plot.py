"""Estimates under one another on one axis, each under its own words, so that a phone shows the same as a desk."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, AnyChart, Drawn, configured, drawn_once, words_on

FEWER_OR_MORE = "datum.value === 0 ? 'no difference' : abs(datum.value) + (datum.value < 0 ? ' fewer' : ' more')"
MARKS: Mapping[str, tuple[str, str]] = {
    "main": (DARK, "circle"),
    "other": (GREY, "square"),
    "apart": (WARM, "diamond"),
}
"""How a kind of row is drawn: its colour, and its shape for those who cannot tell colours."""
_LETTERS = 44  # that fit on a line of a phone
_LINE, _HEADING, _SPAN, _GAP = 19, 34, 26, 14


@drawn_once
def forest_chart(rows: pd.DataFrame, axis_title: str, *, whole: float | None = None) -> Drawn:
    """Return points with intervals on one axis, each under its own words, and at each a line at no difference.

    Parameters
    ----------
    rows
        ``label`` and ``words`` (what the interval says), ``estimate``, ``low``, ``high`` (below 0 is fewer). Optional:
        ``kind``, one of `MARKS` (``main`` where it is missing), and ``heading``, drawn above the first row that has it.
    axis_title
        What the axis counts.
    whole
        Where to draw a second line: the figure of everyone together.
    """
    rows = rows.reset_index(drop=True)
    kinds = rows["kind"] if "kind" in rows else pd.Series("main", index=rows.index)
    at, texts, height = _placed(rows)
    drawn = rows[["estimate", "low", "high"]].assign(at=at, kind=kinds)
    domain = _range_around_nought(drawn, whole)
    axis = alt.Axis(labelExpr=FEWER_OR_MORE, tickCount=4, labelOverlap=True, labelSeparation=8, grid=False)
    x = alt.X("low:Q", title=axis_title, scale=alt.Scale(domain=domain, nice=False), axis=axis)
    y = alt.Y("at:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False))
    used = [kind for kind in MARKS if kind in set(kinds)]
    tint = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=used, range=[MARKS[kind][0] for kind in used]))
    shape = alt.Shape("kind:N", legend=None, scale=alt.Scale(domain=used, range=[MARKS[kind][1] for kind in used]))
    base = alt.Chart(drawn)
    layers = [
        _line(at, 0.0, y, strokeWidth=1.5, color=INK),
        *([] if whole is None else [_line(at, whole, y, strokeDash=[2, 3], color=DARK, strokeWidth=2)]),
        base.mark_rule(strokeWidth=5, opacity=1).encode(x=x, x2="high:Q", y=y, color=tint),
        base.mark_point(size=170, filled=True, opacity=1).encode(x="estimate:Q", y=y, color=tint, shape=shape),
    ]
    for weight, size in (("heading", FONT + 2), ("bold", FONT + 1), ("normal", FONT + 1)):
        of_weight = texts[texts["weight"] == weight]
        if len(of_weight):
            style: dict[str, Any] = {"align": "left", "baseline": "middle", "fontSize": size}
            style["fontWeight"] = "normal" if weight == "normal" else "bold"
            where = {"x": alt.value(0), "y": y, "text": "text:N"}
            layers += words_on(alt.Chart(of_weight[["at", "text"]]), at=where, **style)
    return configured(alt.layer(*layers).properties(height=height))


def _placed(rows: pd.DataFrame) -> tuple[list[float], pd.DataFrame, float]:
    """Return where each row's interval lies and every line of text, in pixels from the top, and the whole height."""
    top, at, texts, above = 6.0, [], [], ""
    for row in rows.to_dict("records"):
        heading = row.get("heading") or ""
        if heading and heading != above:
            texts.append({"at": top + _HEADING / 2, "text": heading, "weight": "heading"})
            top += _HEADING
        above = heading
        lines = [(line, "bold") for line in textwrap.wrap(str(row["label"]), _LETTERS)]
        lines += [(line, "normal") for line in textwrap.wrap(str(row["words"]), _LETTERS + 4)]
        for line, weight in lines:
            texts.append({"at": top + _LINE / 2, "text": line, "weight": weight})
            top += _LINE
        at.append(top + _SPAN / 2)
        top += _SPAN + _GAP
    return at, pd.DataFrame(texts, columns=["at", "text", "weight"]), top


def _line(at: list[float], x: float, y: alt.Y, **style: Any) -> AnyChart:
    # Beside each interval alone: drawn from top to bottom it would strike words out on a narrow page.
    rows = pd.DataFrame({"x": x, "at": [one - _SPAN / 2 for one in at], "until": [one + _SPAN / 2 for one in at]})
    return alt.Chart(rows).mark_rule(**style).encode(x="x:Q", y=y, y2="until:Q")


def _range_around_nought(rows: pd.DataFrame, whole: float | None) -> list[float]:
    ends = [0.0, *([] if whole is None else [whole])]
    low, high = min(float(rows["low"].min()), *ends, 0.0), max(float(rows["high"].max()), *ends, 0.0)
    room = 0.08 * max(high - low, 1e-9)
    return [low - room, high + room]
