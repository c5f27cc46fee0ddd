"""Augmented inverse probability weighting with cross-fitting: right if either the score or the regression is.

Weights are normalised in each arm, so that an estimate is a mean of outcomes and cannot leave their range by a few rows
of great weight (Busso, DiNardo and McCrary, 2014, Review of Economics and Statistics 96, 885-897).

Robins, Rotnitzky and Zhao (1994); cross-fitting as in Chernozhukov and others (2018), algorithm DML2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.doubly_robust.influence import Averages
from toolkit.stats.propensity.model import fit_propensity
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.sample.covariates import Covariate, Term

SMALL_CLUSTER = 1e-3  # clusters of less than this share of either arm are dealt to the folds in turn
SMALLEST = 1e-6  # probabilities are kept this far from 0 and 1


def fitted_probability(treated: Booleans, columns: Sequence[Term], folds: Integers, model: Any) -> Floats:
    """Return each row's probability of treatment from a model fitted without its fold.

    Parameters
    ----------
    treated : ndarray of bool, shape (n,)
        The arm.
    columns : sequence of Term
        The covariates.
    folds : ndarray, shape (n,)
        Fold numbers (all 0: fitted on all rows).
    model : str or classifier
        ``logit``, ``probit``, ``cloglog``, or a scikit-learn classifier.
    """
    matrix = np.column_stack([term.numbers() for term in columns])
    labels = [term.label for term in columns]
    probability = np.empty(len(treated))
    for inside, fitting in _splits(folds):
        _check_fold(treated[fitting])
        probability[inside] = _probability(matrix, labels, treated, fitting, inside, model)
    return np.clip(probability, SMALLEST, 1 - SMALLEST)


def augmented_means(
    outcome: Floats,
    treated: Booleans,
    probability: Floats,
    columns: Sequence[Term],
    estimand: str,
    folds: Integers,
    outcome_model: Any,
) -> Averages:
    """Return the doubly robust means of both arms and each row's influence.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
        The outcome.
    treated : ndarray of bool, shape (n,)
        The arm.
    probability : ndarray, shape (n,)
        Of treatment, from `fitted_probability` with the same folds.
    columns : sequence of Term
        The covariates of the outcome.
    estimand : {"ATT", "ATC", "ATE"}
        For whom.
    folds : ndarray, shape (n,)
        Fold numbers; each row's regression comes from models fitted without its fold (all 0: on all rows).
    outcome_model : str or regressor
        ``linear``, or a scikit-learn regressor (or classifier, for 0/1 outcomes).
    """
    predictors = np.column_stack([term.numbers() for term in columns])
    regression = np.empty((len(outcome), 2))
    for inside, fitting in _splits(folds):
        for place, arm in enumerate((~treated, treated)):
            regression[inside, place] = _prediction(predictors, outcome, fitting & arm, inside, outcome_model)
    return _combine(outcome, treated, probability, regression, estimand)


def _splits(folds: Integers) -> Iterator[tuple[Booleans, Booleans]]:
    """Yield, for each fold, the rows inside it and those to fit on."""
    numbers = np.unique(folds)
    for fold in numbers:
        inside = folds == fold
        yield inside, ~inside if len(numbers) > 1 else inside


def _combine(outcome: Floats, treated: Booleans, probability: Floats, regression: Floats, estimand: str) -> Averages:
    weight = {"ATE": np.ones(len(outcome)), "ATT": probability, "ATC": 1 - probability}[estimand]
    member = {"ATE": np.ones(len(outcome)), "ATT": treated * 1.0, "ATC": ~treated * 1.0}[estimand]
    share = float(member.mean())
    means, influence, loads = np.empty(2), np.empty((len(outcome), 2)), np.zeros(len(outcome))
    for place, (arm, chance) in enumerate(((~treated, 1 - probability), (treated, probability))):
        # An arm that is the estimand's own has weight / chance = 1, and its regression cancels.
        load = arm * weight / chance
        loads += load
        load = load / load.mean()
        residual = outcome - regression[:, place]
        predicted, added = (
            float(member @ regression[:, place]) / (len(outcome) * share),
            float((load * residual).mean()),
        )
        means[place] = predicted + added
        influence[:, place] = member * (regression[:, place] - predicted) / share + load * (residual - added)
    return Averages(float(means[0]), float(means[1]), influence, loads)


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
    from toolkit.stats.propensity.links import LINKS

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
    # A column that does not vary where the regression is fitted says nothing of rows where it does.
    matrix = matrix[:, np.ptp(matrix[fitting], axis=0) > 0]
    centre = matrix[fitting].mean(axis=0)
    design = np.column_stack([np.ones(int(fitting.sum())), matrix[fitting] - centre])
    scale = np.sqrt((design * design).mean(axis=0))
    coefficients = _least_squares(design / scale, outcome[fitting]) / scale
    return np.asarray(coefficients[0] + (matrix[inside] - centre) @ coefficients[1:], dtype=np.float64)


def _least_squares(design: Floats, outcome: Floats) -> Floats:
    """Return the coefficients: by the normal equations, or where those are nearly singular by the design itself."""
    from scipy.linalg import LinAlgError, cho_factor, cho_solve

    gram = design.T @ design
    try:
        factor = cho_factor(gram)
    except LinAlgError:
        factor = None
    if factor is not None and np.diag(factor[0]).min() > 1e-6 * np.diag(factor[0]).max():
        return np.asarray(cho_solve(factor, design.T @ outcome), dtype=np.float64)
    return np.asarray(np.linalg.lstsq(design, outcome, rcond=1e-10)[0], dtype=np.float64)


def fold_numbers(treated: Booleans, clusters: Integers | None, folds: int, generator: np.random.Generator) -> Integers:
    """Return a fold number for each row, spread evenly within each arm; clusters are kept whole.

    Clusters go to folds from the largest down, each to the fold that has least of the arms its rows are of, those of a
    size in an order drawn at random. So the folds are as even as whole clusters can make them; a cluster that is
    more than a fold's share of the rows has a fold to itself.
    """
    numbers: Integers = np.zeros(len(treated), dtype=np.intp)
    if folds == 1:
        return numbers
    if clusters is not None:
        codes, groups = dense_codes(clusters)
        sizes = np.column_stack([np.bincount(codes[arm], minlength=groups) / arm.sum() for arm in (treated, ~treated)])
        drawn = generator.permutation(groups)
        by_group = np.empty(groups, dtype=np.intp)
        by_group[drawn] = np.arange(groups) % folds
        order = drawn[np.argsort(-sizes[drawn].max(axis=1), kind="stable")]
        large = order[sizes[order].max(axis=1) > SMALL_CLUSTER]
        rest = np.setdiff1d(np.arange(groups), large)
        filled = np.zeros((folds, 2))
        np.add.at(filled, by_group[rest], sizes[rest])
        for group in large:
            # Where it adds least to the sum of squares of the folds' shares of the arms.
            by_group[group] = np.argmin(filled @ sizes[group])
            filled[by_group[group]] += sizes[group]
        return np.asarray(by_group[codes], dtype=np.intp)
    for arm in (treated, ~treated):
        rows = generator.permutation(np.flatnonzero(arm))
        numbers[rows] = np.arange(len(rows)) % folds
    return numbers
