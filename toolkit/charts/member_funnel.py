"""A funnel for members: centres as points by size, between curves that luck alone seldom passes; none is named."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, INK, PALE, Drawn, configured, drawn_once


@drawn_once
def member_funnel(points: pd.DataFrame, limits: pd.DataFrame, middle: float) -> Drawn:
    """Return the funnel, from nought to 100.

    Parameters
    ----------
    points
        ``families`` and ``in_100``, a row a centre.
    limits
        ``families``, ``low_95``, ``high_95``, ``low_99`` and ``high_99``.
    middle
        The share of all together.
    """
    x = alt.X("families:Q", title="Families scored twice at the centre", axis=alt.Axis(format="d", tickMinStep=1))
    y = alt.Y("in_100:Q", title="Of every 100, scored better", scale=alt.Scale(domain=[0, 100]))
    band = alt.Chart(limits)
    edges = [
        band.mark_line(color=GREY, strokeDash=dash).encode(x=x, y=alt.Y(f"{end}:Q"))
        for end, dash in (("low_95", [4, 3]), ("high_95", [4, 3]), ("low_99", [1, 0]), ("high_99", [1, 0]))
    ]
    area = band.mark_area(color=PALE, opacity=0.45).encode(x=x, y=alt.Y("low_99:Q"), y2="high_99:Q")
    rule = alt.Chart(pd.DataFrame({"in_100": [middle]})).mark_rule(color=INK).encode(y=y)
    dots = alt.Chart(points).mark_point(size=90, filled=True, opacity=1, color=DARK).encode(x=x, y=y)
    return configured(alt.layer(area, *edges, rule, dots).properties(height=320))


def funnel_in_words(centres: int, middle: float, outside: int) -> str:
    """Return what the chart shows for a person who cannot see it: how many points, about what, how many far from it."""
    return (
        f"{centres} points, a centre each, by how many families it scored twice. A line at {middle} in 100 for all "
        f"together. The curves around it are narrower for larger centres; {outside} points lie beyond the outer ones."
    )
