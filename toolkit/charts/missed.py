"""The share of families that had not joined, a point a group, with the range that the data fit around it."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, INK, Drawn, configured, drawn_once


@drawn_once
def missed_chart(rows: pd.DataFrame) -> Drawn:
    """Return points with ranges, one a row, in the rows' order.

    Parameters
    ----------
    rows
        ``label``; ``share``, ``low`` and ``high``, from 0 to 1.
    """
    shown = rows[["label"]].assign(**{name: 100 * rows[name].astype(float) for name in ("share", "low", "high")})
    scale, axis = alt.Scale(domain=[0, 100]), alt.Axis(tickCount=5)
    y = alt.Y("label:N", title=None, sort=list(shown["label"]))
    base = alt.Chart(shown)
    x = alt.X("low:Q", title="Of every 100 families, had not joined", axis=axis, scale=scale)
    lines = base.mark_rule(color=INK, strokeWidth=2.5).encode(y=y, x=x, x2="high:Q")
    points = base.mark_point(size=110, filled=True, opacity=1, color=DARK)
    points = points.encode(y=y, x=alt.X("share:Q", axis=axis, scale=scale))
    return configured(alt.layer(lines, points).properties(height=30 * max(1, len(shown))))


def missed_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of `missed_chart` as a sentence, for whoever does not see it."""
    shares = (100 * rows[["share", "low", "high"]].astype(float)).round().astype(int)
    said = [
        f"{label}: {share} in 100 ({low} to {high})"
        for label, share, low, high in zip(rows["label"], *(shares[name] for name in shares), strict=True)
    ]
    return f"{'; '.join(said)}."
