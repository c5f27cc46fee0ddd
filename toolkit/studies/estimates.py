"""From figures of the statistics to an estimate of a study, and when there can be none."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from toolkit.cohort.flow import FlowStep
from toolkit.stats import Effect
from toolkit.stats.variance.clustered_mean import ClusteredMean
from toolkit.stats.variance.two_means import difference_of_means
from toolkit.studies.result import Estimate

NONE_ON_RECORD = (FlowStep("councils", None, 0, "No published counts that can be compared are on record."),)
"""The flow of a study of published counts where the records hold none of what it asks for."""


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


def estimate_of_mean(mean: ClusteredMean, outcome: str, *, estimator: str, measure: str, rows: int) -> Estimate:
    """Return a mean over so many rows as the estimate of an outcome; what is not a number is ``None``."""
    estimate, se, low, high = (None if math.isnan(x) else float(x) for x in (mean.mean, mean.se, mean.low, mean.high))
    return Estimate(
        outcome=outcome,
        estimator=estimator,
        measure=measure,
        estimate=estimate,
        se=se,
        low=low,
        high=high,
        n_treated=rows,
        clusters=mean.clusters,
    )


def no_estimate(rows: pd.DataFrame, outcome: str, estimator: str, measure: str) -> Estimate:
    """Return what stands in an estimate's place when the rows compared cannot give one."""
    treated = int((rows["treated"] == 1).sum())
    return no_figure(outcome, estimator=estimator, measure=measure, n_treated=treated, n_control=len(rows) - treated)


def no_figure(
    outcome: str, *, estimator: str, measure: str, n_treated: int | None = None, n_control: int | None = None
) -> Estimate:
    """Return what stands in an estimate's place when there is none, so that every bundle has the same shape."""
    return Estimate(
        outcome=outcome,
        estimator=estimator,
        measure=measure,
        estimate=None,
        se=None,
        low=None,
        high=None,
        n_treated=n_treated,
        n_control=n_control,
    )


def unadjusted_difference(
    outcome: str, values: NDArray[np.number], treated: NDArray[np.bool_], cluster: NDArray[np.integer]
) -> Estimate:
    """Return the plain difference, joiners less the rest: what a naive reading gives, kept only to be shown as such.

    Parameters
    ----------
    outcome
        The outcome's name.
    values, treated, cluster
        One entry a row: the outcome, whether the family joined, and the cluster's code from 0.
    """
    found = difference_of_means(values, treated, cluster)
    return Estimate(
        outcome=outcome,
        estimator="unadjusted",
        measure="difference",
        estimate=found.estimate,
        se=known(found.se),
        low=known(found.low),
        high=known(found.high),
        p_value=known(found.p_value),
        n_treated=int(treated.sum()),
        n_control=int((~treated).sum()),
        clusters=found.clusters,
    )


def can_be_estimated(rows: pd.DataFrame, outcome: str, measure: str) -> bool:
    """Whether the rows compared hold enough events: one at least, and for ratios one in each arm."""
    with_outcome = rows.loc[rows[outcome] > 0, "treated"]
    return len(with_outcome) > 0 if measure == "difference" else with_outcome.nunique() == 2


def known(number: float | None) -> float | None:
    """Return a finite number as it is, and ``None`` for one that is missing, not a number or without bound."""
    return float(number) if number is not None and math.isfinite(number) else None
