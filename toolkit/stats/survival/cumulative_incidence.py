"""Risk over time in two arms, matched or weighted, and its difference, with intervals that allow for clusters.

With one kind of event the risk is 1 less Kaplan and Meier's curve; with competing events it is Aalen and Johansen's
cumulative incidence, which does not pretend that those who met the other event could still meet this one. Standard
errors come from each row's influence on the curve (the derivative by its weight: the infinitesimal jackknife, which
for rows that are independent and alike in weight is Greenwood's formula), added up within clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned_with_groups, as_series
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.sample.outcomes import TIME_WANTED
from toolkit.stats.survival.aalen_johansen import RiskCurve, risk_curve
from toolkit.stats.variance.arms import Arms, few_clusters_note, require_clusters
from toolkit.stats.variance.cluster_robust import covariance_of_influence, require_options

POINTS_AT_ONCE = 32
COLUMNS = ("time", "risk_treated", "se_treated", "risk_control", "se_control", "difference", "se", "low", "high")


@dataclass(frozen=True, slots=True)
class CurveDifference(Shown):
    """Risks over time in two arms, and their difference.

    Attributes
    ----------
    table : DataFrame
        One row a time: time, risk_treated, se_treated, risk_control, se_control, difference, se, low, high,
        at_risk_treated, at_risk_control (rows still followed just before).
    event : int
        The kind of event the risk is of.
    competing : bool
        Whether other kinds of event occur.
    clusters : int
        Independent groups (the fewest, when clustered more than one way).
    degrees_of_freedom : float
        Of the t distribution behind the intervals.
    level : float
        Of the intervals, each for its time alone.
    notes : tuple of Note
        What a reader must know.
    """

    table: pd.DataFrame
    event: int
    competing: bool
    clusters: int
    degrees_of_freedom: float
    level: float
    notes: tuple[Note, ...] = ()

    def at(self, time: float) -> pd.Series:
        """Return the row of the last time that is not after this one."""
        earlier = self.table[self.table["time"] <= time]
        if earlier.empty:
            raise InputError(f"The curve starts at {self.table['time'].iloc[0]:g}, after {time:g}.")
        return earlier.iloc[-1]

    def tidy(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def summary(self) -> str:
        """Return the difference at the end, in plain words."""
        last = self.table.iloc[-1]
        size, way = abs(last["difference"]) * 100, "fewer" if last["difference"] < 0 else "more"
        sentence = (
            f"By {last['time']:g}, {last['risk_treated'] * 100:.1f} of every 100 treated and "
            f"{last['risk_control'] * 100:.1f} of every 100 compared had the event: {size:.1f} {way}. "
            f"The data fit anything from {last['low'] * 100:+.1f} to {last['high'] * 100:+.1f}."
        )
        return " ".join([sentence, *self.notes])


def km_difference(
    durations: ArrayLike,
    events: ArrayLike,
    treated: ArrayLike,
    *,
    times: Sequence[float],
    weights: ArrayLike | None = None,
    cluster: Sequence[ArrayLike] | ArrayLike | None = None,
    event: int = 1,
    level: float = 0.95,
    small_sample: str = "auto",
) -> CurveDifference:
    """Return risks over time in two arms, and their difference.

    Parameters
    ----------
    durations : array_like, shape (n,)
        Time from time zero to the first event of any kind, or to the end of follow-up.
    events : array_like of int, shape (n,)
        0 where follow-up ended without an event, else the kind of event: 1, 2, …
    treated : array_like of 0 and 1, shape (n,)
        The arm.
    times : sequence of float
        When the risk is asked for; no later than both arms were followed.
    weights : array_like, shape (n,), optional
        Of matched or weighted rows; taken as known. Rows of weight 0 are left out.
    cluster : array_like, shape (n,), or a list of them, optional
        Groups that are not independent within (centres; matched sets; families), one way or several. Where several
        Series are given, they are put in one order by their labels.
    event : int
        The kind of event asked about; the other kinds compete with it.
    level : float
        Of the intervals.
    small_sample : {"auto", "CR1", "CR2"}
        The standard errors' correction: "auto" is CR2 with Satterthwaite's degrees of freedom where an arm has fewer
        than 50 clusters or as good as fewer.

    Returns
    -------
    CurveDifference
        Its `table` has one row a time.

    Raises
    ------
    InputError
        When numbers are missing or below 0, an arm is empty, or a time is after an arm's follow-up.

    Notes
    -----
    Aalen and Johansen (1978); Kaplan and Meier (1958). Ties: events count before those whose follow-up ends on the same
    day. The variance takes weights as known, which for estimated weights is a little too wide, seldom too narrow.
    """
    require_options(level, small_sample)
    (durations, events, treated, weights), given = aligned_with_groups(
        cluster, durations=durations, events=events, treated=treated, weights=weights
    )
    data = _checked(durations, events, treated, weights, times)
    ways = [way[data.kept] for way in _ways(given, data.kept)]
    labels = [as_series(way, "cluster").iloc[np.flatnonzero(data.kept)] for way in given]
    arms, words = Arms(data.treated, data.weights), ["those given" if given else "row"] * len(ways)
    require_clusters(ways, words, arms, lambda way, row: str(labels[way].iloc[row]) if labels else "")
    count = int(data.kept.sum())
    curves = [
        risk_curve(data.durations[arm], data.events[arm], data.weights[arm], event)
        for arm in (data.treated, ~data.treated)
    ]
    rows, freedom, clusters = [], np.inf, 0
    from scipy.special import stdtrit

    for start in range(0, len(data.times), POINTS_AT_ONCE):
        some = data.times[start : start + POINTS_AT_ONCE]
        influence = [np.zeros((count, len(some))) for _ in range(2)]
        for of, arm, curve in zip(influence, (data.treated, ~data.treated), curves, strict=True):
            of[arm] = curve.influence(some)
        both = np.hstack([influence[0], influence[1], influence[0] - influence[1]])
        got = covariance_of_influence(both, ways, arms=arms, small_sample=small_sample)
        errors = np.sqrt(np.maximum(np.diag(got.covariance), 0.0)).reshape(3, -1)
        freedom, clusters = got.degrees_of_freedom, got.clusters
        rows.append(_table(some, curves, errors, float(stdtrit(freedom, 0.5 + level / 2))))
    table = pd.concat(rows, ignore_index=True)
    others = bool(((data.events != 0) & (data.events != event)).any())
    return CurveDifference(
        table=table,
        event=event,
        competing=others,
        clusters=clusters,
        degrees_of_freedom=freedom,
        level=level,
        notes=few_clusters_note(ways, words, arms),
    )


@dataclass(frozen=True, slots=True)
class _Data(Shown):
    """What is compared: rows of weight above 0."""

    durations: Floats
    events: Integers
    treated: Booleans
    weights: Floats
    times: Floats
    kept: Booleans


def _checked(
    durations: ArrayLike, events: ArrayLike, treated: ArrayLike, weights: ArrayLike | None, times: Sequence[float]
) -> _Data:
    time = numbers_of(durations, "durations", TIME_WANTED).reshape(-1)
    kind = numbers_of(events, "events", "0 for none, else the kind: 1, 2, …").reshape(-1)
    arm = numbers_of(treated, "treated", "0 and 1").reshape(-1)
    load = np.ones(len(time)) if weights is None else numbers_of(weights, "weights").reshape(-1)
    if not len(time) == len(kind) == len(arm) == len(load):
        raise InputError(
            f"There are {len(time)} durations, {len(kind)} events, {len(arm)} arms and {len(load)} weights. Give one "
            "of each a row."
        )
    good = {
        "durations are missing or below 0": np.isfinite(time) & (time >= 0),
        "events are not 0, 1, 2, …": np.isfinite(kind) & (kind >= 0) & (kind == np.floor(kind)),
        "arms are not 0 or 1": np.isin(arm, (0.0, 1.0)),
        "weights are missing or below 0": np.isfinite(load) & (load >= 0),
    }
    wrong = [f"{int((~fine).sum())} {what}" for what, fine in good.items() if not fine.all()]
    if wrong:
        raise InputError(f"Of {len(time)} rows, {'; '.join(wrong)}.")
    kept = load > 0
    time, kind, given, load = time[kept], kind[kept], arm[kept] == 1, load[kept]
    if not given.any() or given.all():
        raise InputError("One arm has no rows, so there is nothing to compare.")
    asked = np.unique(numbers_of(times, "times", TIME_WANTED))
    longest = min(time[given].max(), time[~given].max())
    if not len(asked) or not (np.isfinite(asked) & (asked >= 0)).all() or asked[-1] > longest:
        raise InputError(
            f"Times run to {longest:g}, as long as both arms were followed. Give one or more from 0 to it."
        )
    return _Data(durations=time, events=kind.astype(np.intp), treated=given, weights=load, times=asked, kept=kept)


def _ways(given: list[Any], kept: Booleans) -> list[Integers]:
    if not given:
        return [np.arange(len(kept))]
    sizes = [len(as_series(way, "cluster")) for way in given]
    if set(sizes) != {len(kept)}:
        raise InputError(f"A cluster has {sizes} values for {len(kept)} rows. Give one a row.")
    return [group_codes(way, "cluster", kept) for way in given]


def _table(times: Floats, curves: list[RiskCurve], errors: Floats, reach: float) -> pd.DataFrame:
    treated, control = (curve.risk_at(times) for curve in curves)
    difference = treated - control
    columns = [times, treated, errors[0], control, errors[1], difference, errors[2]]
    columns += [difference - reach * errors[2], difference + reach * errors[2]]
    table = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    at_risk = {"at_risk_treated": curves[0].followed_at(times), "at_risk_control": curves[1].followed_at(times)}
    return table.assign(**at_risk)
