"""Breaks in recording: a year from which a rate steps or bends further than its own years and others' can explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.areas.panel import AreaPanel
from toolkit.stats.panel.level_breaks import LevelBreak, level_breaks

FORBIDS = "No change in this council's referrals across this year may be put down to money or to a service."


@dataclass(frozen=True, slots=True)
class RecordingBreaks:
    """What was looked at, and which years fired.

    Attributes
    ----------
    fired
        One row a break, the largest first: ``area``, ``name``, ``year`` (the first year ending under the new course),
        ``kind`` (``level``: a step; ``slope``: the course bent, or moved by degrees), ``before`` and ``after`` (rate
        per 10,000 in the year before and in that year), ``step`` (of the log rate, beyond what councils share; of a
        bend, by year), ``score`` (the step in units of the council's wobble) and ``forbids``.
    looked_at
        Council-years with enough others to be judged.
    threshold
        The score from which a year fires.
    wobble
        How much a council's rate moves from one year to the next beyond what councils share: the standard deviation of
        the change of its logarithm.
    """

    fired: pd.DataFrame
    looked_at: int
    threshold: float
    wobble: float


def recording_breaks(panel: AreaPanel, *, false_alarms: float = 1.0) -> RecordingBreaks:
    """Return the years at which councils' referral rates break, as their own years and the other councils' judge them.

    Parameters
    ----------
    panel
        Of as many years as there are: what a break is, is told by the years around it.
    false_alarms
        How many of all council-years would fire by chance if every council's wobble were normal; the threshold follows
        from it. Real ones have longer tails, so that what fires is to be asked after, not proven.

    Notes
    -----
    As `toolkit.stats.panel.level_breaks` does: three years on either side for a step, four for a bend, with councils'
    memory from year to year allowed for.
    """
    frame = panel.frame
    rate = frame.pivot(index="area", columns="year", values="rate")
    found = level_breaks(rate.where(rate > 0).map(np.log).to_numpy(dtype=np.float64), false_alarms=false_alarms)
    names = frame.drop_duplicates("area").set_index("area")["name"]
    rows = [_row(one, rate, names) for one in found.found]
    columns = ["area", "name", "year", "kind", "before", "after", "step", "score", "forbids"]
    wobble = found.wobble * float(np.sqrt(2 * (1 - found.memory)))
    return RecordingBreaks(pd.DataFrame(rows, columns=columns), found.looked_at, found.threshold, wobble)


def _row(one: LevelBreak, rate: pd.DataFrame, names: pd.Series) -> dict[str, object]:
    own = rate.iloc[one.unit]
    earlier = own.iloc[: one.period].dropna()
    return {
        "area": str(own.name),
        "name": names.loc[str(own.name)],
        "year": int(rate.columns[one.period]),
        "kind": one.kind,
        "before": float(earlier.iloc[-1]),
        "after": float(own.iloc[one.period]),
        "step": one.size,
        "score": one.score,
        "forbids": FORBIDS,
    }
