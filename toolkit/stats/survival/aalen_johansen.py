"""The cumulative incidence of one kind of event in one weighted sample, and each row's influence on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class RiskCurve(Shown):
    """Aalen and Johansen's curve, as steps at the distinct times of leaving.

    Attributes
    ----------
    durations : ndarray, shape (n,)
        The rows' times, sorted to find who is still followed.
    points : ndarray, shape (m,)
        Distinct times at which somebody left.
    risk : ndarray, shape (m,)
        The risk just after each.
    place : ndarray, shape (n,)
        Each row's point.
    weights : ndarray, shape (n,)
        Of rows.
    happened, any_event : ndarray, shape (n,)
        1.0 for a row with the event asked about, or with any.
    load : ndarray, shape (m,)
        What an event at a point adds to the risk: survival just before over the weight at risk.
    lost : ndarray, shape (m,)
        What any event at a point takes from survival after it: 1 over the weight that is left.
    load_hazard, lost_hazard, lost_risk : ndarray, shape (m + 1,)
        Sums over points before each place, of load × hazard of the event, lost × hazard of any, and lost × risk × that.
    """

    durations: Floats
    points: Floats
    risk: Floats
    place: Integers
    weights: Floats
    happened: Floats
    any_event: Floats
    load: Floats
    lost: Floats
    load_hazard: Floats
    lost_hazard: Floats
    lost_risk: Floats

    def risk_at(self, times: Floats) -> Floats:
        """Return the risk by each time."""
        return np.asarray(np.append(0.0, self.risk)[self._steps(times)], dtype=np.float64)

    def followed_at(self, times: Floats) -> Integers:
        """Return how many rows are still followed just before each time."""
        return np.asarray(len(self.durations) - np.searchsorted(self.durations, times), dtype=np.intp)

    def influence(self, times: Floats) -> Floats:
        """Return what each row adds to the risk's error by each time, shape (n, times).

        With martingales dM = dN - Y dΛ of the event (1) and of any (·), S survival, F risk and R the weight at risk:
        ``w (∫ S(u-)/R dM₁ - ∫ (F(t) - F(u)) / (R (1 - ΔΛ)) dM·)``, over u up to t.
        """
        result = np.empty((len(self.place), len(times)))
        for column, (steps, risk) in enumerate(zip(self._steps(times), self.risk_at(times), strict=True)):
            until = np.minimum(self.place + 1, steps)
            left_by_then = self.place < steps
            own = left_by_then * self.happened * self.load[self.place] - self.load_hazard[until]
            step = self.lost[self.place] * (risk - self.risk[self.place])
            taken = left_by_then * self.any_event * step - (risk * self.lost_hazard[until] - self.lost_risk[until])
            result[:, column] = self.weights * (own - taken)
        return result

    def _steps(self, times: Floats) -> Integers:
        return np.asarray(np.searchsorted(self.points, times, side="right"), dtype=np.intp)


def risk_curve(durations: Floats, events: Integers, weights: Floats, event: int) -> RiskCurve:
    """Return the curve of one kind of event; other kinds compete with it.

    Parameters
    ----------
    durations : ndarray, shape (n,)
        To the first event of any kind or the end of follow-up.
    events : ndarray of int, shape (n,)
        0 for none, else the kind.
    weights : ndarray, shape (n,)
        Above 0.
    event : int
        The kind asked about.
    """
    points, place = np.unique(durations, return_inverse=True)
    place = place.reshape(-1).astype(np.intp)
    happened, any_event = (events == event).astype(np.float64), (events != 0).astype(np.float64)
    number = len(points)
    at_risk = np.cumsum(np.bincount(place, weights=weights, minlength=number)[::-1])[::-1]
    mine = np.bincount(place, weights=weights * happened, minlength=number)
    every = np.bincount(place, weights=weights * any_event, minlength=number)
    remains = np.where(at_risk - every > 1e-12 * at_risk, at_risk - every, 0.0)
    survival = np.cumprod(remains / at_risk)
    load = np.append(1.0, survival[:-1]) / at_risk
    risk = np.cumsum(load * mine)
    lost = np.divide(1.0, remains, out=np.zeros(number), where=remains > 0)
    hazard = every / at_risk

    def before(values: Floats) -> Floats:
        return np.append(0.0, np.cumsum(values))

    return RiskCurve(
        durations=np.sort(durations),
        points=points,
        risk=risk,
        place=place,
        weights=weights,
        happened=happened,
        any_event=any_event,
        load=load,
        lost=lost,
        load_hazard=before(load * mine / at_risk),
        lost_hazard=before(lost * hazard),
        lost_risk=before(lost * hazard * risk),
    )
