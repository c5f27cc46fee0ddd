"""The design of a target trial: who may enter, in which months, and how long they are followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.errors import InputError

_SLACK = timedelta(days=7)  # a quiet first or last week of records is not a missing one


@dataclass(frozen=True, slots=True)
class TrialDesign:
    """What a sequence of monthly trials looks like.

    Attributes
    ----------
    covariates, outcomes
        Names in `toolkit.cohort.covariates` and `toolkit.cohort.outcomes`; only these are computed.
    child_under_months
        A family may enter while it has a child born and younger than this at time zero.
    first_trial, last_trial
        The first day of the first and of the last trial month. Where empty, the first month with a whole look-back
        of records before it, and the last with a whole follow-up after it.
    follow_up_days, look_back_days
        Follow-up is the days (time zero, time zero + follow-up]; look-back is (time zero - look-back, time zero].
    centre_sources
        Referral source codes a Children's Centre's own referrals carry.
    """

    covariates: tuple[str, ...]
    outcomes: tuple[str, ...]
    child_under_months: int = 60
    first_trial: date | None = None
    last_trial: date | None = None
    follow_up_days: int = 365
    look_back_days: int = 365
    centre_sources: tuple[str, ...] = ("8", "5D")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days a cohort's records cover and the months it runs trials in.

    ``first`` and ``last`` are month numbers (year × 12 + month - 1), both included.
    """

    first_day: date
    last_day: date
    first: int
    last: int

    @property
    def trials(self) -> int:
        """How many monthly trials there are."""
        return self.last - self.first + 1


def calendar_for(design: TrialDesign, first_day: date, last_day: date) -> Calendar:
    """Return the trial months of a design for records of referrals from ``first_day`` to ``last_day``.

    Raises
    ------
    InputError
        When no month has enough records before and after it.
    """
    first = month_number(design.first_trial) if design.first_trial else _first_month(design, first_day)
    last = month_number(design.last_trial) if design.last_trial else _last_month(design, last_day)
    if first > last:
        raise InputError(
            f"No monthly trial fits these records: referrals run from {first_day} to {last_day}, and a trial needs "
            f"{design.look_back_days} days before it and {design.follow_up_days} days after it. First month "
            f"{month_name(first)}, last month {month_name(last)}. Import more years or change first_trial, last_trial."
        )
    return Calendar(first_day, last_day, first, last)


def month_number(day: date) -> int:
    """Return a month as one number, year × 12 + month - 1.

    >>> month_number(date(2008, 4, 1)) - month_number(date(2007, 12, 31))
    4
    """
    return day.year * 12 + day.month - 1


def month_start(number: int) -> date:
    """Return the first day of a month number."""
    return date(number // 12, number % 12 + 1, 1)


def month_name(number: int) -> str:
    """Return a month number as ``YYYY-MM``.

    >>> month_name(month_number(date(2008, 4, 1)))
    '2008-04'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def _first_month(design: TrialDesign, first_day: date) -> int:
    earliest = first_day - _SLACK + timedelta(days=design.look_back_days)
    return month_number(earliest) + (earliest.day > 1)


def _last_month(design: TrialDesign, last_day: date) -> int:
    day_after_last = last_day + _SLACK - timedelta(days=design.follow_up_days) + timedelta(days=1)
    return month_number(day_after_last) - 1
