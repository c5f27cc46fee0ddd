"""Breaks in recording: a year in which a council's rate steps further than its own years and England's can explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.areas.panel import AreaPanel

NORMAL = 1.4826
"""A median absolute deviation times this is a standard deviation, where values are normal."""
LIKE_OTHERS = 8
"""The wobble of all councils counts as this many years of a council's own."""
FEWEST_STEPS = 6
"""Other steps of the same council needed before one can be called unusual."""
FORBIDS = "No change in this council's referrals across this year may be put down to money or to a service."


@dataclass(frozen=True, slots=True)
class RecordingBreaks:
    """What was looked at, and which steps fired.

    Attributes
    ----------
    fired
        One row a break, the largest first: ``area``, ``name``, ``year`` (ending), ``before`` and ``after`` (rate per
        10,000), ``step`` (of the log rate, beyond the median council's), ``score`` (the step in units of the council's
        wobble) and ``forbids``.
    looked_at
        Council-years with enough others to be judged.
    threshold
        The score from which a step fires.
    """

    fired: pd.DataFrame
    looked_at: int
    threshold: float


def recording_breaks(panel: AreaPanel, *, false_alarms: float = 1.0) -> RecordingBreaks:
    """Return the steps of councils' referral rates that their own years and the other councils' cannot explain.

    Parameters
    ----------
    false_alarms
        How many of all council-years would fire by chance if every council's steps were normal; the threshold follows
        from it. Real steps have longer tails, so that what fires is to be asked after, not proven.

    Notes
    -----
    A step is the change in a council's log rate less the median council's in that year. Its scale is the median
    absolute deviation of the council's other steps, drawn towards that of all councils, so that a break does not hide
    itself and a council that always wobbles does not fire for it. A slope that changes without a step is not found.
    """
    frame = panel.frame
    rate = frame.pivot(index="area", columns="year", values="rate")
    steps = rate.where(rate > 0).map(np.log).diff(axis=1)
    steps = steps - steps.median()
    usual = NORMAL * float(np.nanmedian(np.abs(steps.to_numpy()))) if steps.notna().to_numpy().any() else float("nan")
    found = [row for area, own in steps.iterrows() for row in _scored(str(area), own.dropna(), usual)]
    scored = pd.DataFrame(found, columns=["area", "year", "step", "score"])
    threshold = float(stats.norm.isf(false_alarms / 2 / max(len(scored), 1)))
    fired = scored[scored["score"].abs() > threshold]
    fired = fired.sort_values("score", key=np.abs, ascending=False, kind="stable", ignore_index=True)
    names = frame.drop_duplicates("area").set_index("area")["name"]
    at = list(zip(fired["area"], fired["year"], strict=True))
    fired = fired.assign(
        name=fired["area"].map(names),
        before=[float(rate.loc[area, year - 1]) for area, year in at],
        after=[float(rate.loc[area, year]) for area, year in at],
        forbids=FORBIDS,
    )
    columns = ["area", "name", "year", "before", "after", "step", "score", "forbids"]
    return RecordingBreaks(fired[columns], len(scored), threshold)


def _scored(area: str, own: pd.Series, usual: float) -> list[tuple[str, int, float, float]]:
    rows = []
    for year, step in own.items():
        others = own.drop(year)
        if len(others) < FEWEST_STEPS:
            continue
        wobble = NORMAL * float(others.abs().median())
        scale = np.sqrt((len(others) * wobble**2 + LIKE_OTHERS * usual**2) / (len(others) + LIKE_OTHERS))
        rows.append((area, int(str(year)), float(step), float(step / scale) if scale > 0 else 0.0))
    return rows
