"""What was found beside what was needed, as two bars."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, Drawn, configured, drawn_once


@drawn_once
def held_against_chart(rows: pd.DataFrame) -> Drawn:
    """Return two bars, each under its own words.

    Parameters
    ----------
    rows
        ``what`` (what was found, then what it is held against), ``value`` (0 or above) and ``words``.
    """
    shown = rows.assign(text=rows["what"] + ": " + rows["words"])
    order = list(shown["what"])
    base = alt.Chart(shown[["what", "value", "text"]])
    y = alt.Y("what:N", sort=order, axis=None)
    x = alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=0))
    color = alt.Color("what:N", legend=None, scale=alt.Scale(domain=order, range=[DARK, GREY]))
    bars = base.mark_bar(size=18).encode(x=x, y=y, color=color)
    words = base.mark_text(align="left", baseline="bottom", dy=-12, fontSize=FONT, color=INK)
    return configured((bars + words.encode(x=alt.value(0), y=y, text="text:N")).properties(height=58 * len(order)))
