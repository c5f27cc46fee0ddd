"""Chart of progress scores: how many moved up and down by starting score."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import BENEATH, DARK, GREY, INK, PALE, WARM, Drawn, configured, drawn_once

MOVES = {"improved": "Scored better", "same": "The same", "worse": "Scored worse"}
_TINTS = [DARK, PALE, WARM]


@drawn_once
def change_by_start(rows: pd.DataFrame) -> Drawn:
    """Return stacked bars, one a starting score, and beneath each the interval of the share that scored better.

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
        .mark_bar(stroke=GREY, size=18)
        .encode(
            y=y,
            x=alt.X("share:Q", title="Share of families", axis=percent, scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("move:N", title=None, scale=alt.Scale(domain=list(MOVES.values()), range=_TINTS)),
            order="order:O",
        )
    )
    whiskers = alt.Chart(rows[rows["low_improved"].notna()])
    beneath = alt.Y("first:O", title=None, sort=list(rows["first"]), bandPosition=BENEATH)
    interval = whiskers.mark_rule(color=INK, strokeWidth=3).encode(y=beneath, x="low_improved:Q", x2="high_improved:Q")
    return configured(alt.layer(bars, interval).properties(height=46 * len(rows)))
