"""Charts of families never scored again: what the share that improved could be of all, and who was lost.

Each chart has its numbers as a sentence, for whoever does not see it, and as a table.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import BENEATH, DARK, FONT, GREY, INK, PALE, WARM, Drawn, configured, drawn_once

HOW = {
    "seen": "Families scored twice",
    "weighted": "Weighted for those like them who were lost",
    "no_better": "If the rest did no better than those who began alike",
    "anything": "Whatever the rest did",
}
RANGE, FIGURE = "Could be anything in here", "Figure, with its range"
_PERCENT = alt.Axis(format="%", tickCount=5)
_WORDS = ("Counting", "Figure in 100", "From", "To", "Range from", "Range to")
_SHARES = ("estimate", "from", "to", "low", "high")


@drawn_once
def could_be(rows: pd.DataFrame) -> Drawn:
    """Return what the share that improved could be: points with their intervals, and bars between bounds.

    Parameters
    ----------
    rows
        A study's table ``missing_range`` of one measure that is a share: ``how``, ``estimate``, ``low``, ``high``, and
        of bounds ``from`` and ``to``, which the lighter line passes by what chance adds.
    """
    shown = _named(rows)
    order = list(shown["name"])
    y = alt.Y("name:N", title=None, sort=order, axis=None)
    scale = alt.Scale(domain=[0, 1])
    x = alt.X("low:Q", title="Share of families that scored better", axis=_PERCENT, scale=scale)
    whiskers = shown[shown["low"].notna()]
    between = shown[shown["from"].notna()].rename(columns={"from": "least", "to": "greatest"}).assign(what=RANGE)
    points = shown[shown["estimate"].notna()].assign(what=FIGURE)
    color = alt.Color("what:N", title=None, scale=alt.Scale(domain=[FIGURE, RANGE], range=[DARK, WARM]))
    bars = (
        alt.Chart(between)
        .mark_bar(size=18)
        .encode(y=y, x=alt.X("least:Q", axis=_PERCENT, scale=scale), x2="greatest:Q", color=color)
    )
    lines = alt.Chart(whiskers).mark_rule(color=INK, strokeWidth=2.5).encode(y=y, x=x, x2="high:Q")
    marks = alt.Chart(points).mark_point(size=110, filled=True, opacity=1)
    marks = marks.encode(y=y, x=alt.X("estimate:Q", axis=_PERCENT, scale=scale), color=color)
    # Each under its own words: beside them nothing would be left of a phone's width.
    words = alt.Chart(shown).mark_text(align="left", baseline="bottom", dy=-12, fontSize=FONT, color=INK)
    words = words.encode(y=y, x=alt.value(0), text="name:N")
    return configured(alt.layer(lines, bars, marks, words).properties(height=58 * max(1, len(order))))


def could_be_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `could_be` as sentences, for whoever does not see the chart."""
    said = []
    for row in _named(rows).to_dict("records"):
        if not pd.isna(row["estimate"]):
            part = f"{row['name']}: {_in_100(row['estimate'])} in 100 scored better"
            if not pd.isna(row["low"]):
                part += f" (range {_in_100(row['low'])} to {_in_100(row['high'])})"
        else:
            part = f"{row['name']}: from {_in_100(row['from'])} to {_in_100(row['to'])} in 100"
        said.append(f"{part}.")
    return " ".join(said)


def table_of_could_be(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of `could_be` as a table with the words of a page; shares in every 100."""
    shown = _named(rows)[["name", *_SHARES]].copy()
    for name in _SHARES:
        shown[name] = (100 * shown[name].astype(float)).round(1)
    return shown.set_axis(list(_WORDS), axis=1).reset_index(drop=True)


@drawn_once
def never_again(rows: pd.DataFrame) -> Drawn:
    """Return the share never scored again, by level of one group, with its interval; in the group's own order.

    Parameters
    ----------
    rows
        A study's table ``missing_by_group`` of one group: ``label``, ``families``, ``share``, ``low``, ``high``.
    """
    order = [str(label) for label in rows["label"]]
    y = alt.Y("label:N", title=None, sort=order, axis=alt.Axis(ticks=False, labelLimit=340))
    scale = alt.Scale(domain=[0, 1])
    bars = (
        alt.Chart(rows)
        .mark_bar(size=18, color=PALE, stroke=GREY)
        .encode(y=y, x=alt.X("share:Q", title="Share never scored again", axis=_PERCENT, scale=scale))
    )
    ranges = rows[rows["low"].notna()]
    beneath = alt.Y("label:N", title=None, sort=order, bandPosition=BENEATH)
    lines = alt.Chart(ranges).mark_rule(color=INK, strokeWidth=3)
    lines = lines.encode(y=beneath, x=alt.X("low:Q", axis=_PERCENT, scale=scale), x2="high:Q")
    return configured(alt.layer(bars, lines).properties(height=46 * max(1, len(order))))


def never_again_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `never_again` as a sentence, for whoever does not see the chart."""
    parts = [f"{row['label']}: {row['no_second_score']} of {row['families']}" for row in rows.to_dict("records")]
    return f"Families never scored again, of those that could have been. {'; '.join(parts)}."


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    place = {name: number for number, name in enumerate(HOW)}
    shown = rows[rows["estimate"].notna() | rows["from"].notna()]
    shown = shown.assign(place=shown["how"].map(place), name=shown["how"].map(HOW))
    return shown.sort_values("place", kind="stable", ignore_index=True)


def _in_100(share: float) -> str:
    return f"{100 * share:.0f}"
