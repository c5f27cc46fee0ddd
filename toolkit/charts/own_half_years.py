"""Chart of one centre's families by half year: how many were scored again. How far scores moved is told, not drawn."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, PALE, Drawn, configured, drawn_once

AGAIN, NOT_AGAIN = "Scored again", "Not scored again"
SHARE, CHANGE = "Of every 100", "Average change, points"
TOO_FEW = "too few"
_KINDS = {"scored_again": AGAIN, "not_again": NOT_AGAIN}


@drawn_once
def half_years_of_centre(rows: pd.DataFrame) -> Drawn:
    """Return a bar a half year: families by their first score, in those that were scored again and those that were not.

    A line of average change would be read as what support did, and it is neither that nor of the same families; it
    stands in the table, with its range.

    Parameters
    ----------
    rows
        ``starts_on``, ``families`` and ``scored_again``.
    """
    named = rows.assign(half_year=[half_year(day) for day in rows["starts_on"]])
    named["not_again"] = named["families"] - named["scored_again"]
    long = named.melt("half_year", list(_KINDS), var_name="kind", value_name="count")
    long["order"] = long["kind"].map({name: place for place, name in enumerate(_KINDS)})
    long["kind"] = long["kind"].map(_KINDS)
    bars = (
        alt.Chart(long)
        .mark_bar(stroke=GREY, size=22)
        .encode(
            y=alt.Y("half_year:O", title=None, sort=list(named["half_year"])),
            x=alt.X("count:Q", title="Families first scored", axis=alt.Axis(format="d", tickMinStep=1, tickCount=5)),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(domain=list(_KINDS.values()), range=[DARK, PALE])),
            order="order:O",
        )
    )
    return configured(bars.properties(height=36 * max(1, len(named))))


def half_years_of_centre_in_words(rows: pd.DataFrame) -> str:
    """Return the numbers of the chart and the average changes as sentences, for whoever does not see it.

    Parameters
    ----------
    rows
        As for `table_of_half_years`.
    """
    if not len(rows):
        return "No family has been scored."
    said = []
    for row in rows.to_dict("records"):
        moved = ""
        if not pd.isna(row["mean_change"]):
            moved = f", who moved by {signed(row['mean_change'])} points on average{_range(row)}"
        said.append(
            f"{half_year(row['starts_on'])}: {row['scored_again']:,} of {row['families']:,} scored again{moved}."
        )
    return f"Families by the half year of their first score. {' '.join(said)}"


def table_of_half_years(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the chart, with how far scores moved, as a table with the words of a page.

    Parameters
    ----------
    rows
        ``starts_on``, ``families``, ``scored_again``, ``share_again``, ``mean_change``, ``low``, ``high``; what is not
        told is empty, and a column of which nothing is told is left out.
    """
    found = rows.to_dict("records")
    table = pd.DataFrame(
        {
            "First scored in": [half_year(row["starts_on"]) for row in found],
            "Families": [int(row["families"]) for row in found],
            "Scored again": [int(row["scored_again"]) for row in found],
            SHARE: [TOO_FEW if pd.isna(row["share_again"]) else f"{100 * row['share_again']:.0f}" for row in found],
            CHANGE: [
                TOO_FEW if pd.isna(row["mean_change"]) else f"{signed(row['mean_change'])}{_range(row)}"
                for row in found
            ],
        }
    )
    return table.drop(columns=[name for name in (SHARE, CHANGE) if (table[name] == TOO_FEW).all()])


def half_year(starts_on: pd.Timestamp) -> str:
    """Return a half year's name."""
    return f"{'Jan to Jun' if starts_on.month == 1 else 'Jul to Dec'} {starts_on.year}"


def signed(points: float) -> str:
    """Return points to two places with their sign, so that a range clear of 0 reads so; nothing has no sign."""
    rounded = round(float(points), 2)
    return "0" if rounded == 0 else f"{rounded:+.2f}".rstrip("0").rstrip(".").replace("-", "−")


def _range(row: Mapping[Hashable, Any]) -> str:
    return "" if pd.isna(row["low"]) else f" ({signed(row['low'])} to {signed(row['high'])})"
