"""The models of case mix: fitted to some rows, read off for others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.cumulative import fit_cumulative
from toolkit.stats.regression.logistic import fit_logistic
from toolkit.stats.regression.poisson import fit_poisson
from toolkit.stats.sample.covariates import as_matrix, model_terms, read_covariate

Model = Literal["logistic", "poisson", "linear", "ordinal"]
MODELS = ("logistic", "poisson", "linear", "ordinal")
ALIKE = 1e-8
_UNSETTLED = (
    "The case-mix model does not settle: the covariates all but decide the outcome, or it is the same in every row. "
    "Adjust for fewer covariates."
)


@dataclass(frozen=True, slots=True)
class Predicted(Shown):
    """What is expected of rows.

    Attributes
    ----------
    mean, variance : ndarray, shape (rows,)
        Of the outcome, given the covariates and that the unit is like the rest.
    """

    mean: Floats
    variance: Floats


def design_of(covariates: pd.DataFrame, rows: int) -> Floats:
    """Return covariates as columns of numbers without a constant, shape (rows, k).

    Raises
    ------
    InputError
        When there are not as many rows, a value is missing, or a column is no covariate.
    """
    missing = [str(name) for name in covariates.columns if covariates[name].isna().any()]
    if len(covariates) != rows or missing:
        lacking = f" Values are missing in {', '.join(missing)}." if missing else ""
        raise InputError(
            f"covariates have {len(covariates):,} rows, the outcome {rows:,}.{lacking} Give one complete row each."
        )
    terms = model_terms([read_covariate(str(name), covariates[name]) for name in covariates.columns])
    return as_matrix(terms) if terms else np.zeros((rows, 0))


def predict(outcome: Floats, columns: Floats, wanted: Floats, codes: Integers, model: Model) -> Predicted:
    """Fit a model to some rows and return what it expects of others.

    Parameters
    ----------
    outcome : ndarray, shape (rows,)
        Of the rows fitted.
    columns, wanted : ndarray, shape (rows, k), (others, k)
        Covariates of the rows fitted, and of those wanted.
    codes : ndarray, shape (rows,)
        The unit of each row fitted: a linear model's variance is that within units.
    model : str
        Of `MODELS`.

    Raises
    ------
    InputError
        When the model does not settle, or no row is left.
    """
    centre, scale = columns.mean(axis=0), columns.std(axis=0)
    kept = _independent((columns - centre) / np.where(scale > 0, scale, 1), scale)
    x, at = ((some[:, kept] - centre[kept]) / scale[kept] for some in (columns, wanted))
    design, ahead = np.column_stack([np.ones(len(x)), x]), np.column_stack([np.ones(len(at)), at])
    if model == "logistic":
        chance = special.expit(ahead @ _logistic(design, outcome))
        return Predicted(chance, chance * (1 - chance))
    if model == "poisson":
        if not outcome.sum() > 0:
            raise InputError("No event is left to fit the case-mix model to.")
        mean = np.exp(ahead @ fit_poisson(design, outcome, np.zeros(len(outcome))).coefficients)
        return Predicted(mean, mean)
    if model == "ordinal":
        return _ordinal(outcome, x, at)
    coefficients = np.linalg.lstsq(design, outcome, rcond=None)[0]
    residual = outcome - design @ coefficients
    own = np.unique(codes, return_inverse=True)[1].reshape(-1)
    within = residual - (np.bincount(own, residual) / np.bincount(own))[own]
    freedom = len(outcome) - int(own.max()) - design.shape[1]
    if freedom < 1:
        raise InputError(f"{len(outcome)} rows are too few for a linear model of {x.shape[1]} columns. Use fewer.")
    return Predicted(ahead @ coefficients, np.full(len(at), float((within**2).sum()) / freedom))


def _logistic(design: Floats, outcome: Floats) -> Floats:
    fit = fit_logistic(design, outcome)
    if fit is None:
        raise InputError(_UNSETTLED)
    return fit.coefficients


def _ordinal(outcome: Floats, columns: Floats, wanted: Floats) -> Predicted:
    fit = fit_cumulative(outcome, columns, np.ones(len(outcome)))
    if fit is None:
        raise InputError(_UNSETTLED)
    mean = fit.mean_score(wanted)[0]
    below = special.expit(fit.cuts[None, :] - (wanted @ fit.slopes)[:, None])
    ends = np.column_stack([np.zeros(len(wanted)), below, np.ones(len(wanted))])
    return Predicted(mean, np.diff(ends, axis=1) @ fit.levels**2 - mean**2)


def _independent(columns: Floats, scale: Floats) -> Integers:
    """Return the columns that vary and are no combination of those before them."""
    kept: list[int] = []
    basis = np.zeros((len(columns), 0))
    for place in np.flatnonzero(scale > 0):
        column = columns[:, place]
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length > ALIKE * np.sqrt(len(columns)):
            kept.append(int(place))
            basis = np.column_stack([basis, rest / length])
    return np.array(kept, dtype=np.intp)
