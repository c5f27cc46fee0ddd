"""Charts of progress scores: how many moved up and down by starting score, and centres in a funnel."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.web.charts.look import DARK, GREY, WARM, AnyChart, configured

MOVES = {"improved": "Scored higher", "same": "The same", "worse": "Scored lower"}


def change_by_start(rows: pd.DataFrame) -> AnyChart:
    """Return stacked bars, one a starting score, of the shares that moved up, stayed and moved down.

    Parameters
    ----------
    rows
        ``start`` (1-5) and the shares ``share_improved``, ``share_same``, ``share_worse``.
    """
    long = rows.melt("start", [f"share_{name}" for name in MOVES], var_name="move", value_name="share").dropna()
    long["move"] = long["move"].str.removeprefix("share_").map(MOVES)
    long["order"] = long["move"].map({name: place for place, name in enumerate(MOVES.values())})
    bars = (
        alt.Chart(long)
        .mark_bar(stroke="white")
        .encode(
            y=alt.Y("start:O", title="First score"),
            x=alt.X("share:Q", title="Share of families", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])),
            color=alt.Color(
                "move:N", title=None, scale=alt.Scale(domain=list(MOVES.values()), range=[DARK, "#c9d3da", WARM])
            ),
            order="order:O",
        )
    )
    return configured(bars.properties(height=alt.Step(38)))


def funnel_chart(rows: pd.DataFrame) -> AnyChart:
    """Return centres by size and share improved, with the limits that chance alone would seldom pass.

    Parameters
    ----------
    rows
        ``families``, ``share``, ``target`` and the limits ``low_95``, ``high_95``, ``low_99_8``, ``high_99_8`` of each
        centre.
    """
    x = alt.X("families:Q", title="Families scored twice at the centre", axis=alt.Axis(format="d", tickMinStep=1))
    ordered = alt.Chart(rows.sort_values("families"))
    limits = [
        ordered.mark_line(color=GREY, strokeDash=dash, interpolate="linear").encode(
            x=x, y=alt.Y(f"{name}:Q", title="Share that scored higher", axis=alt.Axis(format="%"))
        )
        for name, dash in (("low_95", [6, 3]), ("high_95", [6, 3]), ("low_99_8", [1, 0]), ("high_99_8", [1, 0]))
    ]
    middle = alt.Chart(rows.head(1)).mark_rule(color="#0b0c0c").encode(y="target:Q")
    points = ordered.mark_point(size=80, filled=True, color=DARK, opacity=1).encode(x=x, y="share:Q")
    return configured(alt.layer(*limits, middle, points).properties(height=340))
