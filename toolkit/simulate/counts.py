"""The simulated county's own totals as published counts, under a code that is no ONS code."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.simulate.calendar import RECORDS_FROM, RECORDS_TO, day_number, month_number, month_of
from toolkit.simulate.families import Families
from toolkit.simulate.hazards import ADULT, YEAR
from toolkit.simulate.places import COUNTY_CODE
from toolkit.simulate.referrals import NFA, ChildReferrals

SOURCE = "Simulated county"

Rows = list[dict[str, Any]]


def area_counts(families: Families, referrals: ChildReferrals, care_started: NDArray[np.int64]) -> Rows:
    """Return counts by year ending 31 March, by quarter and by month.

    Parameters
    ----------
    families, referrals
        The county's.
    care_started
        Days on which a child began to be looked after.
    """
    is_repeat = referrals.day - referrals.previous <= YEAR
    by_measure = {
        "referrals": referrals.day,
        "re_referrals_12m": referrals.day[is_repeat],
        "referrals_nfa": referrals.day[referrals.outcome == NFA],
        "started_looked_after": care_started,
    }
    population = {year: _children(families, year) for year in range(RECORDS_FROM.year, RECORDS_TO.year)}
    rows: Rows = []
    for measure, days in by_measure.items():
        month = month_of(days[(days >= day_number(RECORDS_FROM)) & (days <= day_number(RECORDS_TO))])
        rows += _yearly(measure, month, population)
        if measure == "referrals":
            rows += _quarterly(measure, month)
            rows += _monthly("referrals_month", month)
    return rows


def _children(families: Families, year: int) -> int:
    """Return children aged 0 to 17 in the middle of a calendar year: the estimate before the year ending next March."""
    middle = pd.Timestamp(year, 7, 1).date()
    age = month_number(middle) - families.births
    day = day_number(middle)
    here = (families.known_from <= day) & (families.known_to > day)
    return int((((age >= 0) & (age < ADULT)) & here[:, None]).sum())


def _yearly(measure: str, month: NDArray[np.int64], population: dict[int, int]) -> Rows:
    year = (month - 3) // 12
    return [_row(str(y + 1), measure, int((year == y).sum()), children) for y, children in population.items()]


def _quarterly(measure: str, month: NDArray[np.int64]) -> Rows:
    quarters = range(month_number(RECORDS_FROM) // 3, month_number(RECORDS_TO) // 3 + 1)
    return [_row(f"{q // 4}-Q{q % 4 + 1}", measure, int((month // 3 == q).sum()), None) for q in quarters]


def _monthly(measure: str, month: NDArray[np.int64]) -> Rows:
    months = range(month_number(RECORDS_FROM), month_number(RECORDS_TO) + 1)
    return [_row(f"{m // 12}-{m % 12 + 1:02d}", measure, int((month == m).sum()), None) for m in months]


def _row(period: str, measure: str, count: int, population: int | None) -> dict[str, Any]:
    return {
        "area": COUNTY_CODE,
        "period": period,
        "measure": measure,
        "count": float(count),
        "population": np.nan if population is None else float(population),
        "status": "published",
        "source": SOURCE,
    }
