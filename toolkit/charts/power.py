"""The chart of power: how likely these records are to show a fall of each size."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, Drawn, configured, drawn_once

ENOUGH = 0.8
"""The chance that is usually asked for."""


@drawn_once
def power_chart(rows: pd.DataFrame) -> Drawn:
    """Return a line from the size of a fall to the chance of seeing it, with the chance that is asked for.

    Parameters
    ----------
    rows
        ``effect_in_100`` (fewer families in every 100) and ``power`` (a share).
    """
    asked = alt.Chart(pd.DataFrame({"power": [ENOUGH]})).mark_rule(color=GREY, strokeDash=[6, 4]).encode(y="power:Q")
    line = (
        alt.Chart(rows)
        .mark_line(color=DARK, strokeWidth=2.5)
        .encode(
            x=alt.X(
                "effect_in_100:Q",
                title="Fewer in every 100 families, in truth",
                axis=alt.Axis(tickCount=6, grid=False),
                scale=alt.Scale(nice=False),
            ),
            y=alt.Y(
                "power:Q",
                title="Chance of seeing it",
                axis=alt.Axis(format="%", tickCount=5),
                scale=alt.Scale(domain=[0, 1]),
            ),
        )
    )
    return configured(alt.layer(asked, line).properties(height=280))
