"""Poisson regression by Newton's method, and its covariance when neighbours in time are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown

_STEPS = 50
_TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class PoissonFit(Shown):
    """A Poisson regression with a logarithmic link.

    Attributes
    ----------
    design : ndarray, shape (n, k)
        The columns.
    coefficients : ndarray, shape (k,)
        Their estimates.
    mean : ndarray, shape (n,)
        Expected counts.
    bread : ndarray, shape (k, k)
        Inverse of the information.
    """

    design: Floats
    coefficients: Floats
    mean: Floats
    bread: Floats

    def pearson(self, counts: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the residuals in standard deviations, the columns on that scale, and what makes residuals of errors.

        Their shapes are (n,), (n, k) and (n, n).
        """
        root = np.sqrt(self.mean)
        scaled = self.design * root[:, None]
        return (counts - self.mean) / root, scaled, np.eye(len(counts)) - scaled @ self.bread @ scaled.T


def fit_poisson(design: Floats, counts: Floats, offset: Floats) -> PoissonFit:
    """Fit by iteratively reweighted least squares.

    Parameters
    ----------
    design : ndarray, shape (n, k)
        Of full column rank.
    counts : ndarray, shape (n,)
        Counts from 0.
    offset : ndarray, shape (n,)
        Logarithms of the exposures.

    Raises
    ------
    InputError
        When it does not settle, as when all counts of a level or season are 0.

    Notes
    -----
    McCullagh and Nelder (1989), section 2.5.
    """
    working = np.log(counts + 0.5) - offset
    beta, weights = np.zeros(design.shape[1]), counts + 0.5
    for _ in range(_STEPS):
        information = design.T @ (weights[:, None] * design)
        step = np.linalg.solve(information, design.T @ (weights * working)) - beta
        beta = beta + step
        weights = np.exp(np.clip(design @ beta + offset, -30, 30))
        if np.abs(step).max() < _TOLERANCE:
            break
        working = design @ beta + (counts - weights) / weights
    else:
        raise InputError(
            "The series does not settle on one set of rates. Look for a season, or a side of the change, in which "
            "every count is 0, and leave it or its term out."
        )
    return PoissonFit(design, beta, weights, np.linalg.inv(design.T @ (weights[:, None] * design)))


def newey_west(fit: PoissonFit, counts: Floats, lags: int) -> Floats:
    """Return the covariance of the coefficients that allows for correlation over so many lags.

    Bartlett weights, no small-sample factor: Newey and West (1987), Econometrica 55, 703-708, on the scores of the
    Poisson likelihood. Rows are in order of time.
    """
    scores = fit.design * (counts - fit.mean)[:, None]
    meat = scores.T @ scores
    for lag in range(1, min(lags, len(counts) - 1) + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (cross + cross.T)
    return np.asarray(fit.bread @ meat @ fit.bread, dtype=np.float64)
