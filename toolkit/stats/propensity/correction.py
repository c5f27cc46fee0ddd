"""What it adds to a variance that the weights' propensity was estimated from the same rows (M-estimation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.links import LINKS
from toolkit.stats.propensity.model import PropensityFit
from toolkit.stats.sample.covariates import Covariate, as_matrix, model_terms


@dataclass(frozen=True, slots=True)
class ScoreCorrection(Shown):
    """How weights move with the propensity's coefficients, and how rows move those.

    Attributes
    ----------
    weight_slopes : ndarray, shape (n, k)
        Derivative of each row's log weight in each coefficient.
    coefficient_influence : ndarray, shape (n, k)
        Each row's influence on each coefficient.
    """

    weight_slopes: Floats
    coefficient_influence: Floats

    def of(self, influence: Floats, places: Integers | None = None) -> Floats:
        """Return what to add to all rows' influences on weighted means, whose weights are estimated, shape (n, q).

        Parameters
        ----------
        influence : ndarray, shape (n, q) or (s, q)
            Influences of the rows that the means are of, weights as given.
        places : ndarray, shape (s,), optional
            Where those rows are; all where not given.
        """
        slopes = self.weight_slopes if places is None else self.weight_slopes[places]
        return np.asarray(self.coefficient_influence @ (slopes.T @ influence), dtype=np.float64)


def score_correction(
    fit: PropensityFit, covariates: tuple[Covariate, ...], treated: Booleans, link: str, estimand: str, base: Floats
) -> ScoreCorrection:
    """Return the correction for weights made from a fitted propensity.

    Parameters
    ----------
    estimand : {"ATT", "ATC", "ATE", "ATO"}
        Which weights were made ("ATO": overlap).
    base : ndarray, shape (n,)
        Sampling weights.

    Notes
    -----
    Lunceford and Davidian (2004), section 3; observed information.
    """
    kept = [term for term in model_terms(covariates) if term.label in fit.coefficients]
    matrix = np.column_stack([np.ones(len(treated)), as_matrix(kept)])
    p, function = fit.probability, LINKS[link]
    slope = function.slope(fit.linear_predictor, p)
    in_log_odds = slope / (p * (1 - p))
    per_row = {
        "ATT": np.where(treated, 0.0, in_log_odds),
        "ATC": np.where(treated, -in_log_odds, 0.0),
        "ATE": np.where(treated, -slope / p, slope / (1 - p)),
        "ATO": np.where(treated, -slope / (1 - p), slope / p),
    }[estimand]
    residual = base * (treated - p) * in_log_odds
    step = 1e-5
    high, low = (_residual(fit.linear_predictor + move, treated, link, base) for move in (step, -step))
    curvature = -(high - low) / (2 * step)
    information = (matrix * curvature[:, None]).T @ matrix
    influence = np.linalg.solve(information, (matrix * residual[:, None]).T).T
    return ScoreCorrection(matrix * per_row[:, None], influence)


def _residual(eta: Floats, treated: Booleans, link: str, base: Floats) -> Floats:
    function = LINKS[link]
    p = function.mean(eta)
    return np.asarray(base * (treated - p) * function.slope(eta, p) / (p * (1 - p)), dtype=np.float64)
