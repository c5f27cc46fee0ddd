"""A council's rate beside its region's and England's, per 10,000 children: the series any page may set a council by.

Statistical neighbours are not among them: which councils are a council's neighbours is in files that no importer reads.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.areas.panel import PER, AreaPanel
from toolkit.errors import InputError

PLACES = ("council", "region", "england")


@dataclass(frozen=True, slots=True)
class Beside:
    """A council's rate beside others'.

    Attributes
    ----------
    area, name
        The council.
    rates
        One row a year: ``year`` (ending), ``council``, ``region`` and ``england`` (per 10,000 children; missing where
        not published), and ``region_councils`` and ``england_councils`` (those counted in them).
    """

    area: str
    name: str
    rates: pd.DataFrame


def beside(panel: AreaPanel, area: str, measure: str = "referrals") -> Beside:
    """Return a council's rate beside its region's and England's.

    Those are the sums of all councils with a count and a population that year: a council without one is in neither sum.

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
    sums = {"region": known[known["region"] == region], "england": known}
    rates = pd.DataFrame({"council": own.set_index("year")[measure] / own.set_index("year")["population"] * PER})
    for name, rows in sums.items():
        by = rows.groupby("year").agg(
            count=(measure, "sum"), population=("population", "sum"), councils=("area", "nunique")
        )
        rates[name] = by["count"] / by["population"] * PER
        rates[f"{name}_councils"] = by["councils"].reindex(rates.index).fillna(0).astype(int)
    return Beside(area, str(own["name"].iloc[0]), rates.reset_index())
