"""Balance: how alike the arms are on each term, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays import Booleans, Floats, Integers
from toolkit.stats.covariates import Covariate, Term, every_term
from toolkit.stats.sample import Missing, read_sample
from toolkit.stats.spread import DENOMINATORS, is_binary, standardising_deviation, variance

MEASURES = ("mean_treated", "mean_control", "smd", "variance_ratio", "ecdf_mean", "ecdf_max", "ks")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One term compared between the arms, once before and once after."""

    mean_treated: float
    mean_control: float
    smd: float
    variance_ratio: float
    ecdf_mean: float
    ecdf_max: float


def balance_table(
    frame: pd.DataFrame,
    *,
    treatment: str,
    covariates: Sequence[str],
    weights: pd.Series | Floats | None = None,
    estimand: str = "ATT",
    interactions: bool = False,
    missing: Missing = "error",
) -> pd.DataFrame:
    """Compare the arms of a frame term by term, unweighted and (where weights are given) weighted.

    Parameters
    ----------
    frame : DataFrame
        One row a unit.
    treatment : str
        A column of 0 and 1.
    covariates : sequence of str
        What to compare; categories give one row a level.
    weights : Series or ndarray, optional
        One number a row, 0 for rows left out.
    estimand : {"ATT", "ATC", "ATE"}
        Says which standard deviation differences are divided by; the column ``denominator`` states it.
    interactions : bool
        Whether squares and products of the terms are compared too.
    missing : {"error", "drop", "indicator"}
        What to do with missing values.

    Returns
    -------
    DataFrame
        Indexed by term. Columns ``mean_treated``, ``mean_control``, ``smd``, ``variance_ratio`` (empty for 0/1
        terms), ``ecdf_mean``, ``ecdf_max`` and ``ks`` (the same: the largest gap between the arms' cumulative
        distributions), first as they were (``…_before``), then weighted; ``pair_distance`` where there are pairs.
    """
    if estimand not in DENOMINATORS:
        raise InputError(f'estimand is "{estimand}". Use "ATT", "ATC" or "ATE".')
    sample = read_sample(frame, treatment, covariates, missing=missing)
    numbers = None
    if weights is not None:
        series = weights if isinstance(weights, pd.Series) else pd.Series(np.asarray(weights), index=frame.index)
        numbers = np.asarray(series.reindex(sample.frame.index), dtype=np.float64)
        wrong = int((~(numbers >= 0)).sum())
        if wrong:
            raise InputError(f"The weights are missing or below 0 in {wrong:,} rows. Give one from 0 for each row.")
    return compare_arms(every_term(sample.covariates), sample.treated, numbers, estimand, interactions=interactions)


def compare_arms(
    terms: Sequence[Term],
    treated: Booleans,
    weights: Floats | None,
    estimand: str,
    *,
    interactions: bool = False,
    pairs: tuple[Integers, Integers] | None = None,
    pair_weights: Floats | None = None,
) -> pd.DataFrame:
    """Return the balance table of terms; see `balance_table`.

    `pairs` are the row positions of matched pairs; the standardised mean distance within them is added.
    """
    arms = Arms.of(treated, weights)

    def one(term: Term) -> list[float]:
        values = term.numbers()
        inside, outside, binary = values[arms.treated], values[arms.control], is_binary(values)
        deviation = standardising_deviation(inside, outside, estimand, binary)
        row = [n for c in _compare(values, inside, outside, arms, deviation, binary) for n in _measures(c)]
        if pairs is not None:
            gaps = np.abs(values[pairs[0]] - values[pairs[1]])
            row.append(float(np.average(gaps, weights=pair_weights)) / deviation if len(gaps) else float("nan"))
        return row

    wanted = [*terms, *(_products(terms) if interactions else [])]
    with ThreadPoolExecutor(max_workers=2) as workers:  # sorting leaves the interpreter free
        rows = list(workers.map(one, wanted))
    columns = [f"{measure}_before" for measure in MEASURES]
    if weights is not None:
        columns += MEASURES
    if pairs is not None:
        columns.append("pair_distance")
    table = pd.DataFrame(rows, columns=columns, index=pd.Index([term.label for term in wanted], name="term"))
    return table.assign(denominator=DENOMINATORS[estimand])


def _products(terms: Sequence[Term]) -> list[Term]:
    """Return squares of numbers and products of terms of different columns."""
    found = []
    for place, first in enumerate(terms):
        values = first.numbers()
        if not is_binary(values):
            found.append(Term(f"{first.label}²", Covariate(first.label, values * values)))
        for second in terms[place + 1 :]:
            if second.covariate is not first.covariate:
                label = f"{first.label} × {second.label}"
                found.append(Term(label, Covariate(label, values * second.numbers())))
    return found


def _measures(comparison: Comparison) -> list[float]:
    c = comparison
    return [c.mean_treated, c.mean_control, c.smd, c.variance_ratio, c.ecdf_mean, c.ecdf_max, c.ecdf_max]


@dataclass(frozen=True, slots=True)
class Arms:
    """Row positions of the arms, before and (where there are weights) after.

    Attributes
    ----------
    treated, control : ndarray
        All rows of each arm.
    used : tuple of ndarray, or None
        Rows of weight above 0, treated then control.
    weights : tuple of ndarray, or None
        Their weights.
    """

    treated: Integers
    control: Integers
    used: tuple[Integers, Integers] | None
    weights: tuple[Floats, Floats] | None

    @staticmethod
    def of(treated: Booleans, weights: Floats | None) -> Arms:
        """Return the arms of a sample."""
        inside, outside = np.flatnonzero(treated), np.flatnonzero(~treated)
        if weights is None:
            return Arms(inside, outside, None, None)
        used = inside[weights[inside] > 0], outside[weights[outside] > 0]
        if not (len(used[0]) and len(used[1])):
            raise InputError("The weights leave an arm without rows, so there is nothing to compare.")
        return Arms(inside, outside, used, (weights[used[0]], weights[used[1]]))


def _compare(
    values: Floats, inside: Floats, outside: Floats, arms: Arms, deviation: float, binary: bool
) -> list[Comparison]:
    """Compare the arms on one term, before and (where there are weights) after."""
    distinct = None if binary else _distinct(values)
    gaps = (0.0, 0.0) if distinct is None else _gaps_before(distinct, inside, len(outside))
    found = [_comparison((inside, None), (outside, None), deviation, binary, gaps)]
    if arms.used is not None and arms.weights is not None:
        one, other = values[arms.used[0]], values[arms.used[1]]
        gaps = (0.0, 0.0) if distinct is None else _gaps_after(distinct[0], one, other, arms.weights)
        found.append(_comparison((one, arms.weights[0]), (other, arms.weights[1]), deviation, binary, gaps))
    return found


def _comparison(
    inside: tuple[Floats, Floats | None],
    outside: tuple[Floats, Floats | None],
    deviation: float,
    binary: bool,
    gaps: tuple[float, float],
) -> Comparison:
    mean_in, mean_out = (float(np.average(values, weights=weights)) for values, weights in (inside, outside))
    difference = mean_in - mean_out
    with np.errstate(divide="ignore", invalid="ignore"):
        smd = float(np.divide(difference, deviation)) if difference else 0.0
        if binary:
            return Comparison(mean_in, mean_out, smd, float("nan"), abs(difference), abs(difference))
        ratio = float(np.divide(variance(*inside), variance(*outside)))
    return Comparison(mean_in, mean_out, smd, ratio, *gaps)


def _distinct(values: Floats) -> tuple[Floats, Integers]:
    """Return the distinct values in order, and how many rows have at most each."""
    ordered = np.sort(values)
    changes = ordered[1:] != ordered[:-1]
    if changes.all():
        return ordered, np.arange(1, len(ordered) + 1)
    last = np.append(np.flatnonzero(changes), len(ordered) - 1)
    return ordered[last], last + 1


def _gaps_before(distinct: tuple[Floats, Integers], inside: Floats, others: int) -> tuple[float, float]:
    """Return the mean (over distinct values) and the largest gap between the arms' cumulative distributions."""
    points, everyone = distinct
    places = np.searchsorted(points, np.sort(inside))
    treated = np.cumsum(np.bincount(places, minlength=len(points)))
    gaps = np.abs(treated / len(inside) - (everyone - treated) / others)
    return float(gaps.mean()), float(gaps.max())


def _gaps_after(points: Floats, inside: Floats, outside: Floats, weights: tuple[Floats, Floats]) -> tuple[float, float]:
    """Return the same for weighted arms, over the distinct values of all rows, so that it compares with before.

    Between two weighted rows' values the gap stays as it is, so only these rows are walked through.
    """
    values = np.concatenate([inside, outside])
    shares = np.concatenate([weights[0] / weights[0].sum(), -weights[1] / weights[1].sum()])
    order = np.argsort(values)
    places = np.searchsorted(points, values[order])
    gaps = np.abs(np.cumsum(shares[order]))
    lengths = np.diff(np.append(places, len(points)))
    return float(gaps @ lengths) / len(points), float(gaps[lengths > 0].max())
