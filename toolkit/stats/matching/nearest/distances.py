"""Spaces in which the distance between rows is Euclidean: covariates scaled, whitened or ranked first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.sample.covariates import Covariate, Term, every_term

RANK_TOLERANCE = 1e-10  # share of the largest variance below which a direction says nothing new


def distance_terms(covariates: Sequence[Covariate]) -> tuple[Term, ...]:
    """Return the terms distances are made of: all levels of a category, but one term where there are two."""
    terms: list[Term] = []
    for covariate in covariates:
        own = every_term([covariate])
        terms += own[1:] if len(own) == 2 else own
    return tuple(terms)


def place_rows(distance: str, terms: Sequence[Term], treated: Booleans) -> Floats:
    """Return each row's place in the space of a distance, shape (n, k).

    Parameters
    ----------
    distance : {"mahalanobis", "robust_mahalanobis", "euclidean", "scaled_euclidean"}
        ``mahalanobis`` uses the covariance within arms, pooled; ``robust_mahalanobis`` compares average ranks by their
        covariance, scaled so that each variance is that of untied ranks (Rosenbaum, 2010, section 8.3): without
        that, a difference in a rare 0/1 column would count for more than any other; ``scaled_euclidean`` divides
        by the standard deviation within arms.
    terms : sequence of Term
        What distances are made of.
    treated : ndarray of bool, shape (n,)
        The arms.

    Notes
    -----
    Columns are added up one by one, so that rows with equal covariates have equal places to the last bit.
    """
    columns = [term.numbers() for term in terms]
    if distance == "euclidean":
        return np.column_stack(columns)
    if distance == "robust_mahalanobis":
        ranks = [pd.Series(column).rank().to_numpy() for column in columns]
        return _whiten(ranks, _untied_covariance(ranks))
    covariance = _pooled_covariance(columns, treated)
    if distance == "scaled_euclidean":
        deviations = np.sqrt(np.diag(covariance))
        used = deviations > 0
        return np.column_stack(
            [column / deviation for column, deviation, use in zip(columns, deviations, used, strict=True) if use]
        )
    return _whiten(columns, covariance)


def whole_sample_places(terms: Sequence[Term]) -> Floats:
    """Return each row's place for the Mahalanobis distance under the covariance of the whole sample, shape (n, k)."""
    columns = [term.numbers() for term in terms]
    return _whiten(columns, np.cov(np.vstack(columns)).reshape(len(columns), len(columns)))


def _untied_covariance(ranks: Sequence[Floats]) -> Floats:
    """Return the covariance of average ranks with their variances raised to those of ranks without ties.

    Only the covariance is scaled; the ranks compared are not, or the scaling would cancel.
    """
    count = len(ranks[0])
    covariance = np.cov(np.vstack(ranks)).reshape(len(ranks), len(ranks))
    raised = np.sqrt(count * (count + 1) / 12.0 / np.diag(covariance))
    return np.asarray(covariance * np.outer(raised, raised), dtype=np.float64)


def _pooled_covariance(columns: Sequence[Floats], treated: Booleans) -> Floats:
    size = len(columns)
    total: Floats = np.zeros((size, size))
    for arm in (treated, ~treated):
        inside = np.vstack([column[arm] for column in columns])
        inside = inside - inside.mean(axis=1, keepdims=True)
        total = total + inside @ inside.T
    return np.asarray(total / max(len(treated) - 2, 1), dtype=np.float64)


def _whiten(columns: Sequence[Floats], covariance: Floats) -> Floats:
    """Return places whose squared Euclidean distance is (x - y)' covariance⁻ (x - y)."""
    deviations = np.sqrt(np.diag(covariance))
    scale = np.where(deviations > 0, deviations, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    kept = values > RANK_TOLERANCE * values.max()
    directions = vectors[:, kept] / np.sqrt(values[kept]) / scale[:, None]
    places = np.zeros((len(columns[0]), int(kept.sum())))
    for column, loads in zip(columns, directions, strict=True):
        centred = column - column.mean()
        for axis, load in enumerate(loads):
            places[:, axis] += load * centred
    return places


def distance_from_centre(points: Floats, treated: Booleans) -> Floats:
    """Return each row's distance from the mean of the controls."""
    gaps = points - points[~treated].mean(axis=0)
    return np.asarray(np.sqrt((gaps * gaps).sum(axis=1)), dtype=np.float64)
