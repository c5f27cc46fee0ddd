"""The tables of a series: quarters with what was expected of them, events, and the same months a year before."""

from __future__ import annotations

from datetime import date

import pandas as pd

from toolkit.stats.providers.exact_limits import poisson_limits
from toolkit.stats.series.segmented import SegmentedPoisson
from toolkit.studies.interrupted_series.facts import YearBefore
from toolkit.studies.interrupted_series.quarters import quarter_name


def series_table(frame: pd.DataFrame, change_at: int, fit: SegmentedPoisson | None) -> pd.DataFrame:
    """Return one row a quarter: what was counted, and what was to be expected without the money.

    With a fit, ``expected`` is the count without the change and ``low`` to ``high`` where a quarter would lie with
    95% chance. Without one, it is the mean of all quarters and the range that chance alone would keep counts in.
    """
    table = pd.DataFrame(
        {
            "quarter": frame["quarter"],
            "first_day": [day.date().isoformat() for day in frame["first_day"]],
            "referrals": frame["referrals"],
            "after_money": [place >= change_at for place in range(len(frame))],
        }
    )
    if fit is not None:
        return table.assign(expected=fit.counterfactual, low=fit.low, high=fit.high, fitted=fit.fitted)
    if not len(frame):
        return table.assign(expected=None, low=None, high=None, fitted=None)
    share = frame["exposure"] / frame["exposure"].sum()
    expected = share * frame["referrals"].sum()
    low, high = poisson_limits(expected.to_numpy(), 0.95)
    return table.assign(expected=expected, low=low, high=high, fitted=None)


def events_table(events: pd.DataFrame, money_from: date, window: int) -> pd.DataFrame:
    """Return the events with their distance from the money, in quarters; 0 is the money's own quarter.

    ``is_near`` is whether any day it may have been lies within ``window`` quarters. An event known by its year alone
    has the quarters of its first and last day.
    """
    money = _quarter_number(pd.Timestamp(money_from))
    rows = []
    for event in events.to_dict("records"):
        first, last = _quarter_number(event["on"]) - money, _quarter_number(event["until"]) - money
        rows.append(
            {
                "on": event["on"].date().isoformat(),
                "as_printed": event["as_printed"],
                "quarter": quarter_name(event["on"]),
                "area": event["area"],
                "what": event["what"],
                "quarters_from_money": first if abs(first) <= abs(last) else last,
                "is_near": first <= window and last >= -window,
            }
        )
    names = ["on", "as_printed", "quarter", "area", "what", "quarters_from_money", "is_near"]
    return pd.DataFrame(rows, columns=names).astype({"is_near": bool})


def year_before(frame: pd.DataFrame) -> YearBefore | None:
    """Return the latest quarters, up to four, beside the same ones a year before; ``None`` where there are none.

    A description, with no interval: quarters vary more than chance, and two figures cannot tell by how much.
    """
    pairs = min(4, len(frame) - 4)
    if pairs < 1:
        return None
    now, then = frame.iloc[-pairs:], frame.iloc[-pairs - 4 : len(frame) - 4]
    return YearBefore(
        first_month=f"{now['first_day'].iloc[0]:%B %Y}",
        last_month=f"{now['last_day'].iloc[-1]:%B %Y}",
        referrals=int(now["referrals"].sum()),
        referrals_year_before=int(then["referrals"].sum()),
    )


def plain_dispersion(frame: pd.DataFrame) -> float | None:
    """Return how many times as much quarters vary around one rate as chance alone would make them."""
    if len(frame) < 2 or not frame["referrals"].sum():
        return None
    expected = frame["exposure"] / frame["exposure"].sum() * frame["referrals"].sum()
    return float(((frame["referrals"] - expected) ** 2 / expected).sum() / (len(frame) - 1))


def _quarter_number(day: pd.Timestamp) -> int:
    return (day.year * 12 + day.month - 1) // 3
