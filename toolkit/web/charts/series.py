"""Charts over time: counts with what was expected, and the days something else happened."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.web.charts.look import DARK, GREY, WARM, AnyChart, configured


def series_chart(rows: pd.DataFrame, events: pd.DataFrame, title: str) -> AnyChart:
    """Return counts as points and line, and the expected course where it is given.

    Parameters
    ----------
    rows
        ``starts_on`` (first day), ``referrals``, and ``expected`` where a model gives it.
    events
        ``on`` and ``what``.
    title
        Of the upright axis.
    """
    x = alt.X("starts_on:T", title=None)
    base = alt.Chart(rows)
    layers = [
        alt.Chart(events).mark_rule(color=GREY, strokeDash=[3, 3]).encode(x="on:T", tooltip=["what:N"]),
        base.mark_line(color=DARK, strokeWidth=2, point=alt.OverlayMarkDef(size=60, filled=True, color=DARK)).encode(
            x=x, y=alt.Y("referrals:Q", title=title, scale=alt.Scale(zero=True))
        ),
    ]
    if "expected" in rows and rows["expected"].notna().any():
        layers.append(base.mark_line(color=WARM, strokeDash=[6, 4], strokeWidth=2).encode(x=x, y="expected:Q"))
    return configured(alt.layer(*layers).properties(height=340))


def compared_chart(rows: pd.DataFrame) -> AnyChart:
    """Return two sources' yearly counts as lines with different marks.

    Parameters
    ----------
    rows
        ``year``, ``source`` and ``referrals``.
    """
    sources = list(dict.fromkeys(rows["source"]))
    lines = (
        alt.Chart(rows)
        .mark_line(point=alt.OverlayMarkDef(size=80, filled=True))
        .encode(
            x=alt.X("year:O", title="Year ending 31 March", axis=alt.Axis(labelAngle=-45)),
            y=alt.Y("referrals:Q", title="Referrals", scale=alt.Scale(zero=True)),
            color=alt.Color("source:N", title=None, scale=alt.Scale(domain=sources, range=[WARM, DARK])),
            shape=alt.Shape("source:N", title=None),
            strokeDash=alt.StrokeDash("source:N", title=None),
        )
    )
    return configured(lines.properties(height=320))
