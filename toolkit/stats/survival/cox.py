"""The hazard ratio of treatment by Cox regression, with weights and clusters.

Ties by Efron's method; influences from score residuals (Lin and Wei, 1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown

MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class CoxFit(Shown):
    """A Cox regression.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        Log hazard ratios.
    information : ndarray, shape (p, p)
        Minus the second derivative of the log partial likelihood.
    log_likelihood : float
        The log partial likelihood.
    residuals : ndarray, shape (n, p)
        Score residuals, weighted.
    """

    coefficients: Floats
    information: Floats
    log_likelihood: float
    residuals: Floats


@dataclass(frozen=True, slots=True)
class HazardRatio(Shown):
    """The log hazard ratio of treatment, and each row's influence on it, shape (n, 1), weights taken as given."""

    log_ratio: float
    influence: Floats


def hazard_ratio(durations: Floats, events: Booleans, treated: Booleans, weights: Floats) -> HazardRatio:
    """Return the log hazard ratio of treated to comparison rows.

    Raises
    ------
    InputError
        When an arm has no event: the ratio is then 0 or infinite.
    """
    for arm, name in ((treated, "treated"), (~treated, "comparison")):
        if not events[arm].any():
            raise InputError(f'No {name} row has the event, so there is no hazard ratio. Use measure="difference".')
    fit = fit_cox(durations, events, treated[:, None].astype(np.float64), weights)
    influence = fit.residuals @ np.linalg.inv(fit.information)
    return HazardRatio(float(fit.coefficients[0]), influence)


def fit_cox(durations: Floats, events: Booleans, covariates: Floats, weights: Floats) -> CoxFit:
    """Maximise the partial likelihood by Newton's method.

    Parameters
    ----------
    durations : ndarray, shape (n,)
        Time to the event or to the end of follow-up.
    events : ndarray of bool, shape (n,)
        Whether it ended with the event.
    covariates : ndarray, shape (n, p)
        Without an intercept.
    weights : ndarray, shape (n,)
        Weights of rows.
    """
    centred = covariates - covariates.mean(axis=0)
    ties = _Ties.of(durations, events, weights)
    beta: Floats = np.zeros(covariates.shape[1])
    value, gradient, information, residuals = _derivatives(ties, centred, weights, beta)
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(information, gradient)
        length = 1.0
        while True:
            proposed = _derivatives(ties, centred, weights, beta + length * step)
            if proposed[0] >= value - 1e-12 * abs(value) or length < 1e-4:
                break
            length /= 2
        beta = beta + length * step
        value, gradient, information, residuals = proposed
        if np.abs(step).max() * length < 1e-10:
            return CoxFit(beta, information, value, residuals)
    raise InputError("The hazard ratio does not settle: an arm or covariate all but decides who has the event.")


@dataclass(frozen=True, slots=True)
class _Ties(Shown):
    """Distinct event times, and each tied event's turn among its fellows."""

    reaches: Integers  # (n,) how many event times a row is at risk at
    place: Integers  # (n,) index of the row's own event time, -1 where censored
    event_time: Integers  # (d,) index of each event's time, ordered
    turn: Floats  # (d,) share of the tied events already gone: l / d
    mean_weight: Floats  # (d,) mean weight of the events at that time
    events: Booleans  # (n,)
    times: int

    @staticmethod
    def of(durations: Floats, events: Booleans, weights: Floats) -> _Ties:
        points = np.unique(durations[events])
        reaches = np.searchsorted(points, durations, side="right")
        place = np.where(events, np.searchsorted(points, durations), -1)
        counts = np.bincount(place[events], minlength=len(points))
        event_time = np.repeat(np.arange(len(points)), counts)
        first = np.cumsum(counts) - counts
        turn = (np.arange(len(event_time)) - first[event_time]) / counts[event_time]
        total = np.bincount(place[events], weights=weights[events], minlength=len(points))
        return _Ties(
            reaches=reaches,
            place=place,
            event_time=event_time,
            turn=turn,
            mean_weight=(total / counts)[event_time],
            events=events,
            times=len(points),
        )


def _at_risk(ties: _Ties, values: Floats) -> Floats:
    """Return sums over the rows at risk at each event time."""
    ending = np.bincount(ties.reaches, weights=values, minlength=ties.times + 1)
    return np.asarray(np.cumsum(ending[::-1])[::-1][1:], dtype=np.float64)


def _failing(ties: _Ties, values: Floats) -> Floats:
    """Return sums over the rows with the event at each event time."""
    sums = np.bincount(ties.place[ties.events], weights=values[ties.events], minlength=ties.times)
    return np.asarray(sums, dtype=np.float64)


def _derivatives(
    ties: _Ties, covariates: Floats, weights: Floats, beta: Floats
) -> tuple[float, Floats, Floats, Floats]:
    """Return the log likelihood, its gradient, minus its second derivative, and weighted score residuals."""
    size = covariates.shape[1]
    eta = covariates @ beta
    risk = weights * np.exp(eta - eta.max())
    who, turn, mass = ties.event_time, ties.turn, ties.mean_weight
    total = _at_risk(ties, risk)[who] - turn * _failing(ties, risk)[who]
    means = np.column_stack(
        [
            (_at_risk(ties, risk * column)[who] - turn * _failing(ties, risk * column)[who]) / total
            for column in covariates.T
        ]
    )
    information: Floats = np.zeros((size, size))
    for first in range(size):
        for second in range(first, size):
            product = risk * covariates[:, first] * covariates[:, second]
            square = (_at_risk(ties, product)[who] - turn * _failing(ties, product)[who]) / total
            entry = float(mass @ (square - means[:, first] * means[:, second]))
            information[first, second] = information[second, first] = entry
    failing = ties.events
    gradient = weights[failing] @ covariates[failing] - mass @ means
    value = float(weights[failing] @ (eta[failing] - eta.max()) - mass @ np.log(total))
    return value, gradient, information, _residuals(ties, covariates, weights, risk, means, mass / total)


def _residuals(ties: _Ties, covariates: Floats, weights: Floats, risk: Floats, means: Floats, jump: Floats) -> Floats:
    """Return weighted score residuals, shape (n, p); tied events share each other's places."""
    who, turn, times = ties.event_time, ties.turn, ties.times
    failing, own = ties.events, ties.place[ties.events]
    counts = np.maximum(np.bincount(who, minlength=times), 1)
    hazard = np.append(0.0, np.cumsum(np.bincount(who, weights=jump, minlength=times)))[ties.reaches]
    spared = np.bincount(who, weights=turn * jump, minlength=times)
    hazard[failing] -= spared[own]
    residuals: Floats = -covariates * (risk * hazard)[:, None]
    for place, column in enumerate(means.T):
        drift = np.append(0.0, np.cumsum(np.bincount(who, weights=jump * column, minlength=times)))[ties.reaches]
        drift[failing] -= np.bincount(who, weights=turn * jump * column, minlength=times)[own]
        residuals[:, place] += risk * drift
        average = np.bincount(who, weights=column, minlength=times) / counts
        residuals[failing, place] += weights[failing] * (covariates[failing, place] - average[own])
    return residuals
