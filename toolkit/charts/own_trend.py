"""Chart of one centre over time: what share of its families scored twice scored better, before the county's centres."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.own_half_years import half_year
from toolkit.charts.theme import DARK, PALE, Drawn, configured, drawn_once

SHARE = "Scored better, of every 100"
_AXIS = alt.Axis(format="d", tickCount=5)
_SCALE = alt.Scale(domain=[0, 100])


def span(starts_on: pd.Timestamp, until: pd.Timestamp) -> str:
    """Return the name of a run of half years: "Jan to Jun 2009", or "Jan 2009 to Dec 2010"."""
    if starts_on == until:
        return half_year(starts_on)
    return f"{starts_on:%b %Y} to {'Jun' if until.month == 1 else 'Dec'} {until.year}"


@drawn_once
def trend_of_centre(rows: pd.DataFrame, county: tuple[int, int] | None) -> Drawn:
    """Return a point with its range for each run of half years, before the middle half of the county's centres.

    The points are not joined: each is of other families.

    Parameters
    ----------
    rows
        ``starts_on``, ``until``, ``improved_in_100``, ``low`` and ``high``.
    county
        The ends of the band, in 100; ``None`` where none is published.
    """
    named = rows.assign(name=[span(*ends) for ends in zip(rows["starts_on"], rows["until"], strict=True)])
    y = alt.Y("name:O", title=None, sort=list(named["name"]))
    x = alt.X("improved_in_100:Q", title=SHARE, scale=_SCALE, axis=_AXIS)
    ranges = (
        alt.Chart(named)
        .mark_rule(color=DARK, strokeWidth=2)
        .encode(y=y, x=alt.X("low:Q", title=SHARE, scale=_SCALE, axis=_AXIS), x2="high:Q")
    )
    points = alt.Chart(named).mark_point(filled=True, size=110, color=DARK, opacity=1).encode(y=y, x=x)
    layers = ranges + points
    if county is not None:
        band = alt.Chart(pd.DataFrame({"from": [county[0]], "to": [county[1]]})).mark_rect(color=PALE, opacity=0.6)
        layers = band.encode(x=alt.X("from:Q", title=SHARE, scale=_SCALE, axis=_AXIS), x2="to:Q") + layers
    return configured(layers.properties(height=44 * max(2, len(named))))


def trend_of_centre_in_words(rows: pd.DataFrame, county: tuple[int, int] | None) -> str:
    """Return the chart in sentences, for whoever does not see it."""
    said = [
        f"{span(row['starts_on'], row['until'])}: {row['improved_in_100']:.0f} of every 100, and it may be "
        f"{row['low']:.0f} to {row['high']:.0f}."
        for row in rows.to_dict("records")
    ]
    band = "" if county is None else f" The middle half of the county's centres lie from {county[0]} to {county[1]}."
    return f"Families scored twice that scored better, by the half years of the first score. {' '.join(said)}{band}"


def table_of_trend(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the chart as a table with the words of a page."""
    found = rows.to_dict("records")
    return pd.DataFrame(
        {
            "First scored in": [span(row["starts_on"], row["until"]) for row in found],
            "Scored twice": [int(row["scored_again"]) for row in found],
            SHARE: [f"{row['improved_in_100']:.0f}" for row in found],
            "It may be": [f"{row['low']:.0f} to {row['high']:.0f}" for row in found],
        }
    )
