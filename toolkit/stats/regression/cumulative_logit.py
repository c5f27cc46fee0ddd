"""Cumulative logistic regression of a score on covariates (proportional odds), by Newton's method.

P(score ≤ j) = logistic(cut_j - x'β): McCullagh (1980), Journal of the Royal Statistical Society B 42, 109-142.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown

MOST_STEPS = 60
MOST_HALVINGS = 30
TOLERANCE = 1e-10
LONGEST = 36.0  # a linear predictor beyond this has probability 0 or 1 to the last bit


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
        Log odds of a higher score for each unit of a column.
    log_likelihood : float
        At the estimates.
    scores : ndarray, shape (n, j - 1 + p)
        Each row's weighted derivative of the log likelihood.
    bread : ndarray, shape (j - 1 + p, j - 1 + p)
        Inverse of the observed information: the model-based covariance when weights are 1.
    """

    levels: Floats
    cuts: Floats
    slopes: Floats
    log_likelihood: float
    scores: Floats
    bread: Floats

    def mean_score(self, matrix: Floats) -> tuple[Floats, Floats]:
        """Return each row's expected score, shape (n,), and its derivatives in the parameters, shape (n, j - 1 + p)."""
        below = _logistic(self.cuts[None, :] - (matrix @ self.slopes)[:, None])
        gaps = np.diff(self.levels)
        steepness = below * (1 - below) * gaps
        gradient = np.column_stack([-steepness, steepness.sum(axis=1)[:, None] * matrix])
        return self.levels[-1] - below @ gaps, gradient


@dataclass(frozen=True, slots=True)
class _Place(Shown):
    """The likelihood at one set of parameters."""

    value: float
    gradient: Floats
    information: Floats
    scores: Floats


def fit_cumulative(scores: Floats, matrix: Floats, weights: Floats) -> CumulativeFit:
    """Fit by Newton's method with halved steps.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        The outcome, in whole numbers.
    matrix : ndarray, shape (n, p)
        Columns of full rank beside a constant.
    weights : ndarray, shape (n,)
        Weights of rows.

    Raises
    ------
    InputError
        When there is one level only, or the columns all but decide the score.
    """
    levels, level = np.unique(scores, return_inverse=True)
    level = level.reshape(-1).astype(np.intp)
    if len(levels) < 2:
        raise InputError(f'outcome_model="ordinal": every score in an arm is {levels[0]:g}. Use "linear".')
    share = np.cumsum(np.bincount(level, weights=weights))[:-1] / weights.sum()
    parameters = np.concatenate([np.log(share / (1 - share)), np.zeros(matrix.shape[1])])
    here = _likelihood(parameters, level, len(levels), matrix, weights)
    for _ in range(MOST_STEPS):
        step = _step(here)
        for _ in range(MOST_HALVINGS):
            moved = _likelihood(parameters + step, level, len(levels), matrix, weights)
            if moved.value >= here.value - 1e-12 * abs(here.value):
                break
            step = step / 2
        parameters, here = parameters + step, moved
        if np.abs(step).max() < TOLERANCE * (1 + np.abs(parameters).max()):
            cuts = parameters[: len(levels) - 1]
            bread = np.linalg.inv(here.information)
            return CumulativeFit(
                levels=levels,
                cuts=cuts,
                slopes=parameters[len(cuts) :],
                log_likelihood=here.value,
                scores=here.scores,
                bread=bread,
            )
        if np.abs(parameters).max() > LONGEST * 10:
            break
    raise InputError(
        'outcome_model="ordinal" does not settle: in one arm the covariates all but decide the score. Use '
        'outcome_model="linear", or adjust for fewer covariates.'
    )


def _step(here: _Place) -> Floats:
    try:
        return np.asarray(np.linalg.solve(here.information, here.gradient), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.pinv(here.information) @ here.gradient, dtype=np.float64)


def _likelihood(parameters: Floats, level: Integers, levels: int, matrix: Floats, weights: Floats) -> _Place:
    """Return the weighted log likelihood with its derivatives; -infinity where cuts are out of order."""
    cuts, slopes = parameters[: levels - 1], parameters[levels - 1 :]
    fitted = matrix @ slopes
    ends = np.concatenate([[-np.inf], cuts, [np.inf]])
    upper, lower = ends[level + 1] - fitted, ends[level] - fitted
    above, under = _logistic(upper), _logistic(lower)
    chance = above - under
    if (chance <= 0).any():
        nothing = np.zeros((len(parameters), len(parameters)))
        return _Place(-np.inf, np.zeros(len(parameters)), nothing, np.zeros((len(level), len(parameters))))
    at_upper, at_lower = above * (1 - above) / chance, under * (1 - under) / chance
    towards_upper = _derivative(level, levels, matrix)
    towards_lower = _derivative(level - 1, levels, matrix)
    rows = at_upper[:, None] * towards_upper - at_lower[:, None] * towards_lower
    curved_upper = weights * at_upper * (1 - 2 * above)
    curved_lower = weights * at_lower * (1 - 2 * under)
    curvature = (towards_upper * curved_upper[:, None]).T @ towards_upper
    curvature -= (towards_lower * curved_lower[:, None]).T @ towards_lower
    scores = rows * weights[:, None]
    return _Place(float(weights @ np.log(chance)), scores.sum(axis=0), scores.T @ rows - curvature, scores)


def _derivative(cut: Integers, levels: int, matrix: Floats) -> Floats:
    """Return the derivatives of (cut - x'β) in the parameters; a cut outside the range has none."""
    found = np.zeros((len(cut), levels - 1 + matrix.shape[1]))
    inside = np.flatnonzero((cut >= 0) & (cut < levels - 1))
    found[inside, cut[inside]] = 1.0
    found[:, levels - 1 :] = -matrix
    return found


def _logistic(value: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(value, -700, 700))), dtype=np.float64)
