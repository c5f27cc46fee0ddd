"""A chart of one place's rate over the years beside others': each line with a colour and a dash of its own."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, INK, WARM, Drawn, configured, drawn_once, line_legend

_COLOURS, _DASHES = [DARK, WARM, INK, GREY], [[1, 0], [6, 4], [10, 3, 2, 3], [2, 3]]


@drawn_once
def beside_chart(rates: pd.DataFrame, places: Mapping[str, str], counted: str) -> Drawn:
    """Return a line a place by year, from nought, and an upright bar where the first place's count was hidden.

    Parameters
    ----------
    rates
        A row a year: ``year`` as it is written, a rate for each of ``places`` (missing where it is not known), and
        ``low`` and ``high``, between which the first place's rate lies where its count was hidden.
    places
        What each line is called, by its column, the one that is looked at first.
    counted
        What the axis counts.
    """
    years = list(rates["year"])
    long = rates.melt("year", list(places), var_name="place", value_name="rate")
    long = long.assign(place=long["place"].map(places), rate=long["rate"].astype(float))
    names = list(places.values())
    top = float(pd.concat([long["rate"], rates["high"]]).max() or 1.0) * 1.1
    x = alt.X("year:O", title="Year, April to March", sort=years, axis=alt.Axis(labelAngle=-45, labelOverlap=True))
    y = alt.Y("rate:Q", title=counted, scale=alt.Scale(domain=[0, top], nice=False), axis=alt.Axis(tickCount=5))
    colours = alt.Scale(domain=names, range=_COLOURS[: len(names)])
    dashes = alt.Scale(domain=names, range=_DASHES[: len(names)])
    base = alt.Chart(long).encode(x=x, y=y, color=alt.Color("place:N", legend=line_legend(), scale=colours))
    lines = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=alt.StrokeDash("place:N", legend=line_legend(), scale=dashes)
    )
    marks = base.transform_filter("isValid(datum.rate)").mark_point(size=55, filled=True, opacity=1)
    layers = [lines, marks]
    hidden = rates.dropna(subset=["low"])[["year", "low", "high"]]
    if len(hidden):
        bars = alt.Chart(hidden).mark_rule(color=DARK, strokeWidth=4)
        layers.append(bars.encode(x=x, y=alt.Y("low:Q"), y2="high:Q"))
    return configured(alt.layer(*layers).properties(height=340))
