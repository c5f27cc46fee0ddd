"""The chance of being followed on: a logistic model of departing (moving, leaving, joining), month by month.

A row is at risk in a month of its follow-up while it is followed and has not departed. What is known of it in that
month is what was known at time zero, how long it has been followed, and its family's referrals and episodes up to
then. Within a month events come first: a referral in it is known for what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.windows import days_of, months_in
from toolkit.errors import InputError
from toolkit.stats.propensity.model import PropensityFit, fit_propensity
from toolkit.stats.sample.covariates import Covariate, Term, model_terms, read_covariate

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

RECENT, REMEMBERED = 91, 365
"""Days: a referral is recent for 91, and remembered for 365, as episodes are."""
FEWEST_OF_A_VALUE = 5
"""Rows that a yes or no needs of each answer on each side."""
DEPARTURES_A_TERM = 5
"""Fewer departures than this for each term cannot carry a model."""
STAYERS_A_DEPARTURE, FEWEST_STAYERS, MOST_STAYERS = 20, 20_000, 150_000
"""Row-months without a departure that are used to fit, for each departure, at least and at most; of more, every second,
third … is taken and counted so often. Twenty for each are nearly as good as all."""
_SINCE = ("referred_by_now", "referred_within_3_months", "referred_within_a_year", "episode_within_a_year")
_NOT_NOW = np.array([False, True, True, True])


@dataclass(frozen=True, slots=True)
class Events:
    """Events of the rows' families: one entry an event of a row, in any order.

    Attributes
    ----------
    row, day
        The row's place in the frame, and the day counted from time zero (0 or less: before).
    is_referral
        Whether it is a referral; otherwise a statutory episode.
    """

    row: Days
    day: Days
    is_referral: Flags

    def of_rows(self, rows: Days) -> Events:
        """Return the events of some rows (places in order), numbered by their place among them."""
        place = np.searchsorted(rows, self.row)
        mine = (place < len(rows)) & (rows[np.minimum(place, len(rows) - 1)] == self.row)
        return Events(place[mine], self.day[mine], self.is_referral[mine])


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model of departing.

    Attributes
    ----------
    edges
        Days at which months of follow-up begin and the last ends; shape (months + 1,).
    log_stay, log_before
        Logs of each row's chance of not departing in each month: after that month's first referral, where there is
        one, and before it; shape (rows, months).
    first_referral
        The share of the month gone at its first referral; 0 without one.
    log_kept
        Log of the chance of not departing to each edge; shape (rows, months + 1).
    terms
        What it rests on; empty where it is the plain share of rows that depart in a month.
    """

    edges: Days
    log_stay: Floats
    log_before: Floats
    first_referral: Floats
    log_kept: Floats
    terms: tuple[str, ...]

    def kept_to(self, day: Days, rows: NDArray[np.intp] | None = None) -> Floats:
        """Return each row's chance of not departing up to and with its day; of the rows given, where they are."""
        last = len(self.edges) - 1
        month = np.clip(np.searchsorted(self.edges, day, side="left") - 1, 0, last - 1)
        rows = np.arange(len(day)) if rows is None else rows
        start, end = self.edges[month], self.edges[month + 1]
        gone = np.clip((day - start) / (end - start), 0.0, 1.0)  # share of the month
        first = self.first_referral[rows, month]
        before = np.minimum(gone, first)
        after = np.clip((gone - before) / np.maximum(1 - first, 1e-9), 0.0, 1.0)
        within = self.log_before[rows, month] * before + self.log_stay[rows, month] * after
        return np.asarray(np.exp(self.log_kept[rows, month] + within))


def _model(edges: Days, hazard: Floats, before_referral: Floats, first: Floats, terms: tuple[str, ...]) -> Model:
    log_stay, log_before = np.log1p(-hazard), np.log1p(-before_referral)
    log_kept = np.zeros((len(hazard), len(edges)))
    np.cumsum(log_before * first + log_stay * (first < 1), axis=1, out=log_kept[:, 1:])
    return Model(edges, log_stay, log_before, first, log_kept, terms)


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
    since, first = _since(events, followed, edges)
    base = _baseline(arm, covariates, np.asarray(departs.any(axis=1)))
    for known in (base, ()):
        if departs.sum() >= DEPARTURES_A_TERM * (len(model_terms(known)) + 2 + len(_SINCE)):
            found = _fitted(edges, at_risk, departs, since, first, known)
            if found is not None:
                return found
    share = departs.sum(axis=0) / np.maximum(at_risk.sum(axis=0), 1)
    hazard = np.broadcast_to(np.minimum(share, 0.999), at_risk.shape)
    return _model(edges, hazard, hazard, np.zeros(at_risk.shape), ())


def _fitted(
    edges: Days, at_risk: Flags, departs: Flags, since: Flags, first: Floats, base: Sequence[Covariate]
) -> Model | None:
    row, month, counts = _sample(at_risk, departs)
    columns = [Covariate(one.name, one.values[row], one.levels) for one in base]
    columns += [Covariate(name, values) for name, values in _changing(month, since[row, month], departs.shape[1])]
    happened = departs[row, month]
    fit = _settled(columns, happened, counts)
    if fit is None:
        return None
    fixed = fit.intercept + _linear(model_terms(base), fit.coefficients, len(at_risk))
    hazard, before = np.empty(at_risk.shape), np.empty(at_risk.shape)
    for place in range(at_risk.shape[1]):
        months = np.full(len(at_risk), place)
        by_then = since[:, place]
        for filled, known in ((hazard, by_then), (before, by_then & _NOT_NOW)):
            changing = _changing(months, known, at_risk.shape[1])
            eta = fixed + sum(fit.coefficients.get(name, 0.0) * values for name, values in changing)
            filled[:, place] = 1 / (1 + np.exp(-eta))
    return _model(edges, hazard, before, first, tuple(fit.coefficients))


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


def _since(events: Events, followed: Days, edges: Days) -> tuple[Flags, Floats]:
    """Return what has happened by each month, shape (rows, months, 4), and the share gone at its first referral."""
    months = len(edges) - 1
    found = np.zeros((len(followed), months, len(_SINCE)), dtype=np.bool_)
    first = np.zeros((len(followed), months))
    for month, (start, end) in enumerate(pairwise(edges.tolist())):
        ago = start - events.day
        before = (ago >= 0) & (ago < REMEMBERED)
        within = events.is_referral & (ago < 0) & (events.day <= np.minimum(end, followed[events.row]))
        flags = (within, events.is_referral & before & (ago < RECENT), events.is_referral & before & (ago >= RECENT))
        for place, flag in enumerate((*flags, before & ~events.is_referral)):
            found[events.row[flag], month, place] = True
        order = np.flatnonzero(within)[np.argsort(-events.day[within], kind="stable")]  # the first is written last
        first[events.row[order], month] = (events.day[order] - start) / (end - start)
    return found, first


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

    Of a row's referrals the latest counts: one this month, or else one within three months, or else one within a year.
    Were they added up, a family referred often would be taken to depart far more often than such families do.
    """
    share = month / max(1, months - 1)
    yield "month", share
    if months > 2:
        yield "month_squared", share**2
    now, recent, older, episode = since.T
    for name, flag in zip(_SINCE, (now, recent & ~now, older & ~recent & ~now, episode), strict=True):
        yield name, flag.astype(np.float64)


def _sample(at_risk: Flags, departs: Flags) -> tuple[Days, Days, Floats]:
    """Return the row-months to fit on (every departure, evenly spaced others) and how many each one stands for."""
    stay_row, stay_month = np.nonzero(at_risk & ~departs)
    gone_row, gone_month = np.nonzero(departs)
    wanted = min(MOST_STAYERS, max(FEWEST_STAYERS, STAYERS_A_DEPARTURE * len(gone_row)))
    step = -(-len(stay_row) // wanted) or 1
    row = np.concatenate([gone_row, stay_row[::step]])
    month = np.concatenate([gone_month, stay_month[::step]])
    counts = np.concatenate([np.ones(len(gone_row)), np.full(len(row) - len(gone_row), float(step))])
    return row, month, counts


def _linear(terms: Sequence[Term], coefficients: dict[str, float], count: int) -> Floats:
    eta = np.zeros(count)
    for term in terms:
        if term.label in coefficients:
            eta += coefficients[term.label] * term.numbers()
    return eta
