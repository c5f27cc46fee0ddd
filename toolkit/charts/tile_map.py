"""A tile map: a square of one size for each district or ward, darker for more, with its name and number in it."""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, Drawn, configured, drawn_once

_SIDE, _SMALL_SIDE, _NAMED = 84, 30, 24
_LETTERS = 11
_DARK_FROM = 78  # on a darker square white is read better than ink, on a lighter one ink


@drawn_once
def tile_map(tiles: pd.DataFrame) -> Drawn:
    """Return the map; where there are too many areas for names in them, squares have their numbers alone.

    Parameters
    ----------
    tiles
        ``name``, ``column``, ``row``, ``in_100`` (missing for none) and ``said``.
    """
    is_named = len(tiles) <= _NAMED
    side = _SIDE if is_named else _SMALL_SIDE
    shown = tiles.assign(
        share=pd.to_numeric(tiles["in_100"]).astype(float),
        words=[_in_tile(row["name"], row["said"], is_named=is_named) for row in tiles.to_dict("records")],
        x2=tiles["column"] + 0.96,
        y2=tiles["row"] + 0.96,
        x_middle=tiles["column"] + 0.48,
        y_middle=tiles["row"] + 0.48,
    ).drop(columns=["in_100"])
    columns, rows = int(tiles["column"].max()) + 1, int(tiles["row"].max()) + 1
    x = alt.X("column:Q", axis=None, scale=alt.Scale(domain=[0, columns], nice=False))
    y = alt.Y("row:Q", axis=None, scale=alt.Scale(domain=[0, rows], reverse=True, nice=False))
    ramp = alt.Scale(domain=[0, 100], range=["#ffffff", DARK], interpolate="rgb")
    colour = alt.Color("share:Q", scale=ramp, legend=None)
    base = alt.Chart(shown)
    square = {"x": x, "x2": "x2:Q", "y": y, "y2": "y2:Q"}
    outlines = base.mark_rect(fill="#ffffff", stroke=GREY, strokeWidth=1).encode(**square)
    filled = base.transform_filter("isValid(datum.share)").mark_rect(stroke=GREY, strokeWidth=1)
    ink = alt.condition(f"datum.share > {_DARK_FROM}", alt.value("#ffffff"), alt.value(INK))
    words = base.mark_text(fontSize=FONT - (1 if is_named else 2), lineBreak="\n", baseline="middle").encode(
        x=alt.X("x_middle:Q", axis=None), y=alt.Y("y_middle:Q", axis=None), text="words:N", color=ink
    )
    return configured(
        alt.layer(outlines, filled.encode(**square, color=colour), words).properties(
            width=columns * side, height=rows * side
        ),
        is_wide=False,
    )


def _in_tile(name: str, said: str, *, is_named: bool) -> str:
    if not is_named:
        return said if said.isdigit() else ""
    return "\n".join([*textwrap.wrap(name, _LETTERS), said])
