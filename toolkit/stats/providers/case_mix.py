"""What each unit's case mix alone would lead one to expect: indirect standardisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Booleans, Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.case_mix_models import MODELS, Model, Predicted, design_of, predict
from toolkit.stats.providers.counts import binomial_funnel, poisson_funnel
from toolkit.stats.providers.funnel import LEVELS, Funnel
from toolkit.stats.providers.means import mean_funnel
from toolkit.stats.sample.aligned import aligned, as_series
from toolkit.stats.sample.numbers import finite_numbers

UNLIKE = 0.05
"""The share of a unit's families without their like elsewhere from which a note says so."""


@dataclass(frozen=True, slots=True)
class CaseMix(Shown):
    """Units' outcomes beside what their case mix leads one to expect.

    Attributes
    ----------
    unit : ndarray, shape (n,)
        Names, in the order they first come.
    rows : ndarray, shape (n,)
        How many families (or what the rows are) each has.
    observed, expected : ndarray, shape (n,)
        Sums of the outcome, found and expected.
    variance : ndarray, shape (n,)
        Of the sum, by chance given the case mix; the model is taken as known.
    adjusted : ndarray, shape (n,)
        The overall rate times observed over expected, of counts; the overall mean plus the mean difference, of
        means.
    error : ndarray, shape (n,)
        Standard error of `adjusted`.
    unlike : ndarray, shape (n,)
        Families with a covariate beyond the range of all other units' families: what is expected of them is guessed
        from the model's form alone.
    overall : float
        The mean outcome of all rows.
    model : str
        ``logistic``, ``poisson``, ``linear`` or ``ordinal``.
    fitted : ndarray, shape (rows,)
        What was expected of each row.
    notes : tuple of Note
        Where case mix does not overlap, and where little is expected.
    """

    unit: AnyArray
    rows: Floats
    observed: Floats
    expected: Floats
    variance: Floats
    adjusted: Floats
    error: Floats
    unlike: Floats
    overall: float
    model: Model
    fitted: Floats
    notes: tuple[Note, ...] = ()

    def tidy(self) -> pd.DataFrame:
        """Return one row a unit, in the order they first come."""
        names = ("unit", "rows", "observed", "expected", "variance", "adjusted", "error", "unlike")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def summary(self) -> str:
        """Return what was adjusted, and what to know of it."""
        first = (
            f"{len(self.unit)} units, {int(self.rows.sum()):,} rows; {self.observed.sum():.6g} observed, "
            f"{self.expected.sum():.6g} expected of their case mix ({self.model} model)."
        )
        return "\n".join([first, *self.notes])

    def funnel(self, *, levels: tuple[float, float] = LEVELS, over_dispersed: bool = True) -> Funnel:
        """Return the funnel of the adjusted rates or means, with limits that allow for true differences unless told."""
        if self.model == "logistic":
            return binomial_funnel(
                list(self.unit),
                self.observed,
                self.rows,
                expected=self.expected,
                levels=levels,
                over_dispersed=over_dispersed,
            )
        if self.model == "poisson":
            return poisson_funnel(
                list(self.unit), self.observed, self.expected, levels=levels, over_dispersed=over_dispersed
            )
        return mean_funnel(
            list(self.unit), self.adjusted, self.error, size=self.rows, levels=levels, over_dispersed=over_dispersed
        )


def case_mix(
    outcome: Any,
    unit: Any,
    covariates: pd.DataFrame | None = None,
    *,
    model: Model = "logistic",
    is_left_out: bool = True,
    fitted: Any = None,
) -> CaseMix:
    """Return each unit's outcome beside what its case mix leads one to expect.

    Parameters
    ----------
    outcome : array_like, shape (rows,)
        0 or 1 (``logistic``), counts (``poisson``), numbers (``linear``) or scores (``ordinal``).
    unit : array_like, shape (rows,)
        The unit of each row.
    covariates : DataFrame, shape (rows, k), optional
        What was known at the start: numbers, and categories as text. Not the unit, nor anything it brought about.
    model : str
        How the outcome depends on them; with `fitted`, what kind of outcome it is.
    is_left_out : bool
        Whether what is expected of a unit is learnt from the other units alone, so that a large one does not set its
        own standard; sums of expected and observed then differ a little. Otherwise one model is fitted to all rows.
    fitted : array_like, shape (rows,), optional
        What is expected of each row by a model of the caller's; no model is then fitted.

    Returns
    -------
    CaseMix
        Units in the order they first come.

    Raises
    ------
    InputError
        When a value is missing or does not suit the model, there are fewer than two units, or the model does not
        settle.

    Notes
    -----
    Indirect standardisation compares each unit with what the others would have had with its families, so two units
    are not compared with each other unless their case mix is alike. The model leaves units out; where units with
    harder families also do better or worse, it takes some of that for case mix. Hosmer and Lemeshow (1995),
    Statistics in Medicine 14, 2161-2172; Nicholl (2007), Journal of Epidemiology and Community Health 61, 1010-1013.
    """
    y, codes, names, columns, given = _checked(outcome, unit, covariates, model, fitted)
    unlike = np.zeros(len(y), dtype=bool)
    if given is not None:
        predicted = Predicted(given, _chance_variance(y, given, codes, model))
        columns = None
    elif is_left_out and len(names) > 1 and columns is not None:
        predicted = _without_each(y, codes, columns, model)
    else:
        design = np.zeros((len(y), 0)) if columns is None else columns
        predicted = predict(y, design, design, codes, model)
    if columns is not None:
        unlike = _unlike(columns, codes)
    return _summed(y, codes, names, predicted, unlike, model)


def _checked(
    outcome: Any, unit: Any, covariates: pd.DataFrame | None, model: str, fitted: Any
) -> tuple[Floats, Integers, AnyArray, Floats | None, Floats | None]:
    if model not in MODELS:
        raise InputError(f"model is {model!r}. Give one of {', '.join(MODELS)}.")
    outcome, unit, fitted = aligned(outcome=outcome, unit=unit, fitted=fitted)
    y = finite_numbers(outcome, "outcome").reshape(-1)
    codes, names = pd.factorize(as_series(unit, "unit"))
    given = None if fitted is None else finite_numbers(fitted, "fitted").reshape(-1)
    problems = []
    lengths = {len(y), len(codes), *([] if given is None else [len(given)])}
    if len(lengths) > 1 or not len(y):
        problems.append(f"There are {len(y):,} outcomes and {len(codes):,} units. Give one of each a row.")
    if np.isnan(y).any() or (codes < 0).any() or (given is not None and np.isnan(given).any()):
        problems.append("An outcome, a unit or a fitted value is missing. Leave those rows out.")
    if model == "logistic" and not np.isin(y[~np.isnan(y)], (0, 1)).all():
        problems.append("The outcome of a logistic model is 0 or 1.")
    if model in ("poisson", "logistic") and (y < 0).any():
        problems.append("A count is below 0.")
    if len(names) < 2:
        problems.append(f"There are {len(names)} units. Give two or more.")
    if problems:
        raise InputError("\n".join(problems))
    columns = None
    if covariates is not None:
        if isinstance(outcome, pd.Series) and not outcome.index.equals(covariates.index):
            if not (outcome.index.is_unique and set(outcome.index) <= set(covariates.index)):
                raise InputError("covariates do not have the outcome's row labels. Give a frame with the same index.")
            covariates = covariates.loc[outcome.index]
        columns = design_of(covariates, len(y))
    return y, np.asarray(codes, dtype=np.intp), np.asarray(names, dtype=object), columns, given


def _without_each(y: Floats, codes: Integers, columns: Floats, model: Model) -> Predicted:
    """Return what the other units' rows lead one to expect of each unit's."""
    mean, variance = np.empty(len(y)), np.empty(len(y))
    for code in range(int(codes.max()) + 1):
        own = codes == code
        found = predict(y[~own], columns[~own], columns[own], codes[~own], model)
        mean[own], variance[own] = found.mean, found.variance
    return Predicted(mean, variance)


def _chance_variance(y: Floats, fitted: Floats, codes: Integers, model: Model) -> Floats:
    """Return each row's variance about what a model of the caller's expects."""
    if model == "logistic":
        if ((fitted <= 0) | (fitted >= 1)).any():
            raise InputError("fitted must be chances between 0 and 1 for a logistic model.")
        return np.asarray(fitted * (1 - fitted))
    if model == "poisson":
        if (fitted <= 0).any():
            raise InputError("fitted must be above 0 for a poisson model.")
        return fitted
    residual = y - fitted
    within = residual - (np.bincount(codes, residual) / np.bincount(codes))[codes]
    freedom = len(y) - (int(codes.max()) + 1)
    if freedom < 1:
        raise InputError("Every unit has one row, so how far rows of a unit differ is not known.")
    return np.full(len(y), float((within**2).sum()) / freedom)


def _unlike(columns: Floats, codes: Integers) -> Booleans:
    """Return which rows have a value beyond the range of all other units' rows."""
    found = np.zeros(len(codes), dtype=bool)
    for code in range(int(codes.max()) + 1):
        own = codes == code
        low, high = columns[~own].min(axis=0), columns[~own].max(axis=0)
        found[own] = ((columns[own] < low) | (columns[own] > high)).any(axis=1)
    return found


def _summed(
    y: Floats, codes: Integers, names: AnyArray, predicted: Predicted, unlike: Booleans, model: Model
) -> CaseMix:
    def total(values: AnyArray) -> Floats:
        return np.asarray(np.bincount(codes, weights=values, minlength=len(names)), dtype=np.float64)

    rows, observed, expected = total(np.ones(len(y))), total(y), total(predicted.mean)
    variance, overall = total(predicted.variance), float(y.mean())
    is_count = model in ("logistic", "poisson")
    adjusted = overall * observed / expected if is_count else overall + (observed - expected) / rows
    error = np.sqrt(variance) * (overall / expected if is_count else 1 / rows)
    apart = total(unlike.astype(float))
    notes = []
    far = apart > UNLIKE * rows
    if far.any():
        words = (
            f"{int(far.sum())} of {len(names)} units have families unlike any elsewhere ({int(apart.sum()):,} families "
            "in all): what is expected of those is guessed from the model's form. Compare those units with care, or "
            "leave such families out."
        )
        notes.append(
            Note("case_mix_apart", words, {"units": int(far.sum()), "of": len(names), "families": int(apart.sum())})
        )
    little = expected < 1
    if is_count and little.any():
        words = f"Less than one event is expected at {int(little.sum())} of {len(names)} units: they show nothing."
        notes.append(Note("little_expected", words, {"units": int(little.sum()), "of": len(names)}))
    return CaseMix(
        unit=names,
        rows=rows,
        observed=observed,
        expected=expected,
        variance=variance,
        adjusted=adjusted,
        error=error,
        unlike=apart,
        overall=overall,
        model=model,
        fitted=predicted.mean,
        notes=tuple(notes),
    )
