"""Other councils' published referrals by month, put together to stand beside a county's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.studies.interrupted_series.periods import By

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

MEASURE = "referrals_month"


def neighbours_by_period(snapshot: Snapshot, frame: pd.DataFrame, neighbours: Sequence[str], by: By) -> Floats | None:
    """Return the neighbours' referrals in each quarter or month; ``None`` unless all are published for all of them.

    A neighbour whose months have a gap is left out of every period: a sum that now holds it and now does not would
    step.

    Parameters
    ----------
    snapshot
        With ``area_counts``.
    frame
        ``first_day`` and ``last_day`` of each period.
    neighbours
        ONS codes.
    """
    if not neighbours or not len(frame):
        return None
    counts = snapshot.read("area_counts")
    rows = counts[(counts["measure"] == MEASURE) & counts["area"].isin(list(neighbours)) & counts["count"].notna()]
    months = pd.period_range(frame["first_day"].iloc[0], frame["last_day"].iloc[-1], freq="M").astype(str)
    table = rows.pivot_table(index="period", columns="area", values="count", aggfunc="first").reindex(months)
    whole = table.loc[:, table.notna().all()]
    if whole.shape[1] == 0:
        return None
    sums = whole.sum(axis=1).to_numpy(dtype=np.float64)
    return np.asarray(sums if by == "month" else sums.reshape(-1, 3).sum(axis=1))
