"""Weights for rows that are followed only while they keep to their strategy.

Under ``joined_and_stayed`` a joiner that leaves within the days to stay is followed to the day it leaves; under
``censor_with_weights`` a control is followed to the day it joins. Those that leave or join are not like the rest:
families join at their worst. So each row followed to its end is weighted by one over its chance of keeping to its
strategy that long, given what was known of it at time zero and what happened to it since. The chance comes from a
logistic model of each month's leaving or joining, fitted on rows still followed, all months together.

No clone of a joiner is needed: at time zero it keeps to one of the two strategies only, and the days to stay are a
grace period of that one alone.

Notes
-----
Weights of this kind: Hernán and Robins (2020), *Causal Inference: What If*, chapters 12 and 21; grace periods: Hernán
and others (2016), *Journal of Clinical Epidemiology* 79, 70-75. They are right where the covariates and events in
the model are all that both makes families leave or join and is tied to what happens to them. Moving away and the end of
records are not weighted for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.design import TrialDesign
from toolkit.cohort.keeping import Events, Model, fit_model

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weighting:
    """How one arm was weighted.

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


def add_weights(frame: pd.DataFrame, events: Events, design: TrialDesign) -> tuple[pd.DataFrame, tuple[Weighting, ...]]:
    """Return the frame with weights, and how each arm was weighted.

    ``censoring_weight`` is 0 for a row not followed to the end of follow-up and otherwise one over its chance of
    keeping to its strategy that long (1 in an arm that is not followed for keeping to it); it serves every outcome.
    ``censoring_weight_<event>``, for each of the design's ``time_to``, also counts rows that had the event, or
    entered care, before they departed: one over the chance of keeping to the strategy until then.

    Parameters
    ----------
    frame
        A cohort's frame.
    events
        Referrals and episodes of the rows' families, before and after time zero.
    design
        The design that the frame was built by.
    """
    complete = (frame["follow_up"] == "complete").to_numpy()
    columns = {"censoring_weight": complete.astype(np.float64)}
    for name in design.time_to:
        seen = complete | (frame[f"event_{name}"].to_numpy() > 0)
        columns[f"censoring_weight_{name}"] = seen.astype(np.float64)
    found = []
    for treated, ending, horizon in _followed_arms(design):
        rows = np.flatnonzero(frame["treated"].to_numpy() == treated)
        arm, own = frame.iloc[rows], events.of_rows(rows)
        model = fit_model(arm, own, (arm["follow_up"] == ending).to_numpy(), horizon, design.covariates)
        end = np.full(len(arm), horizon, dtype=np.int64)
        weights, used = _cut(columns["censoring_weight"][rows] / model.kept_to(end), design.weights_cut_at)
        columns["censoring_weight"][rows] = weights
        found.append(_weighting(treated, ending, arm, model, weights, used))
        for name in design.time_to:
            happened = arm[f"event_{name}"].to_numpy() > 0
            until = np.where(happened, arm[f"days_to_{name}"].to_numpy(), end)
            column = columns[f"censoring_weight_{name}"]
            column[rows] = _cut(column[rows] / model.kept_to(until), design.weights_cut_at)[0]
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
    treated: int, ending: str, arm: pd.DataFrame, model: Model, weights: Floats, used: tuple[float, float, int]
) -> Weighting:
    above = weights[weights > 0]
    return Weighting(
        treated,
        ending,
        int((arm["follow_up"] == ending).sum()),
        len(above),
        model.terms,
        *used,
        float(above.mean()) if len(above) else 0.0,
    )
