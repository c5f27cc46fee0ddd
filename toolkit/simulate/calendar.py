"""The county's calendar: days and months as numbers, when the records run, and how many referrals a month is due.

A day is the number of days since 1 January 1970; a month is year × 12 + month - 1, so that an age in months is a
difference.
"""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Months = NDArray[np.int64]

NEVER = 10**7
"""A day or month that never comes."""


def day_number(day: date) -> int:
    """Return a date as a day number."""
    return (day - date(1970, 1, 1)).days


def month_number(day: date) -> int:
    """Return the month number of a date."""
    return day.year * 12 + day.month - 1


def month_of(days: Days) -> Months:
    """Return the month number of each day number."""
    return np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12


def month_start(months: Months | int) -> Days:
    """Return the day number of each month's first day."""
    since = np.asarray(months, dtype=np.int64) - 1970 * 12
    return since.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


LIFE_FROM, RECORDS_FROM, RECORDS_TO = date(2004, 4, 1), date(2007, 4, 1), date(2012, 3, 31)
"""Families' lives are simulated from the first of these (so that the records begin in a running county) to the last."""
TRIALS_FROM, TRIALS_TO = date(2008, 4, 1), date(2011, 3, 31)

FIRST, LAST = day_number(LIFE_FROM), day_number(RECORDS_TO)
FIRST_RECORD = day_number(RECORDS_FROM)
FIRST_MONTH, LAST_MONTH = month_number(LIFE_FROM), month_number(RECORDS_TO)

# Child referrals by quarter, April first: the scrutiny report's where it gives them (2009/10 and the first half of
# 2010/11; year totals from 2006/07), otherwise the year's total in 2009/10's pattern. November 2008 is a bump that
# settles to a step. 2010/11's second half and 2011/12 are our own.
_QUARTERS = (
    (568, 636, 595, 551),  # 2004/05
    (592, 663, 620, 575),  # 2005/06
    (621, 696, 651, 603),  # 2006/07: 2,571
    (677, 759, 710, 659),  # 2007/08: 2,805
    (690, 745, 830, 875),  # 2008/09: 3,140
    (758, 850, 795, 737),  # 2009/10: 3,140
    (855, 792, 845, 798),  # 2010/11: 1,647 in the first half
    (790, 835, 810, 765),  # 2011/12
)
# How a quarter is spread over its months; only the autumn of 2008 is uneven.
_SPREAD = {(2008, 2): (0.275, 0.35, 0.375)}
_WEEKDAYS = np.array([1.22, 1.20, 1.20, 1.18, 1.15, 0.55, 0.50])  # Monday first; referrals come in at weekends too


def referrals_due() -> NDArray[np.float64]:
    """Return child referrals due in each month of life (whole county), `FIRST_MONTH` first."""
    due = []
    for year, quarters in enumerate(_QUARTERS, start=LIFE_FROM.year):
        for quarter, count in enumerate(quarters):
            due += [count * share for share in _SPREAD.get((year, quarter), (1 / 3, 1 / 3, 1 / 3))]
    return np.array(due)


def weekday_of(days: Days | int) -> NDArray[np.int64]:
    """Return the day of the week, 0 for Monday."""
    return (np.asarray(days) + 3) % 7


def referral_weights(days: Days | int) -> NDArray[np.float64]:
    """Return how busy each day is for referrals, about 1 on average."""
    return _WEEKDAYS[weekday_of(days)]


def joining_weights(days: Days | int) -> NDArray[np.float64]:
    """Return how busy each day is for joining: centres open on weekdays."""
    return np.where(weekday_of(days) < 5, 1.4, 0.0)
