"""Charts of progress scores: how many moved up and down by starting score, and centres in a funnel."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, INK, PALE, WARM, AnyChart, configured, line_legend

MOVES = {"improved": "Scored better", "same": "The same", "worse": "Scored worse"}
_TINTS = [DARK, PALE, WARM]
_LIMITS = {
    "low_95": "1 time in 20",
    "high_95": "1 time in 20",
    "low_99_8": "1 time in 500",
    "high_99_8": "1 time in 500",
}


def change_by_start(rows: pd.DataFrame) -> AnyChart:
    """Return stacked bars, one a starting score, with the interval of the share that scored better.

    Parameters
    ----------
    rows
        ``start``, ``families``, the shares ``share_improved``, ``share_same``, ``share_worse``, and the interval
        ``low_improved`` to ``high_improved``. Starting scores of no family are left out.
    """
    rows = rows[rows["families"] > 0]
    rows = rows.assign(first=[f"Began at {start:g}" for start in rows["start"]])
    long = rows.melt("first", [f"share_{name}" for name in MOVES], var_name="move", value_name="share").dropna()
    long["move"] = long["move"].str.removeprefix("share_").map(MOVES)
    long["order"] = long["move"].map({name: place for place, name in enumerate(MOVES.values())})
    y = alt.Y("first:O", title=None, sort=list(rows["first"]))
    percent = alt.Axis(format="%", tickCount=5)
    bars = (
        alt.Chart(long)
        .mark_bar(stroke="white", size=22)
        .encode(
            y=y,
            x=alt.X("share:Q", title="Share of families", axis=percent, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("move:N", title=None, scale=alt.Scale(domain=list(MOVES.values()), range=_TINTS)),
            order="order:O",
        )
    )
    whiskers = alt.Chart(rows[rows["low_improved"].notna()])
    halo = whiskers.mark_rule(color="#ffffff", strokeWidth=6).encode(y=y, x="low_improved:Q", x2="high_improved:Q")
    interval = whiskers.mark_rule(color=INK, strokeWidth=2.5).encode(y=y, x="low_improved:Q", x2="high_improved:Q")
    return configured(alt.layer(bars, halo, interval).properties(height=44 * len(rows)))


def funnel_chart(rows: pd.DataFrame) -> AnyChart:
    """Return centres by size and share improved, with the limits that ordinary centres seldom pass.

    Parameters
    ----------
    rows
        ``families``, ``share``, ``target`` and the limits ``low_95``, ``high_95``, ``low_99_8``, ``high_99_8`` of each
        centre.
    """
    x = alt.X("families:Q", title="Families scored twice at the centre", axis=alt.Axis(format="d", tickMinStep=1))
    ordered = rows.sort_values("families")
    long = ordered[["families", *_LIMITS]].melt("families", var_name="limit", value_name="share").dropna()
    long["beyond"] = long["limit"].map(_LIMITS)
    dash = alt.Scale(domain=list(dict.fromkeys(_LIMITS.values())), range=[[6, 4], [1, 0]])
    limits = (
        alt.Chart(long)
        .mark_line(color=GREY)
        .encode(
            x=x,
            y=alt.Y(
                "share:Q",
                title="Share that scored better",
                axis=alt.Axis(format="%", tickCount=5),
                scale=alt.Scale(domain=[0, 1]),
            ),
            detail="limit:N",
            strokeDash=alt.StrokeDash(
                "beyond:N", legend=line_legend("An ordinary centre is beyond the line"), scale=dash
            ),
        )
    )
    middle = alt.Chart(rows.head(1)).mark_rule(color=INK).encode(y="target:Q")
    points = alt.Chart(ordered).mark_point(size=80, filled=True, color=DARK, opacity=1).encode(x=x, y="share:Q")
    return configured(alt.layer(limits, middle, points).properties(height=340))
