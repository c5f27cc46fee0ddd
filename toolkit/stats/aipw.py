"""Augmented inverse probability weighting with cross-fitting: right if either the score or the regression is.

Robins, Rotnitzky and Zhao (1994); cross-fitting as in Chernozhukov and others (2018), algorithm DML2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays import Booleans, Floats, Integers
from toolkit.stats.covariates import Covariate, Term
from toolkit.stats.influence import Averages
from toolkit.stats.propensity import fit_propensity

SMALLEST = 1e-6  # probabilities are kept this far from 0 and 1


def augmented_means(
    outcome: Floats,
    treated: Booleans,
    columns: Sequence[Term],
    estimand: str,
    folds: Integers,
    propensity_model: Any,
    outcome_model: Any,
    outcome_columns: Sequence[Term] | None = None,
) -> Averages:
    """Return the doubly robust means of both arms and each row's influence.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The outcome.
    treated : ndarray of bool, shape (n,)
        The arm.
    columns, outcome_columns : sequence of Term
        The covariates of the propensity and of the outcome (by default the same).
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    folds : ndarray, shape (n,)
        Fold numbers; each row's nuisance values come from models fitted without its fold (all 0: on all rows).
    propensity_model : str or classifier
        ``logit``, ``probit``, ``cloglog``, or a scikit-learn classifier.
    outcome_model : str or regressor
        ``linear``, or a scikit-learn regressor (or classifier, for 0/1 outcomes).
    """
    count = len(outcome)
    matrix = np.column_stack([term.numbers() for term in columns])
    predictors = matrix
    if outcome_columns is not None:
        predictors = np.column_stack([term.numbers() for term in outcome_columns])
    labels = [term.label for term in columns]
    probability, regression = np.empty(count), np.empty((count, 2))
    numbers = np.unique(folds)
    for fold in numbers:
        inside = folds == fold
        fitting = ~inside if len(numbers) > 1 else inside
        _check_fold(treated[fitting])
        probability[inside] = _probability(matrix, labels, treated, fitting, inside, propensity_model)
        for place, arm in enumerate((~treated, treated)):
            regression[inside, place] = _prediction(predictors, outcome, fitting & arm, inside, outcome_model)
    probability = np.clip(probability, SMALLEST, 1 - SMALLEST)
    return _combine(outcome, treated, probability, regression, estimand)


def _combine(outcome: Floats, treated: Booleans, probability: Floats, regression: Floats, estimand: str) -> Averages:
    weight = {"ATE": np.ones(len(outcome)), "ATT": probability, "ATC": 1 - probability}[estimand]
    member = {"ATE": np.ones(len(outcome)), "ATT": treated * 1.0, "ATC": ~treated * 1.0}[estimand]
    share = float(member.mean())
    parts = np.empty((len(outcome), 2))
    for place, (arm, chance) in enumerate(((~treated, 1 - probability), (treated, probability))):
        # An arm that is the estimand's own has weight / chance = 1, and its regression cancels.
        parts[:, place] = member * regression[:, place] + arm * weight / chance * (outcome - regression[:, place])
    means = parts.mean(axis=0) / share
    influence = (parts - member[:, None] * means) / share
    return Averages(float(means[0]), float(means[1]), influence)


def _check_fold(treated: Booleans) -> None:
    if treated.sum() < 2 or (~treated).sum() < 2:
        raise InputError("A fold leaves fewer than two rows in an arm to fit on. Use fewer folds.")


def _probability(
    matrix: Floats, labels: Sequence[str], treated: Booleans, fitting: Booleans, inside: Booleans, model: Any
) -> Floats:
    if not isinstance(model, str):
        from sklearn.base import clone

        fitted = clone(model).fit(matrix[fitting], treated[fitting].astype(int))
        return np.asarray(fitted.predict_proba(matrix[inside])[:, 1], dtype=np.float64)
    from toolkit.stats.links import LINKS

    terms = [
        Term(label, Covariate(label, column[fitting])) for label, column in zip(labels, matrix.T, strict=True)
        if np.ptp(column[fitting]) > 0
    ]  # fmt: skip
    fit = fit_propensity(terms, treated[fitting], model)
    slopes = np.array([fit.coefficients.get(label, 0.0) for label in labels])
    return LINKS[model].mean(fit.intercept + matrix[inside] @ slopes)


def _prediction(matrix: Floats, outcome: Floats, fitting: Booleans, inside: Booleans, model: Any) -> Floats:
    if not isinstance(model, str):
        from sklearn.base import clone, is_classifier

        fitted = clone(model).fit(matrix[fitting], outcome[fitting])
        if is_classifier(fitted):
            return np.asarray(fitted.predict_proba(matrix[inside])[:, -1], dtype=np.float64)
        return np.asarray(fitted.predict(matrix[inside]), dtype=np.float64)
    centre = matrix[fitting].mean(axis=0)
    design = np.column_stack([np.ones(int(fitting.sum())), matrix[fitting] - centre])
    scale = np.maximum(np.sqrt((design * design).mean(axis=0)), 1e-300)
    coefficients = np.linalg.lstsq(design / scale, outcome[fitting], rcond=1e-10)[0] / scale
    return np.asarray(coefficients[0] + (matrix[inside] - centre) @ coefficients[1:], dtype=np.float64)


def fold_numbers(treated: Booleans, clusters: Integers | None, folds: int, generator: np.random.Generator) -> Integers:
    """Return a fold number for each row, spread evenly within each arm; clusters are kept whole."""
    numbers: Integers = np.zeros(len(treated), dtype=np.intp)
    if folds == 1:
        return numbers
    if clusters is not None:
        _, codes = np.unique(clusters, return_inverse=True)
        codes = codes.reshape(-1)
        groups = int(codes.max()) + 1
        by_group = np.empty(groups, dtype=np.intp)
        by_group[generator.permutation(groups)] = np.arange(groups) % folds
        return by_group[codes]
    for arm in (treated, ~treated):
        rows = generator.permutation(np.flatnonzero(arm))
        numbers[rows] = np.arange(len(rows)) % folds
    return numbers
