"""A chart of areas: how much referrals changed in each, against how much of the money it got for a child."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, Drawn, configured, drawn_once, words_on

MOST = 100
"""Changes are drawn up to this many in 100 either way: a small area's range can be ten times as wide."""
_NAMED = 12
"""Areas up to which every one is named on its point; of more, those with the least and the most money."""
_SIGNED = "datum.value === 0 ? 'no change' : abs(datum.value) + (datum.value < 0 ? ' fewer' : ' more')"


def table_of_areas(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table that `areas_chart` draws, in whole referrals of every 100 expected of an area.

    Parameters
    ----------
    rows
        ``reach_centre_id``, ``dose`` (pounds for each child in a quarter), and ``change``, ``low``, ``high`` and
        ``fitted`` as parts of what was to be expected: -0.1 is ten fewer in every 100.

    Returns
    -------
    DataFrame
        ``area``, ``pounds``, and ``change``, ``low``, ``high`` and ``fitted`` in every 100, by pounds.
    """
    table = pd.DataFrame({"area": rows["reach_centre_id"], "pounds": rows["dose"].round(1)})
    for name in ("change", "low", "high", "fitted"):
        table[name] = (100 * rows[name]).round().astype(int)
    return table.sort_values("pounds", kind="stable", ignore_index=True)


def areas_in_words(table: pd.DataFrame) -> str:
    """Return what the chart shows for a person who cannot see it."""
    if not len(table):
        return "No area is drawn."
    ends = table.iloc[[0, -1]]
    first, last = (_signed(int(fitted)) for fitted in ends["fitted"])
    least, most = (f"{pounds:g}" for pounds in ends["pounds"])
    return (
        f"Each of {len(table)} areas by the money it got for a child, £{least} to £{most} a quarter, and the change of "
        f"its referrals. The line goes from {first} in every 100 at the least money to {last} at the most."
    )


@drawn_once
def areas_chart(table: pd.DataFrame) -> Drawn:
    """Draw each area's change with its range against its money, and the line through them.

    Parameters
    ----------
    table
        As `table_of_areas` returns it. What lies beyond `MOST` is drawn at the edge.
    """
    drawn = table.assign(**{name: table[name].clip(-MOST, MOST) for name in ("change", "low", "high", "fitted")})
    base = alt.Chart(drawn)
    x = alt.X("pounds:Q", title="Pounds for each young child in a quarter", scale=alt.Scale(zero=False))
    axis = alt.Axis(labelExpr=_SIGNED, tickCount=5)
    y = alt.Y("low:Q", title="In every 100 referrals", axis=axis, scale=alt.Scale(domain=[-MOST, MOST]))
    nought = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK, strokeDash=[5, 4]).encode(y="y:Q")
    ranges = base.mark_rule(color=GREY, strokeWidth=2).encode(x=x, y=y, y2="high:Q")
    points = base.mark_point(color=DARK, filled=True, size=80, opacity=1).encode(x=x, y="change:Q")
    line = base.mark_line(color=WARM, strokeWidth=3).encode(x=x, y="fitted:Q")
    named = alt.Chart(drawn if len(drawn) <= _NAMED else drawn.iloc[[0, -1]])
    at = {"x": x, "y": alt.Y("change:Q"), "text": "area:N"}
    names = words_on(named, at=at, align="left", baseline="middle", dx=8, fontSize=FONT)
    return configured(alt.layer(nought, ranges, points, line, *names).properties(height=320))


def _signed(whole: int) -> str:
    return "no change" if whole == 0 else f"{abs(whole)} {'fewer' if whole < 0 else 'more'}"
