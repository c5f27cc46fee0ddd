"""The strength of observed covariates in a (weighted) least-squares fit, as a measure for a hidden one.

A covariate that has been matched on no longer goes with treatment in the matched sample, so there every hidden cause
would look strong beside it. Benchmarks are therefore taken from the sample before matching, with the arms weighted to
equal totals as they are after it (`equal_arms`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays import Booleans, Floats
from toolkit.stats.sensitivity.omitted import Adjusted, OmittedVariable, strength_like


@dataclass(frozen=True, slots=True)
class Benchmark:
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


def equal_arms(treated: Booleans, weights: Floats | None = None) -> Floats:
    """Return weights under which both arms have the same total, that of the rows."""
    base = np.ones(len(treated)) if weights is None else np.asarray(weights, dtype=np.float64)
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

    Raises
    ------
    InputError
        When a place is not that of a column.
    """
    rows, columns = covariates.shape
    for name, places in groups.items():
        wrong = [place for place in places if not 0 <= place < columns]
        if wrong:
            raise InputError(f'Benchmark "{name}" asks for column {wrong[0]} of {columns} (from 0).')
    root = np.ones(rows) if weights is None else np.sqrt(np.asarray(weights, dtype=np.float64))
    design = np.column_stack([np.ones(rows), covariates, treated]) * root[:, None]
    treatment, response = design[:, -1], np.asarray(outcome, dtype=np.float64) * root
    left_of_treatment = _left(design[:, :-1], treatment)
    left_of_outcome = _left(design, response)
    found = []
    for name, places in groups.items():
        others = [0, *(1 + place for place in range(columns) if place not in set(places))]
        without = design[:, others]
        first = 1 - left_of_treatment / _left(without, treatment)
        second = 1 - left_of_outcome / _left(np.column_stack([without, treatment]), response)
        found.append(Benchmark(name, max(first, 0.0), max(second, 0.0)))
    return tuple(found)


def against(
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
        benchmark, times, and the columns of `Adjusted`.
    """
    rows: list[dict[str, object]] = []
    for benchmark in known:
        for factor in times:
            try:
                strength = strength_like(benchmark.treatment_r2, benchmark.outcome_r2, factor)
            except InputError:
                continue
            adjusted = result.adjusted(*strength)
            values: dict[str, object] = {name: getattr(adjusted, name) for name in Adjusted.__slots__}
            rows.append({"benchmark": benchmark.name, "times": factor} | values)
    return pd.DataFrame(rows, columns=["benchmark", "times", *Adjusted.__slots__])


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


def _left(design: Floats, response: Floats) -> float:
    """Return the sum of squares that a least-squares fit leaves."""
    coefficients = np.linalg.lstsq(design, response, rcond=None)[0]
    residual = response - design @ coefficients
    return float(residual @ residual)
