"""Charts day by day from the joining day: the share referred in each group, and the difference with its band."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.forest_plot import FEWER_OR_MORE
from toolkit.charts.theme import DARK, INK, PALE, WARM, Drawn, configured, drawn_once, line_legend

GROUPS = {"joined": "Joined a centre", "not_joined": "Families like them that had not"}
_MONTHS = (0, 91, 183, 274, 365, 456, 548, 639, 730, 821, 913, 1004, 1095)
_AS_MONTHS = "datum.value === 0 ? 'joining day' : round(datum.value / 30.4) + ' months'"


@drawn_once
def shares_chart(rows: pd.DataFrame, base: int = 100) -> Drawn:
    """Return two lines: of every ``base`` families in each group, how many had been referred by each day.

    Parameters
    ----------
    rows
        ``day`` (from the joining day), ``joined`` and ``not_joined`` (families in every ``base``).
    base
        The number of families that the lines count in.
    """
    long = rows.melt("day", list(GROUPS), var_name="group", value_name="families").dropna()
    long["group"] = long["group"].map(GROUPS)
    names, title = list(GROUPS.values()), f"Referred, of every {base:,} families"
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=_days(rows),
            y=alt.Y("families:Q", title=title, axis=alt.Axis(tickCount=5, format="~f")),
            color=alt.Color("group:N", legend=line_legend(), scale=alt.Scale(domain=names, range=[DARK, WARM])),
            strokeDash=alt.StrokeDash(
                "group:N", legend=line_legend(), scale=alt.Scale(domain=names, range=[[1, 0], [6, 4]])
            ),
        )
    )
    return configured(lines.properties(height=300))


@drawn_once
def gap_chart(rows: pd.DataFrame) -> Drawn:
    """Return the difference between the groups by each day, with the band that the data fit.

    Parameters
    ----------
    rows
        ``day``, ``difference``, ``low`` and ``high`` (families in every 100; below 0 is fewer).
    """
    base = alt.Chart(rows)
    axis = alt.Axis(labelExpr=FEWER_OR_MORE, tickCount=5)
    y = alt.Y("low:Q", title=None, axis=axis)
    nought = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK, strokeDash=[5, 4]).encode(y="y:Q")
    band = base.mark_area(color=PALE, opacity=0.7).encode(x=_days(rows), y=y, y2="high:Q")
    line = base.mark_line(color=DARK, strokeWidth=2.5).encode(x=_days(rows), y="difference:Q")
    return configured(alt.layer(band, nought, line).properties(height=280))


def _days(rows: pd.DataFrame) -> alt.X:
    last = int(rows["day"].max())
    values = [day for day in _MONTHS if day <= last]
    axis = alt.Axis(values=values, labelExpr=_AS_MONTHS, grid=False, labelOverlap=True)
    return alt.X("day:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, last], nice=False))
