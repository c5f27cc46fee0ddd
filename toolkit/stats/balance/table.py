"""Balance: how alike the arms are on each term, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.moments import (
    DENOMINATORS,
    is_binary,
    standardised,
    standardising_deviation,
    variance,
)
from toolkit.stats.arrays.types import AnyArray, Booleans, Floats, Integers
from toolkit.stats.balance.distributions import TREATED, USED, Ordered, gaps_of_all, gaps_of_weighted
from toolkit.stats.sample.covariates import Covariate, Term, every_term
from toolkit.stats.sample.sample import Missing, read_sample

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
        Says which standard deviation differences are divided by; the column ``denominator`` states it (that of both
        arms for a term that does not vary in the arm asked for).
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

    Raises
    ------
    InputError
        When a column is not there or has missing values, or a weight is missing or below 0.
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

    def one(term: Term) -> tuple[list[float], str]:
        values = term.numbers()
        inside, outside, binary = values[arms.treated], values[arms.control], is_binary(values)
        deviation, of = standardising_deviation(inside, outside, estimand, binary)
        row = [n for c in _compare(values, inside, outside, arms, deviation, binary) for n in _measures(c)]
        if pairs is not None:
            gaps = np.abs(values[pairs[0]] - values[pairs[1]])
            mean_gap = float(np.average(gaps, weights=pair_weights)) if len(gaps) else float("nan")
            row.append(standardised(mean_gap, deviation))
        return row, of

    wanted = [*terms, *(_products(terms) if interactions else [])]
    with ThreadPoolExecutor(max_workers=2) as workers:  # sorting leaves the interpreter free
        rows, denominators = zip(*workers.map(one, wanted), strict=True)
    columns = [f"{measure}_before" for measure in MEASURES]
    if weights is not None:
        columns += MEASURES
    if pairs is not None:
        columns.append("pair_distance")
    table = pd.DataFrame(list(rows), columns=columns, index=pd.Index([term.label for term in wanted], name="term"))
    return table.assign(denominator=list(denominators))


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
    flags : ndarray of uint8, shape (n,)
        Who is treated, and who is used after.
    after : Weighting or None
        With what weight.
    """

    treated: Integers
    control: Integers
    flags: AnyArray
    after: Weighting | None

    @staticmethod
    def of(treated: Booleans, weights: Floats | None) -> Arms:
        """Return the arms of a sample."""
        inside, outside = np.flatnonzero(treated), np.flatnonzero(~treated)
        flags = np.where(treated, np.uint8(TREATED), np.uint8(0))
        if weights is None:
            return Arms(inside, outside, flags, None)
        after = Weighting.of(weights, inside, outside)
        flags[weights > 0] += np.uint8(USED)
        return Arms(inside, outside, flags, after)


@dataclass(frozen=True, slots=True)
class Weighting:
    """Rows of weight above 0 by arm, treated then control, with their weights.

    Attributes
    ----------
    rows, weights : tuple of ndarray
        Row positions and weights by arm.
    shares : ndarray, shape (n,)
        Each row's share of its arm's weight, negative for controls.
    """

    rows: tuple[Integers, Integers]
    weights: tuple[Floats, Floats]
    shares: Floats

    @staticmethod
    def of(weights: Floats, inside: Integers, outside: Integers) -> Weighting:
        """Return who is used."""
        treated, control = inside[weights[inside] > 0], outside[weights[outside] > 0]
        if not (len(treated) and len(control)):
            raise InputError("The weights leave an arm without rows, so there is nothing to compare.")
        shares = np.zeros(len(weights))
        shares[treated] = weights[treated] / weights[treated].sum()
        shares[control] = -weights[control] / weights[control].sum()
        return Weighting((treated, control), (weights[treated], weights[control]), shares)


def _compare(
    values: Floats, inside: Floats, outside: Floats, arms: Arms, deviation: float, binary: bool
) -> list[Comparison]:
    """Compare the arms on one term, before and (where there are weights) after."""
    ordered = None if binary else Ordered.of(values, arms.flags)
    gaps = (0.0, 0.0) if ordered is None else gaps_of_all(ordered)
    found = [_comparison((inside, None), (outside, None), deviation, binary, gaps)]
    if arms.after is not None:
        one, other = ((values[rows], own) for rows, own in zip(arms.after.rows, arms.after.weights, strict=True))
        gaps = (0.0, 0.0) if ordered is None else gaps_of_weighted(ordered, arms.after.shares)
        found.append(_comparison(one, other, deviation, binary, gaps))
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
        smd = standardised(difference, deviation)
        if binary:
            return Comparison(
                mean_treated=mean_in,
                mean_control=mean_out,
                smd=smd,
                variance_ratio=float("nan"),
                ecdf_mean=abs(difference),
                ecdf_max=abs(difference),
            )
        ratio = float(np.divide(variance(*inside), variance(*outside)))
    return Comparison(mean_in, mean_out, smd, ratio, *gaps)
