"""The strength of observed covariates in a (weighted) least-squares fit, as a measure for a hidden one.

A covariate that has been matched on no longer goes with treatment in the matched sample, so there every hidden cause
would look strong beside it. Benchmarks are therefore taken from the sample before matching, with the arms weighted to
equal totals as they are after it (`equal_arm_weights`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.binary import zero_one
from toolkit.stats.sample.numbers import checked_weights, numbers_of
from toolkit.stats.sensitivity.omitted import AdjustedEstimate, OmittedVariable, strength_like


@dataclass(frozen=True, slots=True)
class Benchmark(Shown):
    """How strong an observed covariate is.

    Attributes
    ----------
    name : str
        The covariate, or the group of columns.
    treatment_r2 : float
        Its partial R² with treatment, given the other covariates.
    outcome_r2 : float
        Its partial R² with the outcome, given treatment and the other covariates.
    """

    name: str
    treatment_r2: float
    outcome_r2: float


@dataclass(frozen=True, slots=True)
class ModelFit(Shown):
    """The effect by least squares, with its standard error as if rows were independent."""

    estimate: float
    se: float
    degrees_of_freedom: float


def least_squares_effect(
    outcome: Floats, treated: Floats, weights: Floats | None = None, covariates: Floats | None = None
) -> ModelFit:
    """Return the (weighted) least-squares effect of treatment: the scale of an omitted variable's bias.

    Parameters
    ----------
    outcome, treated : ndarray, shape (n,)
        Numbers; treatment 0 or 1.
    weights : ndarray, shape (n,), optional
        Of rows; those of weight 0 are left out. Their scale is of no matter.
    covariates : ndarray, shape (n, p), optional
        Also in the regression.

    Returns
    -------
    ModelFit
        The effect, its standard error as if rows were independent, and their degrees of freedom.

    Raises
    ------
    InputError
        When treatment does not vary beside the covariates.
    """
    outcome, treated, weights, covariates = _rows(outcome, treated, weights, covariates)
    load = np.ones(len(outcome)) if weights is None else weights
    kept = load > 0
    columns = [np.ones(int(kept.sum()))] if covariates is None else [np.ones(int(kept.sum())), covariates[kept]]
    root = np.sqrt(load[kept])
    others = np.column_stack(columns) * root[:, None]
    treatment, response = treated[kept] * root, outcome[kept] * root
    basis, sizes, _ = np.linalg.svd(others, full_matrices=False)
    basis = basis[:, sizes > 1e-10 * sizes[0]]
    free = treatment - basis @ (basis.T @ treatment)
    left = response - basis @ (basis.T @ response)
    varies = float(free @ free)
    freedom = float(kept.sum() - basis.shape[1] - 1)
    if varies <= 1e-10 * float(treatment @ treatment) or freedom < 2:
        raise InputError("Treatment does not vary beside the covariates, so it has no effect to look at.")
    estimate = float(free @ left) / varies
    residual = left - estimate * free
    return ModelFit(estimate, float(np.sqrt(residual @ residual / freedom / varies)), freedom)


def equal_arm_weights(treated: Booleans, weights: Floats | None = None) -> Floats:
    """Return weights under which both arms have the same total, that of the rows.

    Parameters
    ----------
    treated : ndarray of bool, shape (n,)
        The arm.
    weights : ndarray, shape (n,), optional
        To start from; 1 where not given.

    Returns
    -------
    ndarray, shape (n,)
        Weights of rows, their mean 1 where `weights` are not given.

    Raises
    ------
    InputError
        When treatment is not 0 or 1, a weight is missing or below 0, or an arm has no rows of weight above 0.
    """
    treated, weights = aligned(treated=treated, weights=weights)
    treated = zero_one(treated, "treated") == 1
    base = np.ones(len(treated)) if weights is None else checked_weights(weights)
    if len(base) != len(treated):
        raise InputError(f"There are {len(treated):,} arms and {len(base):,} weights. Give one of each a row.")
    if not (base[treated].sum() > 0 and base[~treated].sum() > 0):
        raise InputError("An arm has no rows of weight above 0, so it cannot be made to weigh as much as the other.")
    scale = np.where(treated, base[treated].sum(), base[~treated].sum())
    return np.asarray(base * len(treated) / 2 / scale, dtype=np.float64)


def benchmarks(
    outcome: Floats,
    treated: Floats,
    covariates: Floats,
    groups: Mapping[str, Sequence[int]],
    weights: Floats | None = None,
) -> tuple[Benchmark, ...]:
    """Return the partial R² of covariates with treatment and outcome.

    Parameters
    ----------
    outcome, treated : ndarray, shape (n,)
        Numbers; treatment 0 or 1, or a dose.
    covariates : ndarray, shape (n, k)
        Without a column of ones, which is added.
    groups : mapping
        The benchmarks: a name and its columns' places (one, or all of a category).
    weights : ndarray, shape (n,), optional
        Of the least squares.

    Returns
    -------
    tuple of Benchmark
        One for each group, in the order given.

    Raises
    ------
    InputError
        When a place is not that of a column.
    """
    outcome, treated, weights, matrix = _rows(outcome, treated, weights, covariates)
    covariates = np.zeros((len(outcome), 0)) if matrix is None else matrix
    rows, columns = covariates.shape
    for name, places in groups.items():
        wrong = [place for place in places if not 0 <= place < columns]
        if wrong:
            raise InputError(f'Benchmark "{name}" asks for column {wrong[0]} of {columns} (from 0).')
    load = np.ones(rows) if weights is None else weights
    alike = _correlations(np.column_stack([covariates, treated, outcome]), load)
    every = list(range(columns))
    found = []
    for name, places in groups.items():
        others = [place for place in every if place not in set(places)]
        first = 1 - _left(alike, columns, every) / _left(alike, columns, others)
        second = 1 - _left(alike, columns + 1, [*every, columns]) / _left(alike, columns + 1, [*others, columns])
        found.append(Benchmark(name, max(first, 0.0), max(second, 0.0)))
    return tuple(found)


def against_benchmarks(
    result: OmittedVariable, known: Sequence[Benchmark], times: Sequence[float] = (1.0, 2.0, 3.0)
) -> pd.DataFrame:
    """Return what a cause some times as strong as each covariate would leave of the estimate.

    Parameters
    ----------
    result : OmittedVariable
        The estimate.
    known : sequence of Benchmark
        The covariates.
    times : sequence of float
        How many times as strong. Strengths that are not possible are left out.

    Returns
    -------
    DataFrame
        benchmark, times, and the columns of `AdjustedEstimate`.
    """
    rows: list[dict[str, object]] = []
    for benchmark in known:
        for factor in times:
            try:
                strength = strength_like(benchmark.treatment_r2, benchmark.outcome_r2, factor)
            except InputError:
                continue
            adjusted = result.adjusted(*strength)
            values: dict[str, object] = {name: getattr(adjusted, name) for name in AdjustedEstimate.__slots__}
            rows.append({"benchmark": benchmark.name, "times": factor} | values)
    return pd.DataFrame(rows, columns=["benchmark", "times", *AdjustedEstimate.__slots__])


def times_to_undo(result: OmittedVariable, known: Benchmark, *, interval: bool = True, most: float = 100.0) -> float:
    """Return how many times as strong as a covariate a cause must be to undo the effect (`most` when more).

    Parameters
    ----------
    result : OmittedVariable
        The estimate.
    known : Benchmark
        The covariate.
    interval : bool
        Whether to undo means that the interval holds no effect; otherwise that the estimate is nothing or turns.
    most : float
        Where to stop.

    Returns
    -------
    float
        From 0 (nothing is needed) to `most`.
    """

    def is_undone(times: float) -> bool:
        try:
            strength = strength_like(known.treatment_r2, known.outcome_r2, times)
        except InputError:
            return True
        adjusted = result.adjusted(*strength)
        if interval:
            return adjusted.low <= 0 <= adjusted.high or adjusted.estimate * result.estimate <= 0
        return adjusted.estimate * result.estimate <= 0

    if is_undone(1e-9):
        return 0.0
    if not is_undone(most):
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if is_undone(middle) else (middle, high)
    return high


def _rows(
    outcome: Any, treated: Any, weights: Any, covariates: Any
) -> tuple[Floats, Floats, Floats | None, Floats | None]:
    """Return one number a row of each in one order, of the rows of weight above 0."""
    outcome, treated, weights = aligned(outcome=outcome, treated=treated, weights=weights)
    y, t = numbers_of(outcome, "outcome").reshape(-1), numbers_of(treated, "treated").reshape(-1)
    load = None if weights is None else checked_weights(weights)
    matrix = None if covariates is None else numbers_of(np.asarray(covariates), "covariates")
    sizes = {len(part) for part in (y, t, load, matrix) if part is not None}
    if len(sizes) > 1 or (matrix is not None and matrix.ndim != 2):
        raise InputError(
            "Outcome, treatment, weights and covariates are not of the same length. Give one of each a row."
        )
    used = slice(None) if load is None else load > 0
    whole = all(np.isfinite(part[used]).all() for part in (y, t, matrix) if part is not None)
    if not whole:
        raise InputError("Outcome, treatment or covariates are missing or infinite in some rows. Leave those rows out.")
    return y[used], t[used], None if load is None else load[used], None if matrix is None else matrix[used]


def _correlations(columns: Floats, load: Floats) -> Floats:
    """Return the weighted correlations of columns, 0 for one that does not vary."""
    centred = columns - load @ columns / load.sum()
    products = centred.T @ (centred * load[:, None])
    sizes = np.sqrt(np.diag(products))
    varies = sizes > 1e-12 * np.sqrt(load @ (columns * columns))
    scale = np.divide(1.0, sizes, out=np.zeros(len(sizes)), where=varies)
    return np.asarray(products * scale * scale[:, None], dtype=np.float64)


def _left(alike: Floats, response: int, by: list[int]) -> float:
    """Return the part of a column's variance that a least-squares fit by others leaves."""
    whole = float(alike[response, response])
    if whole <= 0:
        raise InputError("Treatment or outcome does not vary, so nothing can explain it.")
    if not by:
        return whole
    values, vectors = np.linalg.eigh(alike[np.ix_(by, by)])
    kept = values > 1e-10 * len(by)
    turned = vectors[:, kept].T @ alike[by, response]
    return max(whole - float(turned @ (turned / values[kept])), 1e-15)
