"""Balance: how alike the arms are on each term, before and after."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.moments import (
    DENOMINATORS,
    deviation_of_shares,
    is_binary,
    standardised,
    standardising_deviation,
    variance,
)
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.balance.arms import Arms, Weighting
from toolkit.stats.balance.distributions import Ordered, gaps_of_all, gaps_of_weighted
from toolkit.stats.balance.levels import level_gaps, level_shares
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.covariates import Covariate, Term, every_term
from toolkit.stats.sample.formula import covariate_names
from toolkit.stats.sample.names import Name, Names
from toolkit.stats.sample.sample import Missing, read_sample, read_weights

MEASURES = ("mean_treated", "mean_control", "smd", "variance_ratio", "ecdf_mean", "ecdf_max", "ks")


@dataclass(frozen=True, slots=True)
class Comparison(Shown):
    """One term compared between the arms, once before and once after."""

    mean_treated: float
    mean_control: float
    smd: float
    variance_ratio: float
    ecdf_mean: float
    ecdf_max: float


def balance_table(
    frame: Any,
    *,
    treatment: Name,
    covariates: Names,
    weights: Name | pd.Series | Floats | None = None,
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
    covariates : str or sequence of str
        What to compare; categories give one row a level. One name, several, or a formula, as in `match`.
    weights : str, Series or ndarray, optional
        One number a row, 0 for rows left out: a column's name, a series by its index, or an array by position.
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
    names, frame = covariate_names(covariates, frame, treatment)
    sample = read_sample(frame, treatment, names, missing=missing)
    numbers = None if weights is None else read_weights(sample, weights)
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
    wanted = [*terms, *(_products(terms) if interactions else [])]
    categories = {id(term.covariate): term.covariate for term in wanted if term.level is not None}
    by_level = {key: _compare_levels(one, arms, estimand, pairs, pair_weights) for key, one in categories.items()}

    def one(term: Term) -> tuple[list[float], str]:
        if term.level is not None:
            return by_level[id(term.covariate)][term.level]
        return _compare_numbers(term.numbers(), arms, estimand, pairs, pair_weights)

    with ThreadPoolExecutor(max_workers=2) as workers:  # sorting leaves the interpreter free
        rows, denominators = zip(*workers.map(one, wanted), strict=True)
    columns = [f"{measure}_before" for measure in MEASURES]
    if weights is not None:
        columns += MEASURES
    if pairs is not None:
        columns.append("pair_distance")
    table = pd.DataFrame(list(rows), columns=columns, index=pd.Index([term.label for term in wanted], name="term"))
    return table.assign(denominator=list(denominators))


def _compare_numbers(
    values: Floats,
    arms: Arms,
    estimand: str,
    pairs: tuple[Integers, Integers] | None,
    pair_weights: Floats | None,
) -> tuple[list[float], str]:
    """Return a row of the table for a term of numbers, and what its differences are divided by."""
    binary = is_binary(values)
    before, deviation, of = _before(values, arms, estimand, binary)
    ordered = None if binary else Ordered.of(values, values[arms.treated])
    row = _measures(before if ordered is None else replace(before, **_gaps(gaps_of_all(ordered))))
    if arms.after is not None:
        row += _measures(_after(values, arms.after, ordered, deviation, binary))
    if pairs is not None:
        gaps = np.abs(values[pairs[0]] - values[pairs[1]])
        mean_gap = float(np.average(gaps, weights=pair_weights)) if len(gaps) else float("nan")
        row.append(standardised(mean_gap, deviation))
    return row, of


def _compare_levels(
    category: Covariate,
    arms: Arms,
    estimand: str,
    pairs: tuple[Integers, Integers] | None,
    pair_weights: Floats | None,
) -> list[tuple[list[float], str]]:
    """Return the same for each of a category's levels, counted together."""
    before = [level_shares(category, rows) for rows in (arms.treated, arms.control)]
    inside, outside = (len(rows) for rows in (arms.treated, arms.control))
    everyone = (before[0] * inside + before[1] * outside) / (inside + outside)
    shares = zip(before[0].tolist(), before[1].tolist(), everyone.tolist(), strict=True)
    denominators = [deviation_of_shares(*three, estimand) for three in shares]
    compared = [before]
    if arms.after is not None:
        both = zip(arms.after.rows, arms.after.weights, strict=True)
        compared.append([level_shares(category, rows, weights) for rows, weights in both])
    rows: list[list[float]] = [[] for _ in category.levels]
    for one, other in compared:
        for row, mine, theirs, (deviation, _) in zip(rows, one.tolist(), other.tolist(), denominators, strict=True):
            row += _measures(_of_shares(mine, theirs, deviation))
    if pairs is not None:
        gaps = level_gaps(category, pairs, pair_weights).tolist()
        for row, gap, (deviation, _) in zip(rows, gaps, denominators, strict=True):
            row.append(standardised(gap, deviation))
    return [(row, of) for row, (_, of) in zip(rows, denominators, strict=True)]


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


def _before(values: Floats, arms: Arms, estimand: str, binary: bool) -> tuple[Comparison, float, str]:
    """Compare the arms as they are, gaps between distributions aside; return with it the standard deviation used."""
    inside, outside = values[arms.treated], values[arms.control]
    deviation, of = standardising_deviation(inside, outside, estimand, binary)
    return _comparison((inside, None), (outside, None), deviation, binary), deviation, of


def _after(values: Floats, after: Weighting, ordered: Ordered | None, deviation: float, binary: bool) -> Comparison:
    """Compare the arms weighted."""
    one, other = (values[rows] for rows in after.rows)
    found = _comparison((one, after.weights[0]), (other, after.weights[1]), deviation, binary)
    if ordered is None:
        return found
    return replace(found, **_gaps(gaps_of_weighted(ordered, np.concatenate([one, other]), after.shares)))


def _gaps(gaps: tuple[float, float]) -> dict[str, float]:
    return {"ecdf_mean": gaps[0], "ecdf_max": gaps[1]}


def _comparison(
    inside: tuple[Floats, Floats | None],
    outside: tuple[Floats, Floats | None],
    deviation: float,
    binary: bool,
) -> Comparison:
    mean_in, mean_out = (float(np.average(values, weights=weights)) for values, weights in (inside, outside))
    if binary:
        return _of_shares(mean_in, mean_out, deviation)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = float(np.divide(variance(*inside), variance(*outside)))
    return Comparison(mean_in, mean_out, standardised(mean_in - mean_out, deviation), ratio, 0.0, 0.0)


def _of_shares(inside: float, outside: float, deviation: float) -> Comparison:
    """Compare a term of 0 and 1, whose means are shares."""
    gap = abs(inside - outside)
    return Comparison(inside, outside, standardised(inside - outside, deviation), float("nan"), gap, gap)
