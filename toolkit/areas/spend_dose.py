"""Referral rates beside last year's spending per child, ready for a model: logs, lags and who is left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from toolkit.areas.panel import SMALLEST, AreaPanel, area_panel
from toolkit.areas.reorganised import Rule
from toolkit.errors import InputError
from toolkit.stats.panel.fixed_effects import FixedEffects, two_way_fixed_effects

SURE_START = "spend_gbp_sure_start_total"


def spend_dose(
    counts: pd.DataFrame,
    *,
    first: int = 2012,
    last: int = 2019,
    lags: Iterable[int] = (1,),
    line: str = SURE_START,
    outcome: str = "referrals",
    leave_out: Iterable[str] = SMALLEST,
    reorganisations: Rule = "harmonised",
) -> pd.DataFrame:
    """Return one row a council and year ending ``first`` to ``last``.

    Columns, with those of `dose_rows`: area, year, ``log_rate`` (of the outcome per child) and ``log_spend_<lag>``
    (nominal gross pounds per child aged 0 to 17 of the year they were spent in). A figure that is missing, suppressed
    or not above nought has no log and is missing.

    Raises
    ------
    InputError
        When a lag is below nought, or the counts lack the line or the outcome.
    """
    lags = tuple(lags)
    if not lags or min(lags) < 0:
        raise InputError(f"The lags {lags} are no years back: give whole numbers from 0 up.")
    panel = area_panel(
        counts,
        measures=(outcome, line),
        first=first - max(lags),
        last=last,
        reorganisations=reorganisations,
        populations="one_source_a_year",
        leave_out=leave_out,
    )
    return dose_rows(panel, first=first, last=last, lags=lags, line=line, outcome=outcome)


def dose_rows(panel: AreaPanel, *, first: int, last: int, lags: Iterable[int], line: str, outcome: str) -> pd.DataFrame:
    """Return the rows of `spend_dose` of a panel that is there; a lag of -1 is the spending of the year after.

    Columns beside: ``count`` and ``population`` of the outcome, and ``spend_<lag>`` (pounds per child).
    """
    frame = panel.frame
    spend = frame[line] / frame["population"]
    frame = frame.assign(log_rate=_log(panel.rate_of(outcome)), spend=spend, log_spend=_log(spend))
    kept = frame.rename(columns={outcome: "count"})
    dose = kept.loc[kept["year"].between(first, last), ["area", "year", "log_rate", "count", "population"]]
    for lag in lags:
        earlier = frame[["area", "year", "spend", "log_spend"]].assign(year=frame["year"] + lag)
        named = earlier.rename(columns={"log_spend": f"log_spend_{lag}", "spend": f"spend_{lag}"})
        dose = dose.merge(named, on=["area", "year"], how="left")
    return dose


def fit_spend_dose(dose: pd.DataFrame) -> FixedEffects:
    """Return the two-way fixed effects of the log rate on the logs of spending, clustered by council."""
    exposures = dose[[name for name in dose.columns if name.startswith("log_spend_")]]
    return two_way_fixed_effects(dose["log_rate"], exposures, unit=dose["area"], period=dose["year"])


def _log(values: pd.Series) -> pd.Series:
    return pd.Series(np.log(values.where(values > 0)), index=values.index)
