"""Logistic regression that holds its slopes short, for outcomes too rare to fit every column freely."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats

MOST_STEPS = 60
LONGEST_STEP = 4.0
TOLERANCE = 1e-8
FURTHEST = 30.0
"""A linear predictor beyond this is a chance of 0 or 1."""


def fit_ridge(
    design: Floats, outcome: Floats, weights: Floats, penalty: Floats, start: Floats | None = None
) -> tuple[Floats, Floats]:
    """Return the coefficients of greatest penalised likelihood, and the information there.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        The columns, a constant among them.
    outcome : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (n,)
        Of rows, 0 or above.
    penalty : ndarray, shape (k,)
        What half the square of a coefficient costs in log likelihood: one over the variance of a normal prior about 0.
        0 for those that are free.
    start : ndarray, shape (k,), optional
        Where to begin; at 0 where not given.

    Returns
    -------
    tuple of ndarray
        Coefficients, shape (k,), and minus the second derivative of the penalised log likelihood, shape (k, k).

    Raises
    ------
    InputError
        Where a free column all but decides the outcome, so that no finite coefficient fits.

    Notes
    -----
    le Cessie and van Houwelingen (1992), Applied Statistics 41, 191-201, by Newton's method with steps held short.
    """
    beta = np.zeros(design.shape[1]) if start is None else start.copy()
    for _ in range(MOST_STEPS):
        chance = chances(design @ beta)
        information = (design * (weights * chance * (1 - chance))[:, None]).T @ design + np.diag(penalty)
        slope = design.T @ (weights * (outcome - chance)) - penalty * beta
        try:
            step = np.linalg.solve(information, slope)
        except np.linalg.LinAlgError:
            break
        longest = float(np.abs(step).max(initial=0.0))
        if not np.isfinite(longest):
            break
        beta = beta + step * min(1.0, LONGEST_STEP / max(longest, 1e-300))
        if longest < TOLERANCE:
            return beta, information
    raise InputError(
        "A logistic regression does not settle: a column that is not held short all but decides the outcome. Leave it "
        "out, or give it a penalty."
    )


def chances(linear: Floats) -> Floats:
    """Return the chances that log odds stand for."""
    return np.asarray(1 / (1 + np.exp(-np.clip(linear, -FURTHEST, FURTHEST))), dtype=np.float64)
