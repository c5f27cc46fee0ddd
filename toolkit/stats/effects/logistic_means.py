"""Adjusted means by logistic regression in each arm (g-computation), for 0/1 outcomes."""

from __future__ import annotations

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.effects.linear_means import ArmMeans, usable_columns
from toolkit.stats.effects.rows import Stack
from toolkit.stats.regression.logistic import fit_logistic


def logistic_means(
    outcome: Floats, treated: Booleans, covariates: Floats, stack: Stack, small_sample: str = "auto"
) -> ArmMeans:
    """Return the arms' means predicted by logistic regressions, averaged over those the effect is for.

    Raises
    ------
    InputError
        When the outcome is not 0/1, or the covariates separate it in an arm: then the linear model is the one to use.

    Notes
    -----
    Delta method, clustered; the covariates averaged over are taken as given.
    """
    if not ((outcome == 0) | (outcome == 1)).all():
        raise InputError('outcome_model="logit" needs an outcome of 0 and 1. Use outcome_model="linear".')
    centre = (stack.target @ covariates) / stack.target.sum()
    kept = usable_columns(covariates - centre, treated, stack.weights)
    design = np.column_stack([np.ones(len(outcome)), (covariates - centre)[:, kept]])
    scale = np.sqrt((design * design).mean(axis=0))
    design = design / scale
    influence = np.zeros((len(outcome), 2))
    means = [0.0, 0.0]
    for place, arm in enumerate((~treated, treated)):
        fit = fit_logistic(design[arm], outcome[arm], stack.weights[arm])
        if fit is None:
            raise InputError(
                'outcome_model="logit" does not settle: in one arm the covariates all but decide the outcome. '
                'Use outcome_model="linear", which has no such trouble, or adjust for fewer covariates.'
            )
        predicted = 1 / (1 + np.exp(-(design @ fit.coefficients)))
        share = stack.target / stack.target.sum()
        means[place] = float(share @ predicted)
        gradient = (share * predicted * (1 - predicted)) @ design
        residual = stack.weights[arm] * (outcome[arm] - predicted[arm])
        influence[arm, place] = residual * (design[arm] @ np.linalg.solve(fit.information, gradient))
    variance = stack.covariance(influence, treated, 2 * design.shape[1], small_sample)
    left_out = tuple(column for column in range(covariates.shape[1]) if column not in kept)
    return ArmMeans(means[0], means[1], variance, left_out=left_out, slopes="logistic", influence=influence)
