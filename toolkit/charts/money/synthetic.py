"""Charts of a synthetic county: the council beside its mixture, and how far each other council parted from its own."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from toolkit.charts.theme import DARK, GREY, INK, WARM, AnyChart, Drawn, configured, drawn_once, year_axis

MOST = 100
"""Gaps are drawn up to this many in 100 either way."""
_MIXTURE = "Mixture"


def table_of_path(rows: pd.DataFrame, council: str) -> pd.DataFrame:
    """Return the table that `path_chart` draws: ``year``, ``who`` (the council or its mixture) and ``rate``.

    Parameters
    ----------
    rows
        ``year``, ``rate`` and ``mixture``, for every 10,000 children.
    council
        The council's name.
    """
    parts = [
        pd.DataFrame({"year": rows["year"].astype(int), "who": who, "rate": rows[column].round().astype(int)})
        for who, column in ((council, "rate"), (_MIXTURE, "mixture"))
    ]
    return pd.concat(parts, ignore_index=True)


def path_in_words(table: pd.DataFrame) -> str:
    """Return what the chart shows for a person who cannot see it."""
    last = table["year"].max()
    said = [f"{who} {rate}" for who, rate in table.loc[table["year"] == last, ["who", "rate"]].itertuples(index=False)]
    return f"Rates for every 10,000 children, {table['year'].min()} to {last}. In the last year: {', '.join(said)}."


@drawn_once
def path_chart(table: pd.DataFrame, treated_year: int) -> Drawn:
    """Draw the council's rate and its mixture's by year, with a line where what was done can first have worked."""
    names = [who for who in table["who"].drop_duplicates() if who != _MIXTURE]
    colour = alt.Color("who:N", title=None, scale=alt.Scale(domain=[*names, _MIXTURE], range=[DARK, WARM]))
    dash = alt.StrokeDash("who:N", title=None, scale=alt.Scale(domain=[*names, _MIXTURE], range=[[1, 0], [6, 4]]))
    lines = (
        alt.Chart(table)
        .mark_line(strokeWidth=3, point=True)
        .encode(x=_years(), y=alt.Y("rate:Q", title="For every 10,000 children"), color=colour, strokeDash=dash)
    )
    return configured(alt.layer(_begins(treated_year), lines).properties(height=300))


def table_of_gaps(rows: pd.DataFrame, *, with_council: bool) -> pd.DataFrame:
    """Return the table that `gaps_chart` draws.

    Parameters
    ----------
    rows
        ``area``, ``year``, ``gap`` (a part of what was to be expected) and ``is_council``.
    with_council
        Whether the council itself is drawn: its gap after is the effect, which not every result may show.

    Returns
    -------
    DataFrame
        ``year``, ``line`` (a number for each council, the one asked about 0), ``gap`` in every 100, ``is_council``.
    """
    kept = rows if with_council else rows[~rows["is_council"].astype(bool)]
    line = pd.factorize(kept["area"])[0] + (0 if with_council else 1)
    return pd.DataFrame(
        {
            "year": kept["year"].astype(int).to_numpy(),
            "line": line,
            "gap": (100 * kept["gap"].astype(float)).round().clip(-MOST, MOST).astype(int).to_numpy(),
            "is_council": kept["is_council"].astype(bool).to_numpy(),
        }
    )


def spread_of_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Return by year the ends between which 19 of 20 of the others lie, in every 100: ``year``, ``low``, ``high``."""
    others = table[~table["is_council"]]
    ends = others.groupby("year")["gap"].quantile(np.array([0.025, 0.975])).unstack()
    return pd.DataFrame(
        {
            "year": ends.index.astype(int),
            "low": ends.iloc[:, 0].round().astype(int).to_numpy(),
            "high": ends.iloc[:, 1].round().astype(int).to_numpy(),
        }
    )


def gaps_in_words(spread: pd.DataFrame) -> str:
    """Return what the chart shows for a person who cannot see it."""
    if spread.empty:
        return "No council is drawn."
    last = spread.iloc[-1]
    return (
        f"How far other councils are from their own mixture by year. In {int(last['year'])}, 19 of 20 lie between "
        f"{int(last['low'])} and {int(last['high'])} in every 100 of what was to be expected."
    )


@drawn_once
def gaps_chart(table: pd.DataFrame, treated_year: int) -> Drawn:
    """Draw each other council's gaps as thin lines, with the council's own over them where it is in the table."""
    y = alt.Y("gap:Q", title="In every 100 to be expected", scale=alt.Scale(domain=[-MOST, MOST]))
    nought = alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color=INK).encode(y="y:Q")
    others = (
        alt.Chart(table[~table["is_council"]])
        .mark_line(color=GREY, opacity=0.25, strokeWidth=1)
        .encode(x=_years(), y=y, detail="line:N")
    )
    own = alt.Chart(table[table["is_council"]]).mark_line(color=DARK, strokeWidth=3).encode(x=_years(), y=y)
    return configured(alt.layer(nought, _begins(treated_year), others, own).properties(height=300))


def _years() -> alt.X:
    return alt.X("year:O", title="Year to 31 March", axis=year_axis(labelAngle=0, labelSeparation=12))


def _begins(treated_year: int) -> AnyChart:
    return alt.Chart(pd.DataFrame({"year": [treated_year]})).mark_rule(color=INK, strokeDash=[5, 4]).encode(x=_years())
