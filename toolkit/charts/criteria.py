"""Chart of a decision's criteria: each claim under its mark, whose shape tells whether it is met, not met or not known.

It has its content as a sentence, for whoever does not see it.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, AnyChart, configured

_SHAPES, _COLOURS = ["circle", "diamond", "square"], [DARK, WARM, GREY]
_LEFT, _BESIDE = 12, 18
ROW = 74


def criteria_chart(rows: pd.DataFrame, stands: tuple[str, str, str]) -> AnyChart:
    """Return a mark a criterion, in the order of the rows, beside it its claim, how it stands, and what was asked.

    Parameters
    ----------
    rows
        ``claim``, ``stands``, ``said`` (how it stands, with its figure where that may be told) and ``asked``.
    stands
        What ``stands`` may be: met, not met, not known.
    """
    below = [f"{said}\n{asked}".strip() for said, asked in zip(rows["said"], rows["asked"], strict=True)]
    base = alt.Chart(rows.assign(below=below)).encode(
        y=alt.Y("claim:N", title=None, sort=list(rows["claim"]), axis=None), x=alt.value(_LEFT)
    )
    domain = list(stands)
    marks = base.mark_point(size=190, filled=True, opacity=1).encode(
        shape=alt.Shape("stands:N", legend=None, scale=alt.Scale(domain=domain, range=_SHAPES)),
        color=alt.Color("stands:N", legend=None, scale=alt.Scale(domain=domain, range=_COLOURS)),
    )
    style = {"align": "left", "fontSize": FONT, "color": INK, "dx": _BESIDE}
    claims = base.mark_text(**style, dy=-17, fontWeight=600).encode(text="claim:N")
    told = base.mark_text(**style, dy=3, lineBreak="\n", lineHeight=18).encode(text="below:N")
    return configured(alt.layer(marks, claims, told).properties(height=ROW * max(1, len(rows))))


def criteria_in_words(rows: pd.DataFrame) -> str:
    """Return the criteria as sentences, for whoever does not see the chart."""
    return " ".join(
        f"{row['claim']}: {str(row['said'])[:1].lower()}{str(row['said'])[1:]}. {row['asked']}".strip()
        + ("." if row["asked"] else "")
        for row in rows.to_dict("records")
    )
