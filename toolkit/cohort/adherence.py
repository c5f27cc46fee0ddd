"""The chance of being followed on: a logistic model of departing (moving, leaving, joining), month by month.

A row is at risk in a month of its follow-up while it is followed and has not departed. What is known of it in that
month is what was known at time zero, how long it has been followed, and its family's referrals and episodes up to
then. Within a month events come first: a referral in it is known for what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.happened import SINCE, Events, Happened, since
from toolkit.cohort.kept import AfterEvents, Model
from toolkit.cohort.windows import days_of, months_in
from toolkit.errors import InputError
from toolkit.stats.propensity.model import PropensityFit, fit_propensity
from toolkit.stats.sample.covariates import Covariate, Term, model_terms, read_covariate

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

FEWEST_OF_A_VALUE = 5
"""Rows that a yes or no needs of each answer on each side."""
DEPARTURES_A_TERM = 5
"""Fewer departures than this for each term cannot carry a model."""
STAYERS_A_DEPARTURE, FEWEST_STAYERS, MOST_STAYERS = 20, 20_000, 150_000
"""Row-months without a departure that are used to fit, for each departure, at least and at most; of more, every second,
third … is taken and counted so often. Twenty for each are nearly as good as all."""
_NOT_NOW = np.array([False, *[True] * (len(SINCE) - 1)])


def months_of(horizon: int) -> Days:
    """Return the days at which the months up to a horizon begin, and the horizon.

    >>> months_of(91)
    array([ 0, 30, 61, 91])
    """
    months = months_in(horizon)
    return np.array([*(days_of(month) for month in range(months)), horizon], dtype=np.int64)


def fit_model(arm: pd.DataFrame, events: Events, departed: Flags, horizon: int, covariates: Sequence[str]) -> Model:
    """Fit the chance of departing in each month of follow-up.

    Parameters
    ----------
    arm
        The rows of one arm, with ``days_followed``, ``trial``, ``district`` and the covariates.
    events
        Their events, numbered by place in ``arm``.
    departed
        Whether a row departed, on the day ``days_followed``; shape (rows,).
    horizon
        Days within which a row can depart.
    covariates
        Columns of what was known at time zero.

    Notes
    -----
    Where departures are too few for the covariates, or the covariates tell those that depart from the others perfectly,
    the model rests on time and events alone; where they are too few for those too, on the share that departs in each
    month.
    """
    edges = months_of(horizon)
    followed = np.maximum(arm["days_followed"].to_numpy().astype(np.int64), 1)
    at_risk = followed[:, None] > edges[None, :-1]
    departs: Flags = at_risk & departed[:, None] & (followed[:, None] <= edges[None, 1:])
    happened = since(events, followed, edges)
    base = _baseline(arm, covariates, np.asarray(departs.any(axis=1)))
    for known in (base, ()):
        if departs.sum() >= DEPARTURES_A_TERM * (len(model_terms(known)) + 2 + len(SINCE)):
            found = _fitted(edges, at_risk, departs, happened, known)
            if found is not None:
                return found
    share = departs.sum(axis=0) / np.maximum(at_risk.sum(axis=0), 1)
    hazard = np.minimum(share, 0.999)
    nobody = AfterEvents.of(*np.zeros((3, 0, len(hazard))))
    return Model(edges, np.ones(len(arm)), hazard / (1 - hazard), np.zeros(0, dtype=np.int64), nobody, ())


def _fitted(edges: Days, at_risk: Flags, departs: Flags, happened: Happened, base: Sequence[Covariate]) -> Model | None:
    row, month, counts = _sample(at_risk, departs)
    columns = [Covariate(one.name, one.values[row], one.levels) for one in base]
    columns += [Covariate(name, values) for name, values in _changing(month, happened.of(row, month), len(edges) - 1)]
    fit = _settled(columns, departs[row, month], counts)
    if fit is None:
        return None
    fixed = fit.intercept + _linear(model_terms(base), fit.coefficients, len(at_risk))
    months = np.arange(len(edges) - 1)
    by_month = _log_odds(fit, months, np.zeros((len(months), len(SINCE)), dtype=np.bool_))
    rows = happened.rows
    after, before = np.empty((2, len(rows), len(months)))
    for place in months:
        same = np.full(len(rows), place)
        for filled, known in ((after, happened.by_month[:, place]), (before, happened.by_month[:, place] & _NOT_NOW)):
            filled[:, place] = 1 / (1 + np.exp(-fixed[rows] - _log_odds(fit, same, known, len(months))))
    chances = AfterEvents.of(after, before, happened.first)
    return Model(edges, np.exp(fixed), np.exp(by_month), rows, chances, tuple(fit.coefficients))


def _log_odds(fit: PropensityFit, month: Days, since: Flags, months: int = 0) -> Floats:
    """Return what the months and what happened by then add to the log odds of departing."""
    added = np.zeros(len(month))
    for name, values in _changing(month, since, months or len(month)):
        added += fit.coefficients.get(name, 0.0) * values
    return added


def _settled(columns: Sequence[Covariate], happened: Flags, counts: Floats) -> PropensityFit | None:
    """Return the model of departing, without columns whose rare answers would be fitted as never or always.

    Two rare answers that are never found together can do so too, so where the model does not settle it is fitted
    again without those that are a little less rare. ``None`` where it does not settle then either.
    """
    for fewest in (FEWEST_OF_A_VALUE, 10 * FEWEST_OF_A_VALUE):
        kept = [one for one in columns if one.is_category or _varies_in_both(one.values, happened, fewest)]
        try:
            return fit_propensity(model_terms(kept), happened, weights=counts)
        except InputError:  # the covariates tell those that depart from the others
            continue
    return None


def _baseline(arm: pd.DataFrame, covariates: Sequence[str], departs: Flags) -> tuple[Covariate, ...]:
    """Return the covariates, the district and the trial's place, without those that one outcome alone takes."""
    columns = [read_covariate(name, arm[name]) for name in covariates]
    columns.append(Covariate("trial", arm["trial"].cat.codes.to_numpy().astype(np.float64)))
    district = read_covariate("district", arm["district"])
    inside = np.bincount(district.values[departs], minlength=len(district.levels))
    if len(district.levels) > 1 and (inside > 0).all():
        columns.append(district)
    return tuple(one for one in columns if one.is_category or _varies_in_both(one.values, departs))


def _varies_in_both(values: NDArray[np.generic], departs: Flags, fewest: int = FEWEST_OF_A_VALUE) -> bool:
    """Return whether a covariate takes more than one value on both sides, each of a yes or no often enough to be told.

    A yes or no with hardly any departures, or hardly any others, would be fitted as never or always.
    """
    for side in (values[departs], values[~departs]):
        different, counts = np.unique(side, return_counts=True)
        if len(different) < 2 or (len(different) == 2 and counts.min() < fewest):
            return False
    return True


def _changing(month: Days, since: Flags, months: int) -> Iterator[tuple[str, Floats]]:
    """Yield what changes from month to month: the month, its square (where they are three or more) and the events.

    Of a row's referrals the latest counts: one this month, or else one since time zero, or else one of the last three
    months before it, by month, or else one within a year.
    Were they added up, a family referred often would be taken to depart far more often than such families do.
    """
    share = month / max(1, months - 1)
    yield "month", share
    if months > 2:
        yield "month_squared", share**2
    *referred, episode = since.T
    latest, none_later = [], np.ones(len(since), dtype=np.bool_)
    for one in referred:
        latest.append(one & none_later)
        none_later &= ~one
    for name, flag in zip(SINCE, (*latest, episode), strict=True):
        yield name, flag.astype(np.float64)


def _sample(at_risk: Flags, departs: Flags) -> tuple[Days, Days, Floats]:
    """Return the row-months to fit on (every departure, evenly spaced others) and how many each one stands for."""
    stay = np.flatnonzero(at_risk & ~departs)
    gone_row, gone_month = np.nonzero(departs)
    wanted = min(MOST_STAYERS, max(FEWEST_STAYERS, STAYERS_A_DEPARTURE * len(gone_row)))
    step = -(-len(stay) // wanted) or 1
    stay_row, stay_month = np.divmod(stay[::step], at_risk.shape[1])
    row = np.concatenate([gone_row, stay_row])
    month = np.concatenate([gone_month, stay_month])
    counts = np.concatenate([np.ones(len(gone_row)), np.full(len(row) - len(gone_row), float(step))])
    return row, month, counts


def _linear(terms: Sequence[Term], coefficients: dict[str, float], count: int) -> Floats:
    eta = np.zeros(count)
    for term in terms:
        if term.label in coefficients:
            eta += coefficients[term.label] * term.numbers()
    return eta
