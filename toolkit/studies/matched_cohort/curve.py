"""The share of families referred, day by day, in both groups, and the difference with its interval."""

from __future__ import annotations

import pandas as pd

from toolkit.stats import km_difference
from toolkit.studies.matched_cohort.comparison import Comparison
from toolkit.studies.matched_cohort.spec import MatchedCohort

_EVERY = 7


def curve_table(comparison: Comparison, spec: MatchedCohort) -> pd.DataFrame:
    """Return one row a week: ``day``, ``joined``, ``not_joined`` (shares), ``difference``, ``low``, ``high``.

    The share is Aalen and Johansen's cumulative incidence, with entry into care as a competing event. Intervals are
    clustered by the protocol's cluster and by matched set, each for its day alone.
    """
    rows = comparison.inside
    last = int(rows["days_followed"].min())
    found = km_difference(
        rows[f"days_to_{spec.curve}"].to_numpy(dtype=float),
        rows[f"event_{spec.curve}"].to_numpy(dtype=int),
        (rows["role"] == "joined").to_numpy().astype(int),
        times=[*range(_EVERY, last, _EVERY), last],
        weights=comparison.set_weights,
        cluster=[rows[spec.cluster].cat.codes.to_numpy(), rows["set"].to_numpy()],
    )
    names = {"time": "day", "risk_treated": "joined", "risk_control": "not_joined"}
    return found.table.rename(columns=names)[["day", "joined", "not_joined", "difference", "low", "high"]]
