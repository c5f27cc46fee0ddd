"""Quarters and months: their days and names, and which of them are wholly on record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats

By = Literal["quarter", "month"]

PER_YEAR: Mapping[str, int] = MappingProxyType({"quarter": 4, "month": 12})
IN_A_QUARTER: Mapping[str, int] = MappingProxyType({"quarter": 1, "month": 3})
_FREQ: Mapping[str, str] = MappingProxyType({"quarter": "Q-MAR", "month": "M"})
MOST_SILENT_DAYS = 7
"""A quarter or month at an end of the records is whole if they begin, or end, no further than this from its end."""


def quarter_name(day: pd.Timestamp) -> str:
    """Return the quarter of the financial year a day is in.

    >>> quarter_name(pd.Timestamp(2010, 2, 1))
    '2009/10 Q4'
    """
    period = pd.Period(day, freq="Q-MAR")
    return f"{period.qyear - 1}/{period.qyear % 100:02d} Q{period.quarter}"


def period_name(day: pd.Timestamp, by: By) -> str:
    """Return the quarter or month a day is in.

    >>> period_name(pd.Timestamp(2010, 2, 1), "month")
    'February 2010'
    """
    return quarter_name(day) if by == "quarter" else f"{day:%B %Y}"


def period_number(day: pd.Timestamp, by: By) -> int:
    """Return a number that is one more for each later quarter or month."""
    months = day.year * 12 + day.month - 1
    return months // 3 if by == "quarter" else months


def whole_periods(received: pd.Series, by: By) -> pd.DataFrame:
    """Return the quarters or months wholly on record, in order, by the days on which anything was received."""
    if not len(received):
        return periods_from(pd.PeriodIndex([], freq=_FREQ[by]), by)
    periods = pd.period_range(received.min(), received.max(), freq=_FREQ[by])
    silent = pd.Timedelta(days=MOST_SILENT_DAYS)
    begins = int(received.min() - periods[0].start_time > silent)
    ends = len(periods) - int(periods[-1].end_time.normalize() - received.max() > silent)
    return periods_from(periods[begins:ends], by)


def periods_on(days: pd.Series, by: By) -> pd.DataFrame:
    """Return the quarters or months that days lie in, as they come."""
    return periods_from(pd.PeriodIndex(pd.to_datetime(days), freq=_FREQ[by]), by)


def periods_from(periods: pd.PeriodIndex, by: By) -> pd.DataFrame:
    """Return ``period`` (its name), ``first_day`` and ``last_day``, a row each."""
    first, last = periods.start_time.normalize(), periods.end_time.normalize()
    names = pd.Series([period_name(day, by) for day in first], dtype=object)
    return pd.DataFrame({"period": names, "first_day": first, "last_day": last})


def days_in(frame: pd.DataFrame) -> Floats:
    """Return how many days each quarter or month has."""
    return np.asarray((frame["last_day"] - frame["first_day"]).dt.days + 1, dtype=np.float64)


def counted_in(frame: pd.DataFrame, days: pd.Series) -> Floats:
    """Return how many of some days lie in each quarter or month."""
    ends = np.sort(days.to_numpy(dtype="datetime64[ns]"))
    until = (frame["last_day"] + pd.Timedelta(days=1)).to_numpy(dtype="datetime64[ns]")
    first = frame["first_day"].to_numpy(dtype="datetime64[ns]")
    return np.asarray(np.searchsorted(ends, until) - np.searchsorted(ends, first), dtype=np.float64)


def span_of(frame: pd.DataFrame) -> str:
    """Return the months the series runs between, in words."""
    return f"{frame['first_day'].iloc[0]:%B %Y} to {frame['last_day'].iloc[-1]:%B %Y}"
