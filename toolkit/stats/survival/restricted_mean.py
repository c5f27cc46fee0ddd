"""Restricted mean time without an event, as one value a row that can be averaged and regressed.

A row's pseudo-observation is the arm's restricted mean plus the row's influence on it (Andersen, Hansen and Klein,
2004; influence of the Kaplan-Meier integral as in Gill, 1983). Without censoring it is the row's own restricted time.
"""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats


def restricted_mean_values(
    durations: Floats, events: Booleans, treated: Booleans, weights: Floats, horizon: float | None
) -> tuple[Floats, float]:
    """Return each row's pseudo-observation of its time without the event up to the horizon, and the horizon.

    Parameters
    ----------
    durations : ndarray, shape (n,)
        Time to the event or to the end of follow-up.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    treated : ndarray of bool, shape (n,)
        The arm.
    weights : ndarray, shape (n,)
        Weights of rows.
    horizon : float or None
        Up to when; None for the longest time that both arms were followed.
    """
    longest = float(min(durations[treated].max(), durations[~treated].max()))
    until = longest if horizon is None else float(horizon)
    if until > longest:
        raise InputError(
            f"horizon is {until:g}, but one arm was followed for {longest:g} at most. Choose a shorter one."
        )
    values = np.empty(len(durations))
    for arm in (treated, ~treated):
        values[arm] = _pseudo_observations(durations[arm], events[arm], weights[arm], until)
    return values, until


def _pseudo_observations(durations: Floats, events: Booleans, weights: Floats, horizon: float) -> Floats:
    time = np.minimum(durations, horizon)
    happened = events & (durations <= horizon)
    points, place = np.unique(time, return_inverse=True)
    place = place.reshape(-1)
    leaving = np.bincount(place, weights=weights, minlength=len(points))
    at_risk = np.cumsum(leaving[::-1])[::-1]
    deaths = np.bincount(place, weights=weights * happened, minlength=len(points))
    survival = np.cumprod(1 - deaths / at_risk)
    widths = np.diff(np.append(points, horizon))
    area_after = np.cumsum((survival * widths)[::-1])[::-1]  # from each point to the horizon
    mean = float(points[0]) + float(area_after[0])
    hazard = deaths / at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        # Greenwood-type denominator: at_risk - deaths, as the jump of the cumulative hazard is discrete.
        per_point = np.where(area_after > 0, area_after / np.where(at_risk > deaths, at_risk - deaths, np.inf), 0.0)
    compensator = np.cumsum(per_point * hazard)
    total = float(weights.sum())
    martingale = happened * per_point[place] - compensator[place]
    return np.asarray(mean - total * martingale, dtype=np.float64)
