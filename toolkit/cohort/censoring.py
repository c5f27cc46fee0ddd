"""Weights for rows that are followed only while they keep to their strategy.

Under ``joined_and_stayed`` a joiner that leaves within the days to stay is followed to the day it leaves; under
``censor_with_weights`` a control is followed to the day it joins. Those that leave or join are not like the rest:
families join at their worst. So each row followed to its end is weighted by one over its chance of keeping to its
strategy that long, given what was known of it at time zero and what happened to it since. The chance comes from a
logistic model of each month's leaving or joining, fitted on rows still followed, all months together.

No clone of a joiner is needed: at time zero it keeps to one of the two strategies only, and the days to stay are a
grace period of that one alone.

Weights by outcome
------------------
Once an outcome has happened it does not matter what a row does next. So ``censoring_weight_<outcome>`` counts a row
to the day of the outcome, or to the end of its window: 0 where it departed before, otherwise one over its chance of
keeping to its strategy until then. ``censoring_weight`` counts every row to the end of follow-up; it serves any
outcome, at the price of a few large weights of families that were referred and still kept to their strategy. With an
outcome's own weights, keep every row that has one above 0, not only those with complete follow-up.

Notes
-----
Weights of this kind: Hernán and Robins (2020), *Causal Inference: What If*, chapters 12 and 21; grace periods: Hernán
and others (2016), *Journal of Clinical Epidemiology* 79, 70-75. They are right where the covariates and events in
the model are all that both makes families leave or join and is tied to what happens to them. Moving away and the end of
records are not weighted for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.adherence import Events, Model, fit_model
from toolkit.cohort.design import TrialDesign
from toolkit.cohort.outcomes import Outcome

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Days = NDArray[np.int64]

GENERAL = "censoring_weight"
"""The column of the weights that serve any outcome."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the frame does not show of its rows.

    Attributes
    ----------
    is_whole
        Whether a row could be followed to the end: nobody moved away or turned 18, and the records go on.
    first_days
        By base, the day the outcome first happened, counted from time zero; 0 where it did not.
    """

    is_whole: Flags
    first_days: Mapping[str, Days]


@dataclass(frozen=True, slots=True)
class Weighting:
    """How one arm was weighted: what is said of weights is said of ``censoring_weight``.

    Attributes
    ----------
    treated, ending
        The arm, and how its follow-up ends when a row departs from its strategy: ``left`` or ``joined``.
    departed, followed
        Rows that departed from it, and rows with a weight above 0.
    terms
        What the model of departing rests on; empty where departures were too few for one.
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
    """Return the name of the column with an outcome's own weights.

    >>> weight_name("any_referral_12m")
    'censoring_weight_any_referral_12m'
    """
    return f"{GENERAL}_{outcome}"


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
        Which rows are followed to the end but for departing, and when outcomes first happened.
    design, outcomes
        The design that the frame was built by, and its outcomes.

    Notes
    -----
    In an arm that is not followed for keeping to a strategy, rows with complete follow-up weigh 1. Rows of families
    that moved away, or for which the records end, weigh 0 whatever happened before: to keep only those of them that
    had the outcome would count too many.
    """
    ends = np.full(len(frame), design.follow_up_days, dtype=np.int64)
    until = {GENERAL: ends}
    for outcome in outcomes:
        first = seen.first_days.get(outcome.base, np.zeros(len(frame), dtype=np.int64))
        window = np.minimum(ends, outcome.window_days)
        until[weight_name(outcome.name)] = np.where((first > 0) & (first <= window), first, window)
    followed = frame["days_followed"].to_numpy()
    columns = {name: (seen.is_whole & (followed >= day)).astype(np.float64) for name, day in until.items()}
    found = []
    for treated, ending, horizon in _followed_arms(design):
        rows = np.flatnonzero(frame["treated"].to_numpy() == treated)
        arm = frame.iloc[rows]
        departed = (arm["follow_up"] == ending).to_numpy()
        model = fit_model(arm, events.of_rows(rows), departed, horizon, design.covariates)
        for name, column in columns.items():
            kept = model.kept_to(until[name][rows])
            column[rows], used = _cut(column[rows] / kept, design.weights_cut_at)
            if name == GENERAL:
                found.append(_weighting(treated, ending, departed, model, column[rows], used))
    return frame.assign(**columns), tuple(found)


def _followed_arms(design: TrialDesign) -> Iterator[tuple[int, str, int]]:
    """Yield the arms followed for keeping to their strategy: treated, how departing is called, and for how long."""
    if design.strategy == "joined_and_stayed":
        yield 1, "left", design.stay_days
    if design.later_joining == "censor_with_weights":
        yield 0, "joined", design.follow_up_days


def _cut(weights: Floats, quantile: float) -> tuple[Floats, tuple[float, float, int]]:
    """Return weights cut to a quantile of those above 0; the largest before, what they were cut to, how many were."""
    above = weights[weights > 0]
    if not len(above):
        return weights, (0.0, 0.0, 0)
    cut_to = float(np.quantile(above, quantile))
    return np.minimum(weights, cut_to), (float(above.max()), cut_to, int((above > cut_to).sum()))


def _weighting(
    treated: int, ending: str, departed: Flags, model: Model, weights: Floats, used: tuple[float, float, int]
) -> Weighting:
    above = weights[weights > 0]
    mean = float(above.mean()) if len(above) else 0.0
    return Weighting(treated, ending, int(departed.sum()), len(above), model.terms, *used, mean)
