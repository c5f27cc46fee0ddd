"""Cumulative regression of a score on covariates, by Newton's method: what every model of scores here is fitted by.

P(score ≤ j) = F(cut_j - x'β), with F by the link: McCullagh (1980), Journal of the Royal Statistical Society B 42,
109-142. Slopes are of a higher score, whatever the link.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.cumulative_links import LINKS, CumulativeLink, chance_between

MOST_STEPS = 60
MOST_HALVINGS = 30
TOLERANCE = 1e-10
LEVEL = 1e-10  # a smaller gain, as a share of the log likelihood, is none
LEAST_INFORMATION = 1e-9  # in each direction, a unit of weight; less, and the columns decide the score


@dataclass(frozen=True, slots=True)
class Edges(Shown):
    """How the two ends of each row's score depend on the parameters: an end is its row here times them.

    Attributes
    ----------
    upper, lower : ndarray, shape (n, k)
        Derivatives of the upper and the lower end in the parameters. The ends of the scale are infinite.
    is_top, is_bottom : ndarray of bool, shape (n,)
        Whose upper, and whose lower end that is.
    """

    upper: Floats
    lower: Floats
    is_top: np.ndarray
    is_bottom: np.ndarray

    def ends(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the lower and the upper end of each row, shape (n,)."""
        low = np.where(self.is_bottom, -np.inf, self.lower @ parameters)
        return low, np.where(self.is_top, np.inf, self.upper @ parameters)


def proportional_edges(level: Integers, levels: int, matrix: Floats) -> Edges:
    """Return the ends of scores whose slopes are the same at every cut; parameters are the cuts, then the slopes.

    Parameters
    ----------
    level : ndarray, shape (n,)
        The score's place among the levels, from 0.
    levels : int
        How many there are.
    matrix : ndarray, shape (n, p)
        The columns.
    """
    return Edges(
        upper=_derivative(level, levels, matrix),
        lower=_derivative(level - 1, levels, matrix),
        is_top=level == levels - 1,
        is_bottom=level == 0,
    )


@dataclass(frozen=True, slots=True)
class CumulativePlace(Shown):
    """The weighted log likelihood at one set of parameters.

    Attributes
    ----------
    value : float
        The log likelihood; -infinity where cuts are out of order.
    scores : ndarray, shape (n, k)
        Each row's weighted derivative of it.
    information : ndarray, shape (k, k)
        Minus its second derivative.
    outer : ndarray, shape (k, k)
        The weighted sum of the rows' squared derivatives, which is never negative.
    """

    value: float
    scores: Floats
    information: Floats
    outer: Floats


@dataclass(frozen=True, slots=True)
class CumulativeFit(Shown):
    """A fitted model; parameters are the cuts, then the slopes.

    Attributes
    ----------
    levels : ndarray, shape (j,)
        The scores that occur, ascending.
    cuts : ndarray, shape (j - 1,)
        Between neighbouring levels.
    slopes : ndarray, shape (p,)
        Of a higher score for each unit of a column: log odds where the link is the logit.
    log_likelihood : float
        At the estimates.
    scores : ndarray, shape (n, j - 1 + p)
        Each row's weighted derivative of the log likelihood.
    bread : ndarray, shape (j - 1 + p, j - 1 + p)
        Inverse of the observed information: the model-based covariance when weights are 1.
    link : CumulativeLink
        The link.
    """

    levels: Floats
    cuts: Floats
    slopes: Floats
    log_likelihood: float
    scores: Floats
    bread: Floats
    link: CumulativeLink

    def mean_score(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Return each row's expected score, shape (n,), and its derivatives in the parameters, shape (n, j - 1 + p)."""
        below, _, density = self.link.share(self.cuts[None, :] - (matrix @ self.slopes)[:, None])
        gaps = np.diff(self.levels)
        steepness = density * gaps
        gradient = np.column_stack([-steepness, steepness.sum(axis=1)[:, None] * matrix])
        return self.levels[-1] - below @ gaps, gradient


def fit_cumulative(
    scores: Floats, matrix: Floats, weights: Floats, link: CumulativeLink = LINKS["logit"]
) -> CumulativeFit | None:
    """Fit by Newton's method with halved steps; None where the columns all but decide the score.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        The outcome: numbers of two levels or more.
    matrix : ndarray, shape (n, p)
        Columns of like scale, of full rank beside a constant.
    weights : ndarray, shape (n,)
        Weights of rows.
    link : CumulativeLink
        The link.
    """
    levels, level = np.unique(scores, return_inverse=True)
    level = level.reshape(-1).astype(np.intp)
    edges = proportional_edges(level, len(levels), matrix)
    start = np.concatenate([starting_cuts(level, len(levels), weights, link), np.zeros(matrix.shape[1])])
    found = climb(edges, weights, link, start)
    if found is None:
        return None
    parameters, here = found
    return CumulativeFit(
        levels=levels,
        cuts=parameters[: len(levels) - 1],
        slopes=parameters[len(levels) - 1 :],
        log_likelihood=here.value,
        scores=here.scores,
        bread=np.linalg.inv(here.information),
        link=link,
    )


def starting_cuts(level: Integers, levels: int, weights: Floats, link: CumulativeLink) -> Floats:
    """Return the cuts that fit where nothing but the shares of the levels is known, shape (levels - 1,)."""
    share = np.cumsum(np.bincount(level, weights=weights, minlength=levels))[:-1] / weights.sum()
    return np.asarray(link.place(share), dtype=np.float64)


def climb(
    edges: Edges, weights: Floats, link: CumulativeLink, start: Floats, *, level_is_enough: bool = False
) -> tuple[Floats, CumulativePlace] | None:
    """Return the parameters of the greatest likelihood and the likelihood there; None where there are none.

    With `level_is_enough` parameters may run away, as long as the likelihood gains no more: for likelihood ratios.
    """
    parameters, here = start, likelihood(start, edges, weights, link)
    for _ in range(MOST_STEPS):
        step = _step(here)
        for _ in range(MOST_HALVINGS):
            moved = likelihood(parameters + step, edges, weights, link)
            if moved.value >= here.value - 1e-12 * abs(here.value):
                break
            step = step / 2
        gain = moved.value - here.value
        parameters, here = parameters + step, moved
        if level_is_enough and 0 <= gain < LEVEL * (1 + abs(here.value)):
            return parameters, here
        largest = float(np.abs(parameters).max())
        if np.abs(step).max() < TOLERANCE * (1 + largest):
            return (parameters, here) if _is_known(here, float(weights.sum())) else None
        if not largest < link.longest:
            return None
    return None


def likelihood(parameters: Floats, edges: Edges, weights: Floats, link: CumulativeLink) -> CumulativePlace:
    """Return the weighted log likelihood with its derivatives."""
    low, high = edges.ends(parameters)
    chance, low_density, high_density = chance_between(low, high, link)
    size = len(parameters)
    if not (chance > 0).all():
        nothing = np.zeros((size, size))
        return CumulativePlace(-np.inf, np.zeros((len(chance), size)), nothing, nothing)
    rows = (high_density / chance)[:, None] * edges.upper - (low_density / chance)[:, None] * edges.lower
    curved_high = weights * link.slopes(high, high_density)[0] / chance
    curved_low = weights * link.slopes(low, low_density)[0] / chance
    curvature = (edges.upper * curved_high[:, None]).T @ edges.upper
    curvature -= (edges.lower * curved_low[:, None]).T @ edges.lower
    scores = rows * weights[:, None]
    outer = scores.T @ rows
    return CumulativePlace(float(weights @ np.log(chance)), scores, outer - curvature, outer)


def _step(here: CumulativePlace) -> Floats:
    """Return Newton's step, or where the likelihood is not curved downwards one that surely leads up."""
    gradient = here.scores.sum(axis=0)
    for matrix in (here.information, here.outer):
        try:  # what is all but singular has a root on one processor and no inverse on another
            np.linalg.cholesky(matrix)
            return np.asarray(np.linalg.solve(matrix, gradient), dtype=np.float64)
        except np.linalg.LinAlgError:
            continue
    return np.asarray(np.linalg.pinv(here.outer) @ gradient, dtype=np.float64)


def _is_known(here: CumulativePlace, weight: float) -> bool:
    return bool(np.linalg.eigvalsh(here.information).min() > LEAST_INFORMATION * weight)


def _derivative(cut: Integers, levels: int, matrix: Floats) -> Floats:
    """Return the derivatives of (cut - x'β) in the parameters; a cut outside the range has none."""
    found = np.zeros((len(cut), levels - 1 + matrix.shape[1]))
    inside = np.flatnonzero((cut >= 0) & (cut < levels - 1))
    found[inside, cut[inside]] = 1.0
    found[:, levels - 1 :] = -matrix
    return found
