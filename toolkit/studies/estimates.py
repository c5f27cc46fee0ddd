"""From an effect of the statistics to an estimate of a study, and when there can be none."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.effects.effect import Effect
from toolkit.studies.result import Estimate


def estimate_of(effect: Effect, outcome: str, estimator: str) -> Estimate:
    """Return an effect as the estimate of an outcome."""
    low, high = effect.interval
    return Estimate(
        outcome=outcome,
        estimator=estimator,
        measure=effect.measure,
        estimate=effect.estimate,
        se=effect.se,
        low=low,
        high=high,
        p_value=effect.p_value,
        n_treated=effect.n_treated,
        n_control=effect.n_control,
        clusters=effect.clusters,
    )


def no_estimate(rows: pd.DataFrame, outcome: str, estimator: str, measure: str) -> Estimate:
    """Return what stands in an estimate's place when the rows compared cannot give one."""
    treated = int((rows["treated"] == 1).sum())
    return Estimate(
        outcome=outcome,
        estimator=estimator,
        measure=measure,
        estimate=None,
        se=None,
        low=None,
        high=None,
        p_value=None,
        n_treated=treated,
        n_control=len(rows) - treated,
        clusters=None,
    )


def can_be_estimated(rows: pd.DataFrame, outcome: str, measure: str) -> bool:
    """Whether the rows compared hold enough events: one at least, and for ratios one in each arm."""
    with_outcome = rows.loc[rows[outcome] > 0, "treated"]
    return len(with_outcome) > 0 if measure == "difference" else with_outcome.nunique() == 2
