"""The share of families referred, day by day, in both groups, and the difference with its interval."""

from __future__ import annotations

import pandas as pd

from toolkit.cohort.censoring import weight_name
from toolkit.stats import km_difference
from toolkit.studies.matched_cohort.comparison import Comparison

_EVERY = 7


def curve_table(comparison: Comparison, event: str, *, cluster: str) -> pd.DataFrame:
    """Return one row a week: ``day``, ``joined``, ``not_joined`` (shares), ``difference``, ``low``, ``high``.

    The share is Aalen and Johansen's cumulative incidence, with entry into care as a competing event; families whose
    event or whose whole time is known stand for those lost before (`toolkit.cohort.censoring`). Intervals are clustered
    by ``cluster`` and by matched set, each for its day alone.

    Parameters
    ----------
    comparison
        The matched families.
    event
        What is followed to its first day, as the protocol's ``curve`` names it.
    cluster
        The protocol's cluster.
    """
    weights = comparison.set_weights * comparison.inside[weight_name(event)].to_numpy(dtype=float)
    rows, weights = comparison.inside[weights > 0], weights[weights > 0]
    last = int(rows.loc[rows["follow_up"] == "complete", "days_followed"].min())
    found = km_difference(
        rows[f"days_to_{event}"].to_numpy(dtype=float),
        rows[f"event_{event}"].to_numpy(dtype=int),
        (rows["role"] == "joined").to_numpy().astype(int),
        times=[*range(_EVERY, last, _EVERY), last],
        weights=weights,
        cluster=[rows[cluster].cat.codes.to_numpy(), rows["set"].to_numpy()],
    )
    names = {"time": "day", "risk_treated": "joined", "risk_control": "not_joined"}
    return found.table.rename(columns=names)[["day", "joined", "not_joined", "difference", "low", "high"]]
