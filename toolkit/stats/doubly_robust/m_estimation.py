"""Regression, weighted regression and augmented weighting with every model fitted on all rows (M-estimation).

Each row's influence counts what it does to the means directly, to the outcome regressions, and to the propensity, as in
Stata's ``teffects``: Newey and McFadden (1994), section 6; Wooldridge (2010), chapter 21.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.doubly_robust.influence import Averages
from toolkit.stats.notes.shown import Shown
from toolkit.stats.propensity.correction import ScoreCorrection, score_correction
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.sample.covariates import Covariate, Term, as_matrix

RANK = 1e-10  # directions of the regressions' columns below this share of the largest are left out


@dataclass(frozen=True, slots=True)
class _Weighting(Shown):
    """Weights that take each arm to those the effect is for, and how they move with the propensity."""

    weights: Floats
    correction: ScoreCorrection | None


def stacked_means(
    method: str,
    outcome: Floats,
    treated: Booleans,
    covariates: tuple[Covariate, ...],
    columns: Sequence[Term],
    outcome_columns: Sequence[Term],
    estimand: str,
    link: str,
) -> Averages:
    """Return both arms' means and each row's influence on them.

    Parameters
    ----------
    method : {"regression", "ipwra", "aipw"}
        Predictions of a regression in each arm, averaged; the same with inverse probability weights in the
        regression; or unweighted regressions whose weighted residuals are added.
    outcome : ndarray, shape (n,)
        The outcome.
    treated : ndarray of bool, shape (n,)
        The arm.
    covariates : tuple of Covariate
        Those of the propensity; `columns` are their terms.
    outcome_columns : sequence of Term
        The terms of the outcome regressions.
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    link : {"logit", "probit", "cloglog"}
        Of the propensity.
    """
    count = len(outcome)
    member = {"ATE": np.ones(count), "ATT": treated * 1.0, "ATC": ~treated * 1.0}[estimand]
    weighting = _Weighting(np.ones(count), None)
    if method != "regression":
        weighting = _weighting(treated, covariates, columns, estimand, link)
    design = _standardised(as_matrix(outcome_columns))
    means, influence = np.empty(2), np.empty((count, 2))
    for place, arm in enumerate((~treated, treated)):
        means[place], influence[:, place] = _arm(method, outcome, arm, member, weighting, design)
    return Averages(float(means[0]), float(means[1]), influence, weighting.weights)


def _arm(
    method: str, outcome: Floats, arm: Booleans, member: Floats, weighting: _Weighting, design: Floats
) -> tuple[float, Floats]:
    """Return an arm's mean and each row's influence on it (of mean 0)."""
    count, share = len(outcome), float(member.mean())
    inside = np.where(arm, weighting.weights, 0.0)
    in_regression = inside if method == "ipwra" else arm * 1.0
    bread = np.linalg.pinv((design * in_regression[:, None]).T @ design / count, rcond=RANK, hermitian=True)
    slopes = bread @ (design.T @ (in_regression * outcome) / count)
    residual = outcome - design @ slopes
    added = inside * residual if method == "aipw" else np.zeros(count)
    parts = member * (design @ slopes) + added
    mean = float(parts.mean()) / share
    towards = (member - inside if method == "aipw" else member) @ design / count
    scores = design * (in_regression * residual)[:, None]
    if method == "ipwra":
        scores = scores + _through_propensity(weighting, scores)
    influence = parts - member * mean + scores @ (bread @ towards)
    if method == "aipw":
        influence = influence + _through_propensity(weighting, added[:, None])[:, 0]
    return mean, influence / share


def _through_propensity(weighting: _Weighting, weighted: Floats) -> Floats:
    """Return what rows add to averages of `weighted` columns by moving the propensity those are weighted by."""
    return np.zeros_like(weighted) if weighting.correction is None else weighting.correction.of(weighted)


def _weighting(
    treated: Booleans, covariates: tuple[Covariate, ...], columns: Sequence[Term], estimand: str, link: str
) -> _Weighting:
    fit = fit_propensity(columns, treated, link)
    p = fit.probability
    weights = {
        "ATT": np.where(treated, 1.0, p / (1 - p)),
        "ATC": np.where(treated, (1 - p) / p, 1.0),
        "ATE": np.where(treated, 1 / p, 1 / (1 - p)),
    }[estimand]
    correction = score_correction(fit, covariates, treated, link, estimand, np.ones(len(treated)))
    return _Weighting(np.asarray(weights, dtype=np.float64), correction)


def _standardised(matrix: Floats) -> Floats:
    """Return an intercept and the columns, centred and scaled: the same predictions, better conditioned."""
    deviation = matrix.std(axis=0)
    scaled = (matrix - matrix.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0)
    return np.column_stack([np.ones(len(matrix)), scaled])
