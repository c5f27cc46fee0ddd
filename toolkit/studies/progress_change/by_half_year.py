"""One centre's own progress scores by half year of the first score: who was scored again, and how far scores moved.

The families and readings are those of `one_centre`, so that the half years add up to what its manager reads there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.inference.intervals import wilson
from toolkit.stats.variance.clustered_mean import clustered_mean
from toolkit.studies.progress_change.one_centre import Records, own_readings
from toolkit.tables.instrument_scale import Instrument

FEWEST_AVERAGED = 10
"""Of fewer families no share and no average is told: each would move it by more than a tenth of its own change."""
_MONTHS = 6


@dataclass(frozen=True, slots=True)
class HalfYears:
    """One centre's families by the half year of their first score.

    Attributes
    ----------
    frame
        One row a half year, from the first with a family to the last, those without one between them too:
        ``starts_on`` (1 January or 1 July), ``families`` (scored first), ``scored_again``, ``share_again`` (empty of
        fewer than `FEWEST_AVERAGED` families), and ``mean_change`` in points with the ends of its 95% interval, ``low``
        and ``high`` (empty where fewer than that were scored again; the interval also where all moved alike). The
        highest score is best.
    spans
        One row a run of half years in which together at least `FEWEST_AVERAGED` families were scored again:
        ``starts_on`` and ``until`` (its first and last half year), ``scored_again``, and of 100 of these those that
        scored better, ``improved_in_100``, with its 95% interval, ``low`` and ``high``. Half years at the end that are
        too few for a run of their own are in the last one.
    families, scored_again
        Over all half years.
    mean_change, low, high
        Over all half years, by the same rule; ``None`` where it is not told.
    instrument
        What all of them were scored on.
    """

    frame: pd.DataFrame
    spans: pd.DataFrame
    families: int
    scored_again: int
    mean_change: float | None
    low: float | None
    high: float | None
    instrument: Instrument


def by_half_year(records: Records, *, dimension: str = "overall") -> HalfYears:
    """Return a centre's families by the half year of their first score.

    Parameters
    ----------
    records
        The centre's own rows only.
    dimension
        What was scored.

    Raises
    ------
    InputError
        When there are scores but none of this dimension.

    Notes
    -----
    A family first scored less than half a year before the centre's last score is left out, as everywhere: it had no
    time to be scored again.
    """
    read = own_readings(records, dimension)
    frame = read.frame
    families = frame.assign(starts_on=_half_year(frame["first_on"]), change=frame["last"] - frame["first"])
    rows = [_row(starts_on, mine) for starts_on, mine in _each(families)]
    mean, low, high = _mean(families["change"].dropna())
    return HalfYears(
        frame=pd.DataFrame(rows, columns=_COLUMNS),
        spans=_spans(families),
        families=len(families),
        scored_again=int(families["change"].notna().sum()),
        mean_change=mean,
        low=low,
        high=high,
        instrument=read.instrument,
    )


_COLUMNS = ["starts_on", "families", "scored_again", "share_again", "mean_change", "low", "high"]
_SPANS = ["starts_on", "until", "scored_again", "improved_in_100", "low", "high"]


def _spans(families: pd.DataFrame) -> pd.DataFrame:
    """Return runs of half years with enough families scored again, first to last, and what share of these improved."""
    twice = families[families["change"].notna()]
    runs: list[list[pd.Timestamp]] = []
    count = FEWEST_AVERAGED
    for start, mine in _each(twice):
        if count >= FEWEST_AVERAGED:
            runs.append([])
            count = 0
        runs[-1].append(start)
        count += len(mine)
    if count < FEWEST_AVERAGED and len(runs) > 1:
        last = runs.pop()
        runs[-1] += last
    rows = []
    for run in runs:
        mine = twice[twice["starts_on"].isin(run)]
        better, of = int((mine["change"] > 0).sum()), len(mine)
        if of >= FEWEST_AVERAGED:
            low, high = wilson(better, of)
            rows.append((run[0], run[-1], of, 100 * better / of, 100 * float(low), 100 * float(high)))
    return pd.DataFrame(rows, columns=_SPANS)


def _half_year(days: pd.Series) -> pd.Series:
    """Return the first day of each day's half year."""
    days = pd.to_datetime(days)
    month = np.where(days.dt.month <= _MONTHS, 1, _MONTHS + 1)
    return pd.to_datetime(pd.DataFrame({"year": days.dt.year, "month": month, "day": 1}, index=days.index))


def _each(families: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.DataFrame]]:
    if not len(families):
        return []
    every = pd.date_range(families["starts_on"].min(), families["starts_on"].max(), freq=pd.DateOffset(months=_MONTHS))
    return [(start, families[families["starts_on"] == start]) for start in every]


def _row(starts_on: pd.Timestamp, mine: pd.DataFrame) -> dict[str, object]:
    change = mine["change"].dropna()
    mean, low, high = _mean(change)
    share = len(change) / len(mine) if len(mine) >= FEWEST_AVERAGED else None
    counts: dict[str, object] = {
        "starts_on": starts_on,
        "families": len(mine),
        "scored_again": len(change),
        "share_again": share,
    }
    return counts | {"mean_change": mean, "low": low, "high": high}


def _mean(change: pd.Series) -> tuple[float | None, float | None, float | None]:
    if len(change) < FEWEST_AVERAGED:
        return None, None, None
    found = clustered_mean(change.to_numpy(dtype=np.float64), np.arange(len(change)), is_share=False)
    if not found.se > 0:  # all moved alike, which is no proof that others would
        return float(found.mean), None, None
    return float(found.mean), float(found.low), float(found.high)
