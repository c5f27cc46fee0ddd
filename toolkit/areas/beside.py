"""A council's rate beside its neighbours', its region's and England's, per 10,000 children: for any page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from toolkit.areas.panel import PER, AreaPanel
from toolkit.errors import InputError

PLACES = ("council", "neighbours", "region", "england")


@dataclass(frozen=True, slots=True)
class Beside:
    """A council's rate beside others'.

    Attributes
    ----------
    area, name
        The council.
    rates
        One row a year: ``year`` (ending), ``council``, ``neighbours``, ``region`` and ``england`` (per 10,000 children;
        missing where not published), and ``neighbours_councils`` and so on (those counted in them).
    """

    area: str
    name: str
    rates: pd.DataFrame


def beside(panel: AreaPanel, area: str, measure: str = "referrals", *, neighbours: Collection[str] = ()) -> Beside:
    """Return a council's rate beside its neighbours', its region's and England's.

    Those are the sums of all councils with a count and a population that year: a council without one is in no sum.

    Parameters
    ----------
    panel, area, measure
        The councils, the one asked about (ONS code), and what is counted.
    neighbours
        ONS codes of councils like it, such as its statistical neighbours
        (`toolkit.intake.published.neighbours.read_neighbours`).

    Raises
    ------
    InputError
        When the panel has no such council or measure.
    """
    panel.rate_of(measure)
    frame = panel.frame
    own = frame[frame["area"] == area]
    if own.empty:
        raise InputError(f"The panel has no council {area}. Import the Department's files that hold it.")
    region = own["region"].iloc[0]
    known = frame[frame[measure].notna() & frame["population"].notna()]
    like = known[known["area"].isin(neighbours)]
    sums = {"neighbours": like, "region": known[known["region"] == region], "england": known}
    rates = pd.DataFrame({"council": own.set_index("year")[measure] / own.set_index("year")["population"] * PER})
    for name, rows in sums.items():
        by = rows.groupby("year").agg(
            count=(measure, "sum"), population=("population", "sum"), councils=("area", "nunique")
        )
        rates[name] = by["count"] / by["population"] * PER
        rates[f"{name}_councils"] = by["councils"].reindex(rates.index).fillna(0).astype(int)
    return Beside(area, str(own["name"].iloc[0]), rates.reset_index())
