"""Charts of an effect: the two groups as 100 families."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, GROUND, INK, Drawn, configured, drawn_once


@drawn_once
def hundred_families(groups: pd.DataFrame) -> Drawn:
    """Return a grid of 100 squares for each group, those it happened to filled, the rest hollow.

    Parameters
    ----------
    groups
        ``words`` (the group and its count) and ``count`` (of 100).
    """
    was = ["Referred", "Not referred"]
    squares = [
        {"x": place % 20, "y": 7 * group + 1 + place // 20, "was": was[place >= count]}
        for group, count in enumerate(groups["count"])
        for place in range(100)
    ]
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.8, 7 * len(groups) - 1], reverse=True, nice=False))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.5, 19.5], nice=False))
    drawn = (
        alt.Chart(pd.DataFrame(squares))
        .mark_square(size=110, opacity=1, strokeWidth=1.2)
        .encode(
            x=x,
            y=y,
            fill=alt.Fill("was:N", title=None, scale=alt.Scale(domain=was, range=[DARK, GROUND])),
            stroke=alt.Stroke("was:N", title=None, scale=alt.Scale(domain=was, range=[DARK, GREY])),
        )
    )
    headings = groups.assign(y=[7 * group for group in range(len(groups))])
    words = (
        alt.Chart(headings[["words", "y"]])
        .mark_text(align="left", fontSize=FONT + 1, fontWeight="bold", color=INK)
        .encode(x=alt.value(0), y=y, text="words:N")
    )
    return configured((drawn + words).properties(width=300, height=104 * len(groups)), is_wide=False)
