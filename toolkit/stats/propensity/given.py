"""Scores that are not fitted here: the caller's own, or a classifier's."""

from __future__ import annotations

from typing import Any

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.sample.aligned import beside_rows
from toolkit.stats.sample.covariates import as_matrix, model_terms
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.sample.sample import Sample


def scores_beside(sample: Sample, scores: Any, what: str) -> Floats:
    """Return one score a row used: a series by its labels, anything else by position.

    Raises
    ------
    InputError
        For a row without one, and for scores that are no finite numbers.
    """
    numbers = numbers_of(beside_rows(scores, sample.whole, sample.frame.index, what), what, "one score a row")
    wrong = int((~np.isfinite(numbers)).sum())
    if wrong:
        raise InputError(f"{what} holds {wrong:,} scores that are not finite numbers. Give each row a score.")
    return numbers


def classifier_probability(sample: Sample, model: Any, weights: Floats | None = None) -> Floats:
    """Return each row's probability of treatment by a classifier, fitted here on a copy.

    Raises
    ------
    InputError
        For what is no classifier, and for one that cannot be fitted with sampling weights where there are some.
    """
    if isinstance(model, type) or not (hasattr(model, "fit") and hasattr(model, "predict_proba")):
        raise InputError(
            f'model is a {type(model).__name__}. Use "logit", "probit", "cloglog" or a scikit-learn classifier that '
            "has predict_proba."
        )
    from sklearn.base import clone
    from sklearn.utils.validation import has_fit_parameter

    if weights is not None and not has_fit_parameter(model, "sample_weight"):
        raise InputError(
            f"model is a {type(model).__name__}, which cannot be fitted with weights. Use one whose fit takes "
            'sample_weight, model="logit", or leave out weights.'
        )
    loads = {} if weights is None else {"sample_weight": weights}
    matrix = as_matrix(model_terms(sample.covariates))
    fitted = clone(model).fit(matrix, sample.treated.astype(int), **loads)
    return np.asarray(fitted.predict_proba(matrix)[:, 1], dtype=np.float64)
