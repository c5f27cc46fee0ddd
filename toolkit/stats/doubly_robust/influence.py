"""From each row's influence on two means to an effect: for estimators that are averages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.effects.contrasts import contrast_of
from toolkit.stats.effects.effect import Effect
from toolkit.stats.notes.note import Note


@dataclass(frozen=True, slots=True)
class Averages:
    """Two estimated means with each row's influence on them.

    Attributes
    ----------
    control, treated : float
        The means.
    influence : ndarray, shape (n, 2)
        Each row's influence on (control, treated); their mean is 0, and the variance of the means is their sum of
        squares over n².
    """

    control: float
    treated: float
    influence: Floats


def covariance_of(influence: Floats, clusters: Integers | None, corrected: bool = True) -> tuple[Floats, int]:
    """Return the covariance of the means, shape (2, 2), and the number of clusters (rows when not clustered).

    Influences are added up within clusters; with `corrected` the sum of squares is multiplied by G / (G - 1).
    """
    count = len(influence)
    if clusters is None:
        sums, groups = influence, count
    else:
        _, codes = np.unique(clusters, return_inverse=True)
        codes = codes.reshape(-1)
        groups = int(codes.max()) + 1
        sums = np.column_stack([np.bincount(codes, weights=column, minlength=groups) for column in influence.T])
    if groups < 2:
        raise InputError("All rows are in one cluster, so no standard error can be had. Cluster by another column.")
    factor = groups / (groups - 1) if corrected else 1.0
    return np.asarray(factor * (sums.T @ sums) / count**2, dtype=np.float64), groups


def effect_of_averages(
    averages: Averages,
    clusters: Integers | None,
    *,
    outcome: str,
    measure: str,
    estimand: str,
    counts: tuple[int, int],
    level: float,
    method: str,
    notes: tuple[Note, ...] = (),
) -> Effect:
    """Return the effect; `counts` are the rows treated and not."""
    covariance, groups = covariance_of(averages.influence, clusters)
    contrast = contrast_of(measure, averages.control, averages.treated, covariance, groups - 1.0, level)
    return Effect(
        outcome=outcome,
        measure=measure,
        estimand=estimand,
        estimate=contrast.estimate,
        se=contrast.se,
        interval=contrast.interval,
        p_value=contrast.p_value,
        degrees_of_freedom=groups - 1.0,
        n_treated=counts[0],
        n_control=counts[1],
        clusters=groups,
        mean_treated=averages.treated,
        mean_control=averages.control,
        level=level,
        method=method,
        notes=notes,
    )
