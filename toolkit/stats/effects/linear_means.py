"""Adjusted means of the two arms in a weighted sample (g-computation with a linear model in each arm).

Each arm's outcome is regressed on the covariates, centred at their mean among those the effect is for, so each
intercept is the mean that arm's model predicts for them (Lin, 2013). With a linear model this never fails on rare
binary outcomes as a logistic model does by separation, and being an average it need not be right about curvature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Columns, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.standardised_terms import independent_columns
from toolkit.stats.regression.least_squares import (
    LinearFit,
    cross_products,
    influences,
    least_squares,
    times_rows,
)
from toolkit.stats.variance.arms import Arms
from toolkit.stats.variance.cluster_robust import Clustered, clustered_covariance
from toolkit.stats.variance.estimated_weights import EstimatedWeights
from toolkit.stats.variance.wild_bootstrap import WildScores

ROWS_PER_COEFFICIENT = 5


@dataclass(frozen=True, slots=True)
class ArmMeans(Shown):
    """The two arms' means among those the effect is for.

    Attributes
    ----------
    control, treated : float
        The means.
    variance : Clustered
        Their covariance, control first, shape (2, 2).
    left_out : tuple of int
        Columns of the covariates that could not be used in an arm.
    slopes : str
        "separate", "common", "logistic" or "none": how the covariates entered.
    influence : ndarray, shape (n, 2)
        Each row's influence on them, weights taken as given.
    wild : WildScores or None
        What a wild bootstrap needs, where it was asked for.
    """

    control: float
    treated: float
    variance: Clustered
    left_out: tuple[int, ...]
    slopes: str
    influence: Floats
    wild: WildScores | None = None


def adjusted_means(
    outcome: Floats,
    treated: Booleans,
    covariates: Columns,
    weights: Floats,
    target: Floats,
    ways: list[Integers],
    small_sample: str = "auto",
    estimated: EstimatedWeights | None = None,
) -> ArmMeans:
    """Return the arms' adjusted means and their covariance.

    Parameters
    ----------
    outcome, weights : ndarray, shape (n,)
        Outcome and weight of each row.
    treated : ndarray of bool, shape (n,)
        The arm.
    covariates : ndarray or csr_array, shape (n, p)
        What to adjust for (p may be 0).
    target : ndarray, shape (n,)
        Weights of the rows whose covariate mean the effect is for.
    ways : list of ndarray, each of shape (n,)
        Cluster codes.
    small_sample : str
        See `clustered_covariance`; or "wild".
    estimated : EstimatedWeights, optional
        Where the weights were estimated.
    """
    centre = (target @ covariates) / target.sum()
    # Numbers are centred arm by arm, where they are used; levels never are, so that their zeros stay.
    dense = isinstance(covariates, np.ndarray)
    kept = usable_columns(covariates, treated, weights, centre if dense else None)
    left_out = tuple(place for place in range(covariates.shape[1]) if place not in kept)
    slopes = _affordable(len(kept), treated[weights > 0])
    kept = kept if slopes != "none" else []
    columns, centre = (covariates if len(kept) == len(centre) else covariates[:, kept]), centre[kept]
    fits, contrasts = (_common if slopes == "common" else _separate)(outcome, treated, columns, centre, weights)
    is_wild = small_sample == "wild"
    how = "CR1" if is_wild else small_sample
    influence = influences(fits, contrasts, len(outcome))
    if estimated is None:
        variance = clustered_covariance(fits, contrasts, ways, how, Arms(treated, weights), influence)
    else:
        variance = estimated.covariance(influence, weights, fits[0].parameters, how)
    means = sum(contrast @ fit.coefficients for fit, contrast in zip(fits, contrasts, strict=True))
    control, both = float(np.asarray(means)[0]), float(np.asarray(means)[1])
    wild = _wild_scores(fits, contrasts, len(outcome)) if is_wild else None
    if wild is not None and estimated is not None:
        wild = WildScores(estimated.spread(wild.residual[:, None])[:, 0], estimated.placed(wild.leverage))
    return ArmMeans(
        control=control,
        treated=both,
        variance=variance,
        left_out=left_out,
        slopes=slopes,
        influence=influence,
        wild=wild,
    )


def _wild_scores(fits: list[LinearFit], contrasts: list[Floats], count: int) -> WildScores:
    """Return each row's part in the difference, treated minus control."""
    residual, leverage = np.zeros(count), np.zeros(count)
    for fit, contrast in zip(fits, contrasts, strict=True):
        loads = fit.design @ (fit.bread @ (contrast[1] - contrast[0]))
        residual[fit.rows] = loads * fit.residual
        leverage[fit.rows] = loads * loads
    return WildScores(residual, leverage / leverage.sum())


def usable_columns(columns: Columns, treated: Booleans, weights: Floats, centre: Floats | None = None) -> list[int]:
    """Return the columns that are of full rank, with the intercept, in each arm as its rows weigh.

    A row may be one that the effect is for and weigh nothing in the fit, or next to nothing, as a family that moved and
    is stood for by others: what varies among such rows alone cannot be fitted. `centre` is what columns are to be
    centred at first, so that one far from 0 is not taken for one that does not vary.
    """
    kept = list(range(columns.shape[1]))
    for arm in (treated & (weights > 0), ~treated & (weights > 0)):
        here, each = columns[arm], weights[arm]
        if centre is not None:
            here -= centre
        alike = _correlation(here, each) if isinstance(here, np.ndarray) else _sparse_correlation(here, each)
        inside = independent_columns(alike[np.ix_(kept, kept)])
        kept = [column for place, column in enumerate(kept) if place in inside]
    return kept


def _correlation(columns: Floats, weights: Floats) -> Floats:
    """Return the columns' correlations; 0, a column's with itself too, for one that does not vary."""
    size = np.maximum(columns.max(axis=0), -columns.min(axis=0))
    total = float(weights.sum())
    deviation = columns - (weights @ columns) / total
    if not (weights == weights[0]).all():
        deviation *= np.sqrt(weights * (len(weights) / total))[:, None]
    scale = np.sqrt(np.einsum("ij,ij->j", deviation, deviation) / len(columns))
    varies = _varies(scale, size)
    deviation /= np.where(varies, scale, 1.0)
    return np.where(np.outer(varies, varies), deviation.T @ deviation / len(columns), 0.0)


def _sparse_correlation(columns: Columns, weights: Floats) -> Floats:
    """Return the same for a csr_array."""
    width, share = columns.shape[1], weights / weights.sum()
    of_each = np.repeat(share, np.diff(columns.indptr))
    mean = np.bincount(columns.indices, weights=of_each * columns.data, minlength=width)
    gaps = columns.data - mean[columns.indices]
    stored = np.bincount(columns.indices, weights=of_each, minlength=width)
    squares = np.bincount(columns.indices, weights=of_each * gaps * gaps, minlength=width) + (1 - stored) * mean * mean
    scale = np.sqrt(squares)
    varies = _varies(scale, abs(columns).max(axis=0).toarray().reshape(-1))
    covariance = cross_products(times_rows(columns, np.sqrt(share))) - np.outer(mean, mean)
    safe = np.where(varies, scale, 1.0)
    return np.where(np.outer(varies, varies), covariance / np.outer(safe, safe), 0.0)


def _varies(scale: Floats, size: Floats) -> Booleans:
    """Return which columns vary by more than rounding, from their standard deviation and largest absolute value."""
    return np.asarray(scale > 1e-10 * np.maximum(size, 1e-300), dtype=bool)


def _affordable(columns: int, treated: Booleans) -> str:
    """Return how the covariates may enter: an arm too small for its own slopes shares them, or has none."""
    if columns == 0:
        return "none"
    smaller = int(min(treated.sum(), (~treated).sum()))
    if smaller >= ROWS_PER_COEFFICIENT * (columns + 1):
        return "separate"
    return "common" if len(treated) >= ROWS_PER_COEFFICIENT * (columns + 2) else "none"


def _separate(
    outcome: Floats, treated: Booleans, columns: Columns, centre: Floats, weights: Floats
) -> tuple[list[LinearFit], list[Floats]]:
    """Fit each arm by itself, to give its mean where the columns are at the centre."""
    width = columns.shape[1] + 1
    fits, contrasts = [], []
    for place, arm in enumerate((~treated, treated)):
        rows = np.flatnonzero(arm)
        design, mean = _beside(np.ones((len(rows), 1)), columns[rows], centre)
        fits.append(least_squares(design, outcome[rows], weights[rows], rows, 2 * width))
        contrast = np.zeros((2, width))
        contrast[place] = [1.0, *mean]
        contrasts.append(contrast)
    return fits, contrasts


def _common(
    outcome: Floats, treated: Booleans, columns: Columns, centre: Floats, weights: Floats
) -> tuple[list[LinearFit], list[Floats]]:
    arms = np.column_stack([~treated, treated]).astype(np.float64)
    design, mean = _beside(arms, columns, centre)
    fit = least_squares(design, outcome, weights, np.arange(len(outcome)), design.shape[1])
    return [fit], [np.column_stack([np.eye(2), np.tile(mean, (2, 1))])]


def _beside(first: Floats, columns: Columns, centre: Floats) -> tuple[Columns, Floats]:
    """Return the design of some columns and the covariates, numbers centred, and where the centre is in it then."""
    if isinstance(columns, np.ndarray):
        design = np.empty((len(first), first.shape[1] + len(centre)))
        design[:, : first.shape[1]] = first
        np.subtract(columns, centre, out=design[:, first.shape[1] :])
        return design, np.zeros_like(centre)
    from scipy.sparse import csr_array, hstack

    return hstack([csr_array(first), columns], format="csr"), centre
