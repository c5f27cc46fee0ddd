"""What families that start at the same score usually reach, as those of other centres show it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.studies.progress_change.on_scale import shown_levels
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import WHO

FEWEST = 5
"""Fewer families at other centres than this that began at a score say nothing of what is usual."""
TWO_KINDS, NOT_KNOWN = "Otherwise the last time", "Not known"


def usual_change(frame: pd.DataFrame) -> Floats:
    """Return, for each family scored twice, the mean change of those at other centres that began at its score.

    Not a number where fewer than five did. A family's own centre has no part in it: one that does well would otherwise
    be held against itself.

    Parameters
    ----------
    frame
        ``first``, ``last`` (all there) and ``centre_id``.
    """
    change = frame["last"] - frame["first"]
    start, here = frame["first"], [frame["first"], frame["centre_id"]]
    total = change.groupby(start).transform("sum") - change.groupby(here).transform("sum")
    count = change.groupby(start).transform("size") - change.groupby(here).transform("size")
    return np.asarray((total / count.where(count >= FEWEST)).to_numpy(dtype=np.float64))


def usual_by_start(frame: pd.DataFrame, instrument: Instrument) -> list[dict[str, float | None]]:
    """Return what is usual by first score, a row for every score of the instrument in order.

    Named ``usual_change`` (each family's by `usual_change`, averaged), and ``usual_from`` to ``usual_to``, the middle
    half of the last scores of families that began there; empty where fewer than five did.
    """
    two = frame[frame["last"].notna()]
    two = two.assign(usual=usual_change(two))
    rows = []
    for score in shown_levels(instrument):
        mine = two[two["first"] == score]
        usual = mine["usual"].mean()
        ends = mine["last"].quantile([0.25, 0.75], interpolation="nearest") if len(mine) >= FEWEST else None
        rows.append(
            {
                "usual_change": None if pd.isna(usual) else float(usual),
                "usual_from": None if ends is None else float(ends.iloc[0]),
                "usual_to": None if ends is None else float(ends.iloc[1]),
            }
        )
    return rows


def against_usual(frame: pd.DataFrame) -> pd.Series:
    """Return each family's change less what is usual of its first score at other centres; of those scored twice."""
    return frame["last"] - frame["first"] - usual_change(frame)


def scorers_of(frame: pd.DataFrame) -> pd.Series:
    """Return who scored each family scored twice: the same both times, otherwise the last time, or not known."""
    said = frame["first_who"].map(WHO)
    is_same = frame["first_who"].eq(frame["last_who"]).fillna(False).astype(bool)
    is_known = frame["first_who"].notna() & frame["last_who"].notna()
    return said.where(is_same, TWO_KINDS).where(is_known, NOT_KNOWN)
