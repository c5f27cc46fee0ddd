"""The plain difference between joiners and the rest: what a naive reading gives, kept only to be shown as such."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from toolkit.studies.result import Estimate


def unadjusted_difference(
    outcome: str, values: NDArray[np.number], treated: NDArray[np.bool_], cluster: NDArray[np.integer]
) -> Estimate:
    """Return the difference of means, joiners less the rest, with a standard error clustered by ``cluster``.

    The variance is the sandwich of the two-mean regression with the usual correction for few clusters, G / (G - 1),
    and t intervals on G - 1 degrees of freedom (Cameron and Miller 2015, section II).

    Parameters
    ----------
    outcome
        The outcome's name.
    values, treated, cluster
        One entry a row: the outcome, whether the family joined, and the cluster's code from 0.
    """
    y = np.asarray(values, dtype=float)
    n_treated, n_control = int(treated.sum()), int((~treated).sum())
    mean_treated, mean_control = y[treated].mean(), y[~treated].mean()
    influence = np.where(treated, (y - mean_treated) / n_treated, -(y - mean_control) / n_control)
    sums = np.bincount(cluster, weights=influence)
    groups = len(np.unique(cluster))
    difference = float(mean_treated - mean_control)
    if groups < 2:
        return Estimate(
            outcome=outcome,
            estimator="unadjusted",
            measure="difference",
            estimate=difference,
            se=None,
            low=None,
            high=None,
            n_treated=n_treated,
            n_control=n_control,
            clusters=groups,
        )
    se = float(np.sqrt(groups / (groups - 1) * (sums**2).sum()))
    reach = float(stats.t.ppf(0.975, groups - 1)) * se
    p_value = float(2 * stats.t.sf(abs(difference / se), groups - 1)) if se > 0 else None
    return Estimate(
        outcome=outcome,
        estimator="unadjusted",
        measure="difference",
        estimate=difference,
        se=se,
        low=difference - reach,
        high=difference + reach,
        p_value=p_value,
        n_treated=n_treated,
        n_control=n_control,
        clusters=groups,
    )
