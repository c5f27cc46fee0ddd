"""The picture of a decision: a mark for each criterion, and beside it, as wide as a phone, what it says in words."""

from __future__ import annotations

import textwrap
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, Drawn, configured, drawn_once

STANDS = ("Not met", "Not known", "Met")
NOT_KNOWN = STANDS[1]
_COLOURS, _SHAPES = (WARM, GREY, DARK), ("diamond", "square", "circle")
_LEFT, _BESIDE = 12, 18
ROW = 74
_IS_NARROW = "width < 300"
_FITS = 40
"""Letters of smaller words that fit where it is narrow: a phone of 320 pixels."""


def criteria_in_words(rows: pd.DataFrame) -> str:
    """Return the picture as text: every criterion with how it stands, what was found and what was asked."""
    if not len(rows):
        return "There is nothing to decide on yet."
    return " ".join(f"{row['claim']}: {_stands(row)}. Asked: {row['asked']}." for row in rows.to_dict("records"))


@drawn_once
def criteria_chart(rows: pd.DataFrame, *, stands: Sequence[str] = STANDS) -> Drawn:
    """Return a mark a criterion in the order of the rows, with its claim, how it stands and what was asked beside it.

    Of one that is not known what was found is left to the table: a range is no finding.

    Parameters
    ----------
    rows
        ``claim``, ``stands`` (one of ``stands``), ``found`` and ``asked``, in words.
    stands
        How a criterion may stand, from worst to best.
    """
    lines = [(_stands(row), f"Asked: {row['asked']}") for row in rows.to_dict("records")]
    broken = ["\n".join(textwrap.fill(line, _FITS) for line in both) for both in lines]
    below = ["\n".join(both) for both in lines]
    base = alt.Chart(rows[["claim", "stands"]].assign(below=below, broken=broken)).encode(
        y=alt.Y("claim:N", title=None, sort=list(rows["claim"]), axis=None), x=alt.value(_LEFT)
    )
    colour = alt.Color("stands:N", legend=None, scale=alt.Scale(domain=list(stands), range=list(_COLOURS)))
    shape = alt.Shape("stands:N", legend=None, scale=alt.Scale(domain=list(stands), range=list(_SHAPES)))
    marks = base.mark_point(size=190, filled=True, opacity=1).encode(shape=shape, color=colour)
    size = alt.expr(f"{_IS_NARROW} ? {FONT - 2} : {FONT}")
    style: dict[str, Any] = {"align": "left", "fontSize": size, "color": INK, "dx": _BESIDE}
    claims = base.mark_text(**style, dy=-17, fontWeight=600).encode(text="claim:N")
    height, words = alt.expr(f"{_IS_NARROW} ? 14 : 18"), alt.expr(f"{_IS_NARROW} ? datum.broken : datum.below")
    told = base.mark_text(**style, dy=3, lineBreak="\n", lineHeight=height, text=words)
    return configured(alt.layer(marks, claims, told).properties(height=ROW * max(1, len(rows))))


def _stands(row: Mapping[Hashable, str]) -> str:
    return row["stands"] if row["stands"] == NOT_KNOWN else f"{row['stands']}: {row['found']}".rstrip(".")
