"""Matching with replacement on all nearest neighbours, with the variance of Abadie and Imbens.

Estimator and variance: Abadie and Imbens (2006), equations 3 and 14 with the population variance; bias adjustment:
Abadie and Imbens (2011). Ties are all matched, each with an equal share. Rows at one place share one entry, so time
and memory do not grow with the number of ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown

TIE = 1e-10  # distances that differ by less are ties: part of the estimator, as scores often nearly agree


@dataclass(frozen=True, slots=True)
class Neighbours(Shown):
    """For each asking row, the places it is matched to.

    Attributes
    ----------
    asking : ndarray, shape (links,)
        The asking row's number.
    group : ndarray, shape (links,)
        The place matched to.
    share : ndarray, shape (links,)
        The weight of each single row at that place.
    """

    asking: Integers
    group: Integers
    share: Floats


@dataclass(frozen=True, slots=True)
class MatchingEstimate(Shown):
    """A matching estimate: the means, the variance of their difference, and how often rows serve as matches."""

    control: float
    treated: float
    variance: float


@dataclass(frozen=True, slots=True)
class Places(Shown):
    """The distinct points of some rows: the points, each row's place, and how many rows are there."""

    points: Floats
    of_row: Integers
    size: Integers


def places_of(points: Floats) -> Places:
    """Gather rows at the same point."""
    distinct, of_row, size = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    return Places(distinct, of_row.reshape(-1), size)


def nearest_with_ties(places: Places, asking: Floats, matches: int) -> Neighbours:
    """Return, for each asking point, the places that hold its `matches` nearest rows and all tied with the last.

    Parameters
    ----------
    places : Places
        Where the rows to match to are.
    asking : ndarray, shape (a, k)
        The asking points.
    matches : int
        How many rows to match at least.
    """
    from scipy.spatial import cKDTree

    tree = cKDTree(places.points)
    depth = min(matches, len(places.points))
    gaps, near = tree.query(asking, k=np.arange(1, depth + 1), workers=-1)
    enough = np.cumsum(places.size[near], axis=1) >= matches
    last = np.where(enough.any(axis=1), enough.argmax(axis=1), depth - 1)
    radius = gaps[np.arange(len(asking)), last]
    lists = tree.query_ball_point(asking, radius * (1 + 1e-12) + TIE, workers=-1, return_sorted=True)
    lengths = np.array([len(some) for some in lists], dtype=np.intp)
    group = np.concatenate([np.asarray(some, dtype=np.intp) for some in lists])
    number = np.repeat(np.arange(len(asking)), lengths)
    total = np.bincount(number, weights=places.size[group], minlength=len(asking))
    return Neighbours(number, group, 1.0 / total[number])


def matching_estimate(
    outcome: Floats,
    treated: Booleans,
    points: Floats,
    estimand: str,
    matches: int,
    variance_matches: int,
    bias_on: Floats | None = None,
) -> MatchingEstimate:
    """Estimate an average effect by matching with replacement.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The outcome.
    treated : ndarray of bool, shape (n,)
        The arm.
    points : ndarray, shape (n, k)
        Where rows are; distances are Euclidean.
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    matches : int
        Nearest rows each row is matched to.
    variance_matches : int
        Nearest rows of the same arm from which the outcome's variance at a row is learnt.
    bias_on : ndarray, shape (n, p), optional
        Covariates whose remaining differences are corrected by regression among the matches.
    """
    own = outcome.astype(np.float64)
    imputed = np.empty(len(outcome))
    served, served_squares = np.zeros(len(outcome)), np.zeros(len(outcome))
    member = {"ATE": np.ones_like(treated), "ATT": treated, "ATC": ~treated}[estimand]
    for arm in (treated, ~treated):
        asking, giving = np.flatnonzero(arm & member), np.flatnonzero(~arm)
        if not len(asking):
            continue
        places = places_of(points[giving])
        links = nearest_with_ties(places, points[asking], matches)
        share_at = np.bincount(links.group, weights=links.share, minlength=len(places.size))
        squares_at = np.bincount(links.group, weights=links.share**2, minlength=len(places.size))
        served[giving] = share_at[places.of_row]
        served_squares[giving] = squares_at[places.of_row]
        values = own[giving]
        correction = np.zeros(len(asking))
        if bias_on is not None:
            slopes = _slopes(bias_on[giving], values, served[giving])
            values = values - bias_on[giving] @ slopes
            correction = bias_on[asking] @ slopes
        sums = np.bincount(places.of_row, weights=values, minlength=len(places.size))
        found = np.bincount(links.asking, weights=links.share * sums[links.group], minlength=len(asking))
        imputed[asking] = found + correction
    rows = np.flatnonzero(member)
    with_treatment = np.where(treated[rows], own[rows], imputed[rows])
    without = np.where(treated[rows], imputed[rows], own[rows])
    gains = with_treatment - without
    spread = _outcome_variance(own, treated, points, variance_matches)
    heterogeneity = float(((gains - gains.mean()) ** 2).sum())
    # K² + 2K - K' for members of the estimand; K² - K' for the others, who only serve (equation 14).
    extra = served**2 + np.where(member, 2 * served, 0.0) - served_squares
    variance = (heterogeneity + float((extra * spread).sum())) / len(rows) ** 2
    return MatchingEstimate(float(without.mean()), float(with_treatment.mean()), variance)


def _slopes(covariates: Floats, outcome: Floats, weights: Floats) -> Floats:
    """Return the slopes of a regression weighted by how often rows serve."""
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(outcome)), covariates]) * root[:, None]
    return np.asarray(np.linalg.lstsq(design, outcome * root, rcond=1e-10)[0][1:], dtype=np.float64)


def _outcome_variance(outcome: Floats, treated: Booleans, points: Floats, matches: int) -> Floats:
    """Return the outcome's variance at each row: that of the row, its nearest of the same arm, and all tied with them.

    This is how Stata's ``teffects`` and R's ``Matching`` have it; without ties it is near J / (J + 1) times the squared
    gap to the neighbours' mean, as in Abadie and Imbens (2006).
    """
    spread = np.empty(len(outcome))
    for arm in (treated, ~treated):
        rows = np.flatnonzero(arm)
        values = outcome[rows] - outcome[rows].mean()
        places = places_of(points[rows])
        links = nearest_with_ties(places, points[rows], matches + 1)  # the row itself is among its own nearest
        size = np.bincount(links.asking, weights=places.size[links.group], minlength=len(rows))
        sums, squares = (
            np.bincount(
                links.asking,
                weights=np.bincount(places.of_row, weights=values**power, minlength=len(places.size))[links.group],
                minlength=len(rows),
            )
            for power in (1, 2)
        )
        spread[rows] = np.maximum(squares - sums * sums / size, 0.0) / np.maximum(size - 1, 1)
    return spread
