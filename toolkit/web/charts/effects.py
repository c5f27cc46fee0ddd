"""Charts of an effect: the interval, the two groups as 100 families, and the balance of what was matched on."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from toolkit.web.charts.look import DARK, GREY, WARM, AnyChart, configured


def interval_chart(rows: pd.DataFrame) -> AnyChart:
    """Return points with intervals on one axis of families in every 100.

    Parameters
    ----------
    rows
        ``label``, ``estimate``, ``low``, ``high`` (families in every 100; below 0 is fewer), ``kind`` (how it was
        worked out).
    """
    labels = list(rows["label"])
    y = alt.Y("label:N", sort=labels, title=None)
    base = alt.Chart(rows)
    kinds = alt.Scale(domain=list(dict.fromkeys(rows["kind"])), range=[DARK, WARM])
    tint = alt.Color("kind:N", scale=kinds, legend=None)
    span = base.mark_rule(strokeWidth=4).encode(
        x=alt.X("low:Q", title="fewer  ←  referred in every 100 families  →  more"), x2="high:Q", y=y, color=tint
    )
    point = base.mark_point(size=140, filled=True, opacity=1).encode(
        x="estimate:Q", y=y, color=tint, shape=alt.Shape("kind:N", legend=None)
    )
    nought = alt.Chart(pd.DataFrame({"x": [0]})).mark_rule(color="#0b0c0c", strokeDash=[5, 4]).encode(x="x:Q")
    return configured((nought + span + point).properties(height=alt.Step(46)))


def hundred_families(joined: float, others: float) -> AnyChart:
    """Return two grids of 100 squares, the referred ones dark.

    Parameters
    ----------
    joined, others
        Shares referred in each group.
    """
    groups = (("Joined a centre", joined), ("Alike, had not joined", others))
    rows = [
        {"group": name, "x": place % 20, "y": place // 20, "was": "Referred" if place < round(100 * share) else "Not"}
        for name, share in groups
        for place in range(100)
    ]
    squares = (
        alt.Chart(pd.DataFrame(rows))
        .mark_square(size=130, filled=True, opacity=1)
        .encode(
            x=alt.X("x:O", axis=None),
            y=alt.Y("y:O", axis=None),
            color=alt.Color("was:N", title=None, scale=alt.Scale(domain=["Referred", "Not"], range=[DARK, "#c9d3da"])),
        )
        .properties(width=260, height=75)
    )
    return configured(
        squares.facet(
            row=alt.Row(
                "group:N",
                title=None,
                sort=[g for g, _ in groups],
                header=alt.Header(labelFontSize=14, labelOrient="top", labelAnchor="start"),
            )
        )
    )


def balance_chart(rows: pd.DataFrame, limit: float) -> AnyChart:
    """Return each term's standardised difference before and after matching, with the limit that is allowed.

    Parameters
    ----------
    rows
        ``label``, ``before``, ``after`` (standardised mean differences).
    limit
        The largest that passes.
    """
    long = rows.melt("label", ["before", "after"], var_name="when", value_name="difference")
    long["when"] = long["when"].map({"before": "All families", "after": "Matched families"})
    order = list(rows.sort_values("before", key=abs, ascending=False)["label"])
    points = (
        alt.Chart(long)
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=alt.X("difference:Q", title="Difference between the groups, in standard deviations"),
            y=alt.Y("label:N", sort=order, title=None),
            shape=alt.Shape(
                "when:N", title=None, scale=_two(["All families", "Matched families"], ["diamond", "circle"])
            ),
            color=alt.Color("when:N", title=None, scale=_two(["All families", "Matched families"], [WARM, DARK])),
        )
    )
    limits = alt.Chart(pd.DataFrame({"x": [-limit, limit]})).mark_rule(color=GREY, strokeDash=[4, 4]).encode(x="x:Q")
    return configured((limits + points).properties(height=alt.Step(26)))


def _two(domain: Sequence[str], values: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(domain), range=list(values))
