"""Charts of how alike two groups are, before and after matching or weighting: on each term, and in their scores."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.charts.theme import DARK, PALE, WARM, Drawn, configured, drawn_once

BINS = 40
BALANCED = 0.1
"""Standard deviations within which two groups are commonly called alike: where the band ends."""


@drawn_once
def balance_chart(
    rows: pd.DataFrame, limit: float, *, by: str = "matching", title: str = "Standard deviations apart"
) -> Drawn:
    """Return each term's standardised difference before and after, within the band that is allowed.

    Parameters
    ----------
    rows
        ``label``, ``before``, ``after`` (standardised mean differences).
    limit
        The largest that passes.
    by
        What was done: the legend says "Before matching".
    title
        Of the axis.
    """
    names = {"before": f"Before {by}", "after": f"After {by}"}
    long = rows.melt("label", list(names), var_name="when", value_name="difference")
    long["when"] = long["when"].map(names)
    order = list(rows.sort_values("before", key=abs, ascending=False)["label"])
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(grid=True, ticks=False, labelLimit=200))
    allowed = (
        alt.Chart(pd.DataFrame({"low": [-limit], "high": [limit]}))
        .mark_rect(color=PALE, opacity=0.45)
        .encode(x="low:Q", x2="high:Q")
    )
    points = (
        alt.Chart(long)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=alt.X("difference:Q", title=title, axis=alt.Axis(tickCount=5, format=".1~f")),
            y=y,
            shape=alt.Shape("when:N", title=None, scale=_two(names, "diamond", "circle")),
            color=alt.Color("when:N", title=None, scale=_two(names, WARM, DARK)),
        )
    )
    return configured((allowed + points).properties(height=27 * len(rows)))


def _two(names: dict[str, str], before: str, after: str) -> alt.Scale:
    return alt.Scale(domain=list(names.values()), range=[before, after])


@drawn_once
def overlap_chart(
    score: NDArray[np.floating], treated: NDArray[np.bool_], weights: NDArray[np.floating], *, by: str = "matching"
) -> Drawn:
    """Return the score's distribution in each arm, before and after.

    Parameters
    ----------
    score, weights
        Each row's score, and its weight afterwards.
    treated
        The arms.
    by
        What was done.
    """
    edges = np.linspace(score.min(), score.max(), BINS + 1)
    parts = []
    for when, mass in ((f"Before {by}", np.ones(len(score))), (f"After {by}", weights)):
        for arm, inside in (("treated", treated), ("comparison", ~treated)):
            height, _ = np.histogram(score[inside], bins=edges, weights=mass[inside])
            share = height / max(height.sum(), 1e-300)
            parts.append(pd.DataFrame({"from": edges[:-1], "to": edges[1:], "share": share, "arm": arm, "when": when}))
    return configured(
        alt.Chart(pd.concat(parts, ignore_index=True))
        .mark_bar(opacity=0.6)
        .encode(
            x=alt.X("from:Q", title="score", bin="binned"),
            x2="to:Q",
            y=alt.Y("share:Q", title="share of the arm", stack=None),
            color=alt.Color("arm:N", title=None, scale=alt.Scale(domain=["treated", "comparison"], range=[DARK, WARM])),
            row=alt.Row("when:N", sort=[f"Before {by}", f"After {by}"], title=None),
        )
        .properties(height=140),
        is_wide=False,
    )
