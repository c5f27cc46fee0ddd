"""Weights for rows not followed to the end: known events are kept, and those still followed stand for the lost.

A family that moves away is followed to that day. Under ``joined_and_stayed`` a joiner that leaves within the days to
stay is followed to the day it leaves; under ``censor_with_weights`` a control to the day it joins. Those that move,
leave or join are not like the rest: a referral can make a family move, and families join at their worst. To drop them
drops their referrals. So whatever happened to a row while it was followed counts, and each row whose outcome is known
is weighted by one over its chance of having been followed that long, given what was known of it at time zero and what
happened to it since. The chance comes, arm by arm, from a logistic model of each month's moving, leaving or joining,
fitted on rows still followed, all months together; a row's chances of each multiply.

No clone of a joiner is needed: at time zero it keeps to one of the two strategies only, and the days to stay are a
grace period of that one alone.

Weights by outcome
------------------
Once an outcome has happened it does not matter what a row does next. So ``censoring_weight_<outcome>`` counts a row
to the day of the outcome, or to the end of its window: 0 where it was lost before, otherwise one over its chance of
being followed until then. The mean over all rows of outcome times weight, `weighted_outcome`, is the share that would
have had the outcome, had nobody been lost; where the chance is one and the same for an arm, it is Kaplan and Meier's.
``censoring_weight`` counts every row to the end of follow-up. It serves counts, which are known of no row before then.

Rows whose window runs past the records, or whose youngest child turns 18 within it, weigh 0: that is known at time
zero, so to leave them out, event or not, chooses nobody by what happened.

Notes
-----
Weights of this kind: Hernán and Robins (2020), *Causal Inference: What If*, chapters 12 and 21; Kaplan and Meier's
estimate as such a mean: Satten and Datta (2001), *The American Statistician* 55, 207-210; grace periods: Hernán and
others (2016), *Journal of Clinical Epidemiology* 79, 70-75. They are right where the covariates and events in the model
are all that both makes families move, leave or join and is tied to what happens to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.adherence import fit_model
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.happened import Events
from toolkit.cohort.kept import Model
from toolkit.cohort.outcomes import Outcome

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.int64]

GENERAL = "censoring_weight"
"""The column of the weights to the end of follow-up."""
LOST = ("moved", "left", "joined")
"""How follow-up ends of rows that others stand for."""
FOLLOWED = ("complete", *LOST)
"""How follow-up ends of rows that are compared."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the frame does not show of its rows.

    Attributes
    ----------
    could_be_followed
        Whether a row could be followed to the end, but for moving, leaving or joining: the records go on, and its
        youngest child stays under 18.
    first_days
        By base, the day the outcome first happened, counted from time zero; 0 where it did not.
    """

    could_be_followed: Flags
    first_days: Mapping[str, Days]


@dataclass(frozen=True, slots=True)
class Weighting:
    """How one arm was weighted for one way of being lost: what is said of weights is said of ``censoring_weight``.

    Attributes
    ----------
    treated, ending
        The arm, and how its follow-up ends so: ``moved``, ``left`` or ``joined``.
    departed, followed
        Rows lost so, and rows with a weight above 0.
    terms
        What the model of it rests on; empty where too few were lost for one.
    largest, cut_to, cut
        The largest weight before cutting, what larger ones were cut to, and how many were cut.
    mean
        The mean weight of the rows with one, after cutting.
    """

    treated: int
    ending: str
    departed: int
    followed: int
    terms: tuple[str, ...]
    largest: float
    cut_to: float
    cut: int
    mean: float


def weight_name(outcome: str) -> str:
    """Return the name of the column with the weights of an outcome, or of an event that is timed.

    >>> weight_name("any_referral_12m")
    'censoring_weight_any_referral_12m'
    """
    return f"{GENERAL}_{outcome}"


def weighted_outcome(frame: pd.DataFrame, outcome: str) -> pd.Series:
    """Return an outcome times its weight: what is averaged over rows, those lost among them.

    Parameters
    ----------
    frame
        Rows of a cohort's frame that could be followed (`FOLLOWED`).
    outcome
        One of its outcomes.
    """
    return (frame[outcome] * frame[weight_name(outcome)]).rename(outcome)


def add_weights(
    frame: pd.DataFrame,
    events: Events,
    seen: Seen,
    design: TrialDesign,
    outcomes: Sequence[Outcome],
) -> tuple[pd.DataFrame, tuple[Weighting, ...]]:
    """Return the frame with weights, and how each arm was weighted.

    Parameters
    ----------
    frame
        A cohort's frame.
    events
        Referrals and episodes of the rows' families, before and after time zero.
    seen
        Which rows could be followed to the end, and when outcomes first happened.
    design, outcomes
        The design that the frame was built by, and its outcomes.

    Notes
    -----
    In an arm of which nobody is lost, rows with complete follow-up weigh 1.
    """
    covariates = design.covariates if design.weigh_by is None else design.weigh_by
    until = _known_from(len(frame), seen, design, outcomes)
    followed = frame["days_followed"].to_numpy()
    columns = {name: (seen.could_be_followed & (followed >= day)).astype(np.float64) for name, day in until.items()}
    treated, ending = frame["treated"].to_numpy(), frame["follow_up"]
    found = []
    for arm in (1, 0):
        rows, models = np.flatnonzero(treated == arm), []
        for how, horizon in _ways_of_being_lost(design, arm):
            departed = (ending.iloc[rows] == how).to_numpy()
            if departed.any():
                mine = frame.iloc[rows]
                models.append((how, fit_model(mine, events.of_rows(rows), departed, horizon, covariates)))
        kept = _Kept([model for _, model in models])
        for name, column in columns.items():
            chance = kept(until[name][rows])
            column[rows], used = _cut(column[rows] / chance, design.weights_cut_at)
            if name == GENERAL:
                found += [
                    _weighting(arm, how, int((ending.iloc[rows] == how).sum()), model, column[rows], used)
                    for how, model in models
                ]
    return frame.assign(**columns), tuple(found)


class _Kept:
    """Each row's chance of having been followed up to a day; that of a day which most rows share is worked out once."""

    def __init__(self, models: Sequence[Model]) -> None:
        self._models = models
        self._to: dict[int, Floats] = {}

    def __call__(self, day: Days) -> Floats:
        if not self._models:
            return np.ones(len(day))
        most = int(day.max(initial=0))
        if most not in self._to:
            shared = np.full(len(day), most, dtype=np.int64)
            self._to[most] = np.prod([model.kept_to(shared) for model in self._models], axis=0)
        chance = self._to[most].copy()
        other = np.flatnonzero(day != most)
        chance[other] = np.prod([model.kept_to(day[other], other) for model in self._models], axis=0)
        return chance


def _known_from(rows: int, seen: Seen, design: TrialDesign, outcomes: Sequence[Outcome]) -> dict[str, Days]:
    """Return, by column of weights, the day of each row's follow-up from which the outcome is known."""
    never = np.zeros(rows, dtype=np.int64)
    ends = np.full(rows, design.follow_up_days, dtype=np.int64)
    windows = {outcome.name: (outcome.base, outcome.window_days) for outcome in outcomes}
    windows |= {event: (event, design.follow_up_days) for event in design.time_to}
    until = {GENERAL: ends}
    for name, (base, days) in windows.items():
        first, window = seen.first_days.get(base, never), np.minimum(ends, days)
        until[weight_name(name)] = np.where((first > 0) & (first <= window), first, window)
    return until


def _ways_of_being_lost(design: TrialDesign, treated: int) -> Iterator[tuple[str, int]]:
    """Yield how rows of an arm can be lost to follow-up, and for how many days they can be."""
    yield "moved", design.follow_up_days
    if treated and design.strategy == "joined_and_stayed":
        yield "left", design.stay_days
    if not treated and design.later_joining == "censor_with_weights":
        yield "joined", design.follow_up_days


def _cut(weights: Floats, quantile: float) -> tuple[Floats, tuple[float, float, int]]:
    """Return weights cut to a quantile of those above 0; the largest before, what they were cut to, how many were."""
    above = weights[weights > 0]
    if not len(above):
        return weights, (0.0, 0.0, 0)
    cut_to = float(np.quantile(above, quantile))
    return np.minimum(weights, cut_to), (float(above.max()), cut_to, int((above > cut_to).sum()))


def _weighting(
    treated: int, ending: str, departed: int, model: Model, weights: Floats, used: tuple[float, float, int]
) -> Weighting:
    above = weights[weights > 0]
    mean = float(above.mean()) if len(above) else 0.0
    return Weighting(treated, ending, departed, len(above), model.terms, *used, mean)
