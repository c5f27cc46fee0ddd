"""Adjusted mean scores by cumulative logistic regression in each arm (g-computation), for scores such as 1 to 5."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.effects.linear_means import ArmMeans, usable_columns
from toolkit.stats.effects.rows import Stack
from toolkit.stats.regression.cumulative import CumulativeFit, fit_cumulative


def ordinal_means(
    scores: Floats, treated: Booleans, covariates: Floats, stack: Stack, small_sample: str = "auto"
) -> ArmMeans:
    """Return the arms' mean scores predicted by cumulative logistic regressions, averaged over those the effect is for.

    Parameters
    ----------
    scores : ndarray, shape (n,)
        The outcome, in whole numbers.
    treated : ndarray of bool, shape (n,)
        The arm.
    covariates : ndarray, shape (n, p)
        What to adjust for.

    Raises
    ------
    InputError
        When an arm has one score only, or its covariates all but decide the score.

    Notes
    -----
    Delta method, clustered; the covariates averaged over are taken as given.
    """
    centre = (stack.target @ covariates) / stack.target.sum()
    kept = usable_columns(covariates - centre, treated, stack.weights)
    matrix = (covariates - centre)[:, kept]
    if kept:
        matrix = matrix / np.sqrt((matrix * matrix).mean(axis=0))
    share = stack.target / stack.target.sum()
    influence, means, parameters = np.zeros((len(scores), 2)), [0.0, 0.0], 0
    for place, arm in enumerate((~treated, treated)):
        fit = _fit_of_arm(scores[arm], matrix[arm], stack.weights[arm])
        expected, gradient = fit.mean_score(matrix)
        means[place] = float(share @ expected)
        influence[arm, place] = fit.scores @ (fit.bread @ (share @ gradient))
        parameters += len(fit.bread)
    variance = stack.covariance(influence, treated, parameters, small_sample)
    left_out = tuple(column for column in range(covariates.shape[1]) if column not in kept)
    return ArmMeans(means[0], means[1], variance, left_out=left_out, slopes="ordinal", influence=influence)


def _fit_of_arm(scores: Floats, matrix: Floats, weights: Floats) -> CumulativeFit:
    if scores.min() == scores.max():
        raise InputError(f'outcome_model="ordinal": every score in an arm is {scores[0]:g}. Use "linear".')
    fit = fit_cumulative(scores, matrix, weights)
    if fit is None:
        raise InputError(
            'outcome_model="ordinal" does not settle: in one arm the covariates all but decide the score. Use '
            'outcome_model="linear", or adjust for fewer covariates.'
        )
    return fit
