"""The chance of being followed on to a day, from a fitted model of departing month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model of departing.

    Attributes
    ----------
    edges
        Days at which months of follow-up begin and the last ends; shape (months + 1,).
    odds
        Each row's odds of departing in a month without events, but for `by_month`; shape (rows,).
    by_month
        What each month multiplies the odds by; shape (months,).
    eventful
        Rows with events, in order: theirs are the chances of `after_events`, and the odds tell of all others.
    after_events
        The chances of those rows.
    terms
        What it rests on; empty where it is the plain share of rows that depart in a month.

    Notes
    -----
    Nine rows in ten have no event, and theirs need no chance a month kept: that is a tenth of the memory.
    """

    edges: Days
    odds: Floats
    by_month: Floats
    eventful: Days
    after_events: AfterEvents
    terms: tuple[str, ...]

    def kept_to(self, day: Days, rows: Days | None = None) -> Floats:
        """Return each row's chance of not departing up to and with its day; of the rows given, where they are."""
        rows = np.arange(len(day)) if rows is None else rows
        month, gone = self._month_of(day)
        kept, odds = np.ones(len(day)), self.odds[rows]
        for place, factor in enumerate(self.by_month[: month.max(initial=0) + 1].tolist()):
            stays = 1 / (1 + odds * factor)
            in_it = np.flatnonzero(month == place)
            stays[in_it] **= gone[in_it]
            stays[month < place] = 1.0
            kept *= stays
        among, has = places(self.eventful, rows)
        kept[has] = self.after_events.kept_to(month[has], gone[has], among[has])
        return kept

    def _month_of(self, day: Days) -> tuple[Days, Floats]:
        """Return the month in which each day lies, and the share of that month gone by then."""
        month = np.clip(np.searchsorted(self.edges, day, side="left") - 1, 0, len(self.edges) - 2)
        start, end = self.edges[month], self.edges[month + 1]
        return month, np.clip((day - start) / (end - start), 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class AfterEvents:
    """Chances of rows with events; all shapes begin (rows, months).

    Attributes
    ----------
    log_stay, log_before
        Logs of each row's chance of not departing in each month: after that month's first referral, where there is
        one, and before it.
    first_referral
        The share of the month gone at its first referral; 0 without one.
    log_kept
        Log of the chance of not departing to each edge; shape (rows, months + 1).
    """

    log_stay: Floats
    log_before: Floats
    first_referral: Floats
    log_kept: Floats

    @classmethod
    def of(cls, hazard: Floats, before_referral: Floats, first: Floats) -> AfterEvents:
        """Return the chances that follow from hazards after and before each month's first referral."""
        log_stay, log_before = np.log1p(-hazard), np.log1p(-before_referral)
        log_kept = np.zeros((hazard.shape[0], hazard.shape[1] + 1))
        np.cumsum(log_before * first + log_stay * (first < 1), axis=1, out=log_kept[:, 1:])
        return cls(log_stay, log_before, first, log_kept)

    def kept_to(self, month: Days, gone: Floats, rows: Days) -> Floats:
        """Return the chance of not departing until a share of a month has gone, for some of the rows."""
        first = self.first_referral[rows, month]
        before = np.minimum(gone, first)
        after = np.clip((gone - before) / np.maximum(1 - first, 1e-9), 0.0, 1.0)
        within = self.log_before[rows, month] * before + self.log_stay[rows, month] * after
        return np.asarray(np.exp(self.log_kept[rows, month] + within))


def places(ordered: Days, wanted: Days) -> tuple[Days, Days]:
    """Return the place of each wanted number among ordered ones, and which of the wanted are there at all."""
    among = np.minimum(np.searchsorted(ordered, wanted), max(len(ordered) - 1, 0))
    return among, np.flatnonzero(ordered[among] == wanted) if len(ordered) else np.zeros(0, dtype=np.int64)
