"""Referral rates beside last year's spending per child, ready for a model: logs, lags and who is left out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from toolkit.areas.panel import SMALLEST, area_panel
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

    Columns: area, year, ``log_rate`` (of the outcome per child) and ``log_spend_<lag>`` (nominal gross pounds per child
    aged 0 to 17 of the year they were spent in). A figure that is missing, suppressed or not above nought has no log
    and is missing.

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
    frame = panel.frame
    frame = frame.assign(log_rate=_log(panel.rate_of(outcome)), log_spend=_log(frame[line] / frame["population"]))
    dose = frame.loc[frame["year"].between(first, last), ["area", "year", "log_rate"]]
    for lag in lags:
        earlier = frame[["area", "year", "log_spend"]].assign(year=frame["year"] + lag)
        dose = dose.merge(earlier.rename(columns={"log_spend": f"log_spend_{lag}"}), on=["area", "year"], how="left")
    return dose


def fit_spend_dose(dose: pd.DataFrame) -> FixedEffects:
    """Return the two-way fixed effects of the log rate on the logs of spending, clustered by council."""
    exposures = dose[[name for name in dose.columns if name.startswith("log_spend_")]]
    return two_way_fixed_effects(dose["log_rate"], exposures, unit=dose["area"], period=dose["year"])


def _log(values: pd.Series) -> pd.Series:
    return pd.Series(np.log(values.where(values > 0)), index=values.index)
