"""Chart of one centre's families scored twice by half year: how many scored better, before what the county's did."""

from __future__ import annotations

import altair as alt
import pandas as pd

from toolkit.charts.own_half_years import half_year
from toolkit.charts.theme import DARK, PALE, AnyChart, configured

SHARE = "Scored better, of every 100"
_AXIS = alt.Axis(format="d", tickCount=5)


def told(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the half years of which a share is told."""
    return rows[rows["improved_in_100"].notna()]


def trend_of_centre(rows: pd.DataFrame, county: tuple[int, int] | None) -> AnyChart:
    """Return a point a half year, before a band for the middle half of the county's centres where that is known.

    The points are not joined: each is of other families.

    Parameters
    ----------
    rows
        ``starts_on`` and ``improved_in_100`` (empty where it is not told: such a half year has its place and no point).
    county
        The ends of the band, in 100; ``None`` where none is published.
    """
    named = rows.assign(half_year=[half_year(day) for day in rows["starts_on"]])
    x = alt.X("half_year:O", title=None, sort=list(named["half_year"]), axis=alt.Axis(labelAngle=0))
    scale = alt.Scale(domain=[0, 100])
    points = (
        alt.Chart(named[named["improved_in_100"].notna()])
        .mark_point(filled=True, size=110, color=DARK, opacity=1)
        .encode(x=x, y=alt.Y("improved_in_100:Q", title=SHARE, scale=scale, axis=_AXIS))
    )
    if county is None:
        return configured(points.properties(height=260))
    band = (
        alt.Chart(pd.DataFrame({"low": [county[0]], "high": [county[1]]}))
        .mark_rect(color=PALE, opacity=0.6)
        .encode(y=alt.Y("low:Q", title=SHARE, scale=scale, axis=_AXIS), y2="high:Q")
    )
    return configured((band + points).properties(height=260))


def trend_of_centre_in_words(rows: pd.DataFrame, county: tuple[int, int] | None) -> str:
    """Return the chart in sentences, for whoever does not see it."""
    shares = told(rows)[["starts_on", "improved_in_100"]].to_dict("records")
    said = [f"{half_year(row['starts_on'])}: {row['improved_in_100']:.0f} of every 100." for row in shares]
    band = "" if county is None else f" The middle half of the county's centres lie from {county[0]} to {county[1]}."
    return f"Families scored twice that scored better, by the half year of the first score. {' '.join(said)}{band}"


def table_of_trend(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the chart as a table with the words of a page."""
    found = told(rows)
    return pd.DataFrame(
        {
            "First scored in": [half_year(day) for day in found["starts_on"]],
            "Scored twice": found["scored_again"].astype(int).tolist(),
            SHARE: [f"{share:.0f}" for share in found["improved_in_100"]],
        }
    )
