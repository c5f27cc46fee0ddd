"""Logistic regression by Newton's method, for designs that fit in memory.

The propensity score has a fit of its own (`toolkit.stats.propensity`), in chunks and for millions of rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown

MOST_STEPS = 50
LONGEST_STEP = 5.0
TOLERANCE = 1e-9
LEAST_CONDITION = 1e-12


@dataclass(frozen=True, slots=True)
class LogisticFit(Shown):
    """A logistic regression.

    Attributes
    ----------
    coefficients : ndarray, shape (k,)
        Log odds ratios.
    mean : ndarray, shape (n,)
        Fitted chances, as of the last step.
    information : ndarray, shape (k, k)
        Minus the second derivative of the log likelihood there.
    """

    coefficients: Floats
    mean: Floats
    information: Floats


def fit_logistic(design: Floats, outcome: Floats, weights: Floats | None = None) -> LogisticFit | None:
    """Fit by Newton's method, with steps held short; None where it does not settle.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        The columns, of like scale.
    outcome : ndarray, shape (n,)
        0 or 1.
    weights : ndarray, shape (n,), optional
        Of rows; 1 where not given.

    Returns
    -------
    LogisticFit or None
        None where columns say the same, or where they all but decide the outcome so that no finite coefficients fit.

    Notes
    -----
    McCullagh and Nelder (1989), section 4.4.
    """
    load = np.ones(len(outcome)) if weights is None else weights
    beta: Floats = np.zeros(design.shape[1])
    for _ in range(MOST_STEPS):
        mean = 1 / (1 + np.exp(-np.clip(design @ beta, -36, 36)))
        information = (design * (load * mean * (1 - mean))[:, None]).T @ design
        if not 1 / np.linalg.cond(information) > LEAST_CONDITION:
            return None
        step = np.linalg.solve(information, design.T @ (load * (outcome - mean)))
        longest = float(np.abs(step).max())
        beta = beta + step * min(1.0, LONGEST_STEP / max(longest, 1e-300))
        if longest < TOLERANCE:
            return LogisticFit(beta, mean, information)
    return None
