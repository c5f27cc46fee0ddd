"""From an effect of the statistics to an estimate of a study, and when there can be none."""

from __future__ import annotations

import pandas as pd

from toolkit.stats.effects.effect import Effect
from toolkit.studies.result import Estimate


def estimate_of(effect: Effect, outcome: str, estimator: str) -> Estimate:
    """Return an effect as the estimate of an outcome."""
    low, high = effect.interval
    return Estimate(
        outcome,
        estimator,
        effect.measure,
        effect.estimate,
        effect.se,
        low,
        high,
        effect.p_value,
        effect.n_treated,
        effect.n_control,
        effect.clusters,
    )


def no_estimate(rows: pd.DataFrame, outcome: str, estimator: str, measure: str) -> Estimate:
    """Return what stands in an estimate's place when the rows compared cannot give one."""
    treated = int((rows["treated"] == 1).sum())
    return Estimate(outcome, estimator, measure, None, None, None, None, None, treated, len(rows) - treated, None)


def can_be_estimated(rows: pd.DataFrame, outcome: str, measure: str) -> bool:
    """Whether the rows compared hold enough events: one at least, and for ratios one in each arm."""
    with_outcome = rows.loc[rows[outcome] > 0, "treated"]
    return len(with_outcome) > 0 if measure == "difference" else with_outcome.nunique() == 2
