"""Chart of a decision's criteria: each claim under its mark, whose shape tells whether it is met, not met or not known.

It has its content as a sentence, for whoever does not see it.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, FONT, GREY, INK, WARM, AnyChart, configured

_SHAPES, _COLOURS = ["circle", "diamond", "square"], [DARK, WARM, GREY]
_LEFT = 12
ROW = 52


def criteria_chart(rows: pd.DataFrame, stands: tuple[str, str, str]) -> AnyChart:
    """Return a mark a criterion, in the order of the rows, with its claim and how it stands beside the mark.

    Parameters
    ----------
    rows
        ``claim`` and ``stands``.
    stands
        What ``stands`` may be: met, not met, not known.
    """
    shown = rows.assign(words=[f"{claim}\n{how}" for claim, how in zip(rows["claim"], rows["stands"], strict=True)])
    y = alt.Y("claim:N", title=None, sort=list(shown["claim"]), axis=None)
    domain = list(stands)
    marks = (
        alt.Chart(shown)
        .mark_point(size=190, filled=True, opacity=1)
        .encode(
            y=y,
            x=alt.value(_LEFT),
            shape=alt.Shape("stands:N", legend=None, scale=alt.Scale(domain=domain, range=_SHAPES)),
            color=alt.Color("stands:N", legend=None, scale=alt.Scale(domain=domain, range=_COLOURS)),
        )
    )
    words = (
        alt.Chart(shown)
        .mark_text(align="left", baseline="middle", fontSize=FONT, color=INK, lineBreak="\n", dx=18)
        .encode(y=y, x=alt.value(_LEFT), text="words:N")
    )
    return configured(alt.layer(marks, words).properties(height=ROW * max(1, len(shown))))


def criteria_in_words(rows: pd.DataFrame) -> str:
    """Return the criteria as sentences, for whoever does not see the chart."""
    return " ".join(f"{row['claim']}: {str(row['stands']).lower()}." for row in rows.to_dict("records"))
