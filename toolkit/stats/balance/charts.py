"""Charts of balance and overlap (Altair), drawn from tables: nothing is worked out here but where bars stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import altair

    from toolkit.stats.arrays.types import Booleans, Floats

THRESHOLD = 0.1  # standardised differences below this are commonly called balanced
BINS = 40


def balance_chart(table: pd.DataFrame) -> altair.LayerChart:
    """Return a chart of each term's standardised difference before and after, with lines at ±0.1.

    Parameters
    ----------
    table : DataFrame
        As `balance_table` returns.
    """
    import altair

    columns = {"smd_before": "before"} | ({"smd": "after"} if "smd" in table else {})
    points = table[list(columns)].rename(columns=columns).rename_axis("term").reset_index()
    order = points["term"].tolist()
    long = points.melt("term", var_name="when", value_name="difference")
    across = altair.X("difference:Q", title="standardised difference in means")
    marks = altair.Chart(long).mark_point(filled=True, size=60).encode(
        x=across,
        y=altair.Y("term:N", sort=order, title=None),
        color=altair.Color("when:N", sort=["before", "after"], title=None),
        shape=altair.Shape("when:N", sort=["before", "after"], title=None),
        tooltip=["term", "when", altair.Tooltip("difference:Q", format=".3f")],
    )  # fmt: skip
    lines = altair.Chart(pd.DataFrame({"difference": [-THRESHOLD, 0.0, THRESHOLD]})).mark_rule(strokeDash=[3, 3])
    chart: altair.LayerChart = lines.encode(x=across) + marks
    return chart


def overlap_chart(score: Floats, treated: Booleans, weights: Floats) -> altair.FacetChart:
    """Return a chart of the score's distribution in each arm, before and after.

    Parameters
    ----------
    score, weights : ndarray, shape (n,)
        Each row's score, and its weight afterwards.
    treated : ndarray of bool, shape (n,)
        The arms.
    """
    import altair

    edges = np.linspace(score.min(), score.max(), BINS + 1)
    parts = []
    for when, mass in (("before", np.ones(len(score))), ("after", weights)):
        for arm, inside in (("treated", treated), ("comparison", ~treated)):
            height, _ = np.histogram(score[inside], bins=edges, weights=mass[inside])
            share = height / max(height.sum(), 1e-300)
            parts.append(pd.DataFrame({"score": edges[:-1], "to": edges[1:], "share": share, "arm": arm, "when": when}))
    bars = altair.Chart(pd.concat(parts)).mark_bar(opacity=0.5).encode(
        x=altair.X("score:Q", bin="binned", title="score"),
        x2="to:Q",
        y=altair.Y("share:Q", stack=None, title="share of the arm"),
        color=altair.Color("arm:N", title=None),
        row=altair.Row("when:N", sort=["before", "after"], title=None),
    )  # fmt: skip
    chart: altair.FacetChart = bars.properties(height=140)
    return chart
