"""A chart of a council's rate of referrals beside its region's and England's, with the years its records break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import altair as alt
import pandas as pd

from toolkit.charts.theme import DARK, GREY, INK, WARM, Drawn, configured, drawn_once, line_legend, year_axis

PLACES: Mapping[str, str] = MappingProxyType(
    {"council": "", "region": "Its region", "england": "England", "neighbours": "Councils like it"}
)
"""The lines, each drawn its own way; the last only where a protocol names such councils."""
_COLOURS, _DASHES = [DARK, WARM, GREY, INK], [[1, 0], [6, 4], [2, 3], [10, 3, 2, 3]]


def table_of_course(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the table that `course_chart` draws: ``year`` and a whole rate per 10,000 of each place, by year."""
    table = pd.DataFrame({"year": rows["year"].astype(int)})
    for place in (place for place in PLACES if place in rows):
        table[place] = pd.to_numeric(rows[place], errors="coerce").round().astype("Int64")
    return table.sort_values("year", ignore_index=True)


def course_in_words(table: pd.DataFrame, council: str) -> str:
    """Return what the chart shows for a person who cannot see it."""
    if table.empty:
        return "No year is drawn."
    first, last = table.iloc[0], table.iloc[-1]
    return (
        f"Referrals of every 10,000 children, years to March {first['year']} and {last['year']}. {council}: "
        f"{first['council']} and {last['council']}. England: {first['england']} and {last['england']}."
    )


@drawn_once
def course_chart(table: pd.DataFrame, council: str, breaks: Sequence[int]) -> Drawn:
    """Draw the rates by year, a line a place, and a rule at each year the council's records break.

    Parameters
    ----------
    table
        As `table_of_course` returns it.
    council
        Its name.
    breaks
        Years ending from which what it records is another thing.
    """
    names = {place: said or council for place, said in PLACES.items() if place in table}
    long = table.melt("year", list(names), var_name="place", value_name="rate").dropna()
    long = long.assign(place=long["place"].map(names), rate=long["rate"].astype(float))
    kinds = list(names.values())
    colours = alt.Scale(domain=kinds, range=_COLOURS[: len(kinds)])
    dashes = alt.Scale(domain=kinds, range=_DASHES[: len(kinds)])
    top = float(long["rate"].max()) * 1.1 if len(long) else 1.0
    axis = year_axis(tickMinStep=1, labelSeparation=12)
    x = alt.X("year:Q", title="Year to 31 March", axis=axis, scale=alt.Scale(nice=False))
    y = alt.Y("rate:Q", title="Referrals of every 10,000 children", scale=alt.Scale(domain=[0, top], nice=False))
    lines = (
        alt.Chart(long)
        .mark_line(strokeWidth=2.5)
        .encode(
            x=x,
            y=y,
            color=alt.Color("place:N", legend=line_legend(), scale=colours),
            strokeDash=alt.StrokeDash("place:N", legend=line_legend(), scale=dashes),
        )
    )
    rules = alt.Chart(pd.DataFrame({"year": list(breaks)})).mark_rule(color=INK, strokeDash=[3, 3]).encode(x="year:Q")
    return configured(alt.layer(*([rules] if len(breaks) else []), lines).properties(height=320))
