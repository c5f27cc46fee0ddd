"""The tables of a series: counts with what was expected of them, and the same months a year before."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.providers.exact_limits import poisson_limits
from toolkit.stats.series.segmented import SegmentedPoisson
from toolkit.studies.interrupted_series.facts import YearBefore

COMPARED = ("older_children", "neighbours")


def series_table(frame: pd.DataFrame, change_at: int, fit: SegmentedPoisson | None) -> pd.DataFrame:
    """Return one row a quarter or month: what was counted, and what was to be expected without the money.

    With a fit, ``expected`` is the count without the change and ``low`` to ``high`` where a count would lie with 95%
    chance. Without one, it is the mean of all and the range that chance alone would keep counts in.
    """
    table = pd.DataFrame(
        {
            "period": frame["period"],
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


def beside_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a quarter or month: the counts that the series is set beside, for analysts."""
    names = [name for name in COMPARED if name in frame.columns]
    return frame[["period", "referrals", *names]].copy()


def year_before(frame: pd.DataFrame, per_year: int) -> YearBefore | None:
    """Return the latest periods, up to a year, beside the same ones a year before; ``None`` where there are none.

    A description, with no interval: counts vary more than chance, and two figures cannot tell by how much.
    """
    pairs = min(per_year, len(frame) - per_year)
    if pairs < 1:
        return None
    now, then = frame.iloc[-pairs:], frame.iloc[-pairs - per_year : len(frame) - per_year]
    return YearBefore(
        first_month=f"{now['first_day'].iloc[0]:%B %Y}",
        last_month=f"{now['last_day'].iloc[-1]:%B %Y}",
        referrals=int(now["referrals"].sum()),
        referrals_year_before=int(then["referrals"].sum()),
    )


def plain_dispersion(frame: pd.DataFrame) -> float | None:
    """Return how many times as much counts vary around one rate as chance alone would make them."""
    if len(frame) < 2 or not frame["referrals"].sum():
        return None
    expected = frame["exposure"] / frame["exposure"].sum() * frame["referrals"].sum()
    return float(((frame["referrals"] - expected) ** 2 / expected).sum() / (len(frame) - 1))
