"""The change in parts: by who scored, and by each thing that the instrument scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.codes import codes_of
from toolkit.studies.estimates import known
from toolkit.studies.progress_change.readings import first_and_last
from toolkit.studies.progress_change.usual import NOT_KNOWN, TWO_KINDS, against_usual, scorers_of
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES, WHO

if TYPE_CHECKING:
    from toolkit.records.snapshots.snapshot import Snapshot

_FIGURES = (
    *("families", "improved", "share_improved", "low_improved", "high_improved"),
    *("mean_change", "low_change", "high_change"),
)


def change_by_scorer(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the change by who scored both times: the same kind of scorer, or another the last time.

    ``against_usual`` is the mean change less what families of other centres that began at the same score moved by,
    whoever scored them: beside it kinds of scorer can be set that score families of another start.
    """
    two = frame[frame["last"].notna()]
    named = scorers_of(two)
    two = two.assign(named=named, against=against_usual(two))
    rows = []
    for name in (*WHO.values(), TWO_KINDS, NOT_KNOWN):
        mine = two[two["named"] == name]
        if not len(mine):
            continue
        comparable = mine[mine["against"].notna()]
        found = clustered_mean(comparable["against"], codes_of(comparable["centre_id"]), is_share=False)
        against = {
            "against_usual": known(found.mean),
            "low_usual": known(found.low),
            "high_usual": known(found.high),
        }
        rows.append({"scorer": name, **_figures(mine), **against})
    return pd.DataFrame(rows, columns=["scorer", *_FIGURES, "against_usual", "low_usual", "high_usual"])


def change_by_dimension(snapshot: Snapshot, instrument: Instrument, *, wait_days: int) -> pd.DataFrame:
    """Return the change in each thing scored, in the instrument's order; no row where only one is scored.

    Families may be scored on one and not on another, so that rows are of other families each.
    """
    scores = snapshot.read("progress_scores")
    of = scores["instrument"].fillna(BUILT_IN).astype(str) == instrument.instrument_id
    there = set(scores.loc[of, "dimension"].fillna(PROGRESS_SCORES.column("dimension").default).astype(str))
    names = [*(name for name in instrument.dimensions if name in there), *sorted(there - set(instrument.dimensions))]
    rows = []
    for name in names if len(names) > 1 else ():
        read = first_and_last(snapshot, dimension=name, wait_days=wait_days, instrument=instrument.instrument_id)
        two = read.frame[read.frame["last"].notna()]
        rows.append({"dimension": name, "scored_in_time": len(read.frame), **_figures(two)})
    return pd.DataFrame(rows, columns=["dimension", "scored_in_time", *_FIGURES])


def _figures(two: pd.DataFrame) -> dict[str, object]:
    change = (two["last"] - two["first"]).to_numpy(dtype=np.float64)
    codes = codes_of(two["centre_id"])
    share = clustered_mean((change > 0) * 1.0, codes)
    mean = clustered_mean(change, codes, is_share=False)
    return {
        "families": len(two), "improved": int((change > 0).sum()), "share_improved": known(share.mean),
        "low_improved": known(share.low), "high_improved": known(share.high), "mean_change": known(mean.mean),
        "low_change": known(mean.low), "high_change": known(mean.high),
    }  # fmt: skip
