"""Charts of a roll-out: what the centres could show, and how far both kinds had moved apart, half year by half year."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.forest_plot import FEWER_OR_MORE
from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, Drawn, configured, drawn_once, words_on

KINDS = ("As it is", "More families at each centre", "More centres")
_COLOURS = (WARM, GREY, DARK)


def visible_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table that `visible_chart` draws, with its words.

    Parameters
    ----------
    rows
        ``families_times`` (as many families at each centre), ``centres`` and ``smallest_in_1000`` (the smallest effect
        that would be seen in four samples of five, of every 1,000 families); the first row is as it is.

    Returns
    -------
    DataFrame
        ``what`` (in words), ``kind`` (one of `KINDS`) and ``smallest_in_1000``.
    """
    if not len(rows):
        return pd.DataFrame(columns=["what", "kind", "smallest_in_1000"])
    now = int(rows["centres"].iloc[0])
    table = []
    for place, row in enumerate(rows.to_dict("records")):
        centres, times = int(row["centres"]), float(row["families_times"])
        kind = KINDS[0] if place == 0 else (KINDS[1] if times > 1 else KINDS[2])
        what = f"{now} centres, as it is" if place == 0 else f"{centres} centres"
        if times > 1:
            what = f"{centres} centres, {times:g} times the families"
        table.append({"what": what, "kind": kind, "smallest_in_1000": int(row["smallest_in_1000"])})
    return pd.DataFrame(table)


def visible_in_words(rows: pd.DataFrame) -> str:
    """Return the chart of what could be seen as text: every row with its number."""
    table = visible_table(rows)
    if not len(table):
        return "No centres could be compared, so nothing could be seen."
    said = [f"{row['what']}: {row['smallest_in_1000']:,}" for row in table.to_dict("records")]
    return f"The smallest effect that could be seen, of every 1,000 families. {'; '.join(said)}."


@drawn_once
def visible_chart(rows: pd.DataFrame) -> Drawn:
    """Return a bar for what could be seen as it is, with more families and with more centres, its number at its end.

    Parameters
    ----------
    rows
        As for `visible_table`.
    """
    table = visible_table(rows)
    order = list(table["what"])
    base = alt.Chart(table)
    title = "Of every 1,000 families"
    most = 1.15 * max(1, *table["smallest_in_1000"], 0)  # with room for the longest bar's number
    scale = alt.Scale(domain=[0, most], nice=False)
    x = alt.X("smallest_in_1000:Q", title=title, axis=alt.Axis(tickCount=5, format="d"), scale=scale)
    y = alt.Y("what:N", title=None, sort=order, axis=alt.Axis(labelLimit=260))
    colour = alt.Color("kind:N", legend=None, scale=alt.Scale(domain=list(KINDS), range=list(_COLOURS)))
    bars = base.mark_bar(size=22).encode(x=x, y=y, color=colour)
    numbers = base.mark_text(align="left", dx=6, fontSize=FONT, color=INK).encode(
        x=x, y=y, text=alt.Text("smallest_in_1000:Q", format=",d")
    )
    return configured((bars + numbers).properties(height=max(1, len(table)) * 40))


def half_years_in_words(rows: pd.DataFrame) -> str:
    """Return the course around the start as text: every half year with its figure and range."""
    if not len(rows):
        return "In no half year could enough centres be compared."
    said = [
        f"{_when(int(row['half_year']))}: {_signed(row['apart_in_100'])} (from {_signed(row['low_in_100'])} to "
        f"{_signed(row['high_in_100'])})"
        for row in rows.to_dict("records")
    ]
    return (
        "How many more or fewer of every 100 families were referred at centres that began to score than elsewhere, "
        f"set against the time before. {'; '.join(said)}."
    )


@drawn_once
def half_years_chart(rows: pd.DataFrame) -> Drawn:
    """Return a point with its range for each half year, with lines at no difference and at the day scoring began.

    Parameters
    ----------
    rows
        ``half_year`` (-1 is the last before, 0 the first after), ``apart_in_100``, ``low_in_100`` and ``high_in_100``
        (families of every 100; below 0 is fewer).
    """
    drawn = rows.assign(
        middle=rows["half_year"] + 0.5, side=["before" if k < 0 else "after" for k in rows["half_year"]]
    )
    base = alt.Chart(drawn)
    marks = sorted({edge for k in drawn["half_year"] for edge in (int(k), int(k) + 1)})
    words = "datum.value === 0 ? '' : abs(datum.value) * 6 + ' months ' + (datum.value < 0 ? 'before' : 'after')"
    axis = alt.Axis(values=marks, labelExpr=words, grid=False, labelOverlap=True)
    x = alt.X("middle:Q", title=None, axis=axis, scale=alt.Scale(domain=[min(marks), max(marks)], nice=False))
    y = alt.Y("low_in_100:Q", title=None, axis=alt.Axis(labelExpr=FEWER_OR_MORE, tickCount=5))
    colour = alt.Color("side:N", legend=None, scale=alt.Scale(domain=["before", "after"], range=[GREY, DARK]))
    shape = alt.Shape("side:N", legend=None, scale=alt.Scale(domain=["before", "after"], range=["square", "circle"]))
    nought = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK, strokeDash=[5, 4]).encode(y="y:Q")
    began = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color=WARM, strokeWidth=2).encode(x="x:Q")
    label = alt.Chart(pd.DataFrame({"x": [0], "words": ["Scoring began"]}))
    told = words_on(label, at={"x": "x:Q", "y": alt.value(10), "text": "words:N"}, align="left", dx=6, fontSize=FONT)
    ranges = base.mark_rule(strokeWidth=4).encode(x=x, y=y, y2="high_in_100:Q", color=colour)
    points = base.mark_point(size=150, filled=True, opacity=1).encode(
        x=x, y="apart_in_100:Q", color=colour, shape=shape
    )
    return configured(alt.layer(nought, began, ranges, points, *told).properties(height=300))


def _when(half_year: int) -> str:
    months = 6 * (-half_year if half_year < 0 else half_year + 1)
    return f"{months} to {months - 6} months before" if half_year < 0 else f"{months - 6} to {months} months after"


def _signed(families: float) -> str:
    whole = round(families)
    return "none" if whole == 0 else f"{abs(whole)} {'fewer' if whole < 0 else 'more'}"
