"""Coarsened exact matching: numbers cut into bins, then exact strata (Iacus, King and Porro, 2012)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.matching.nearest.ties import tie_width
from toolkit.stats.sample.codes import combination_codes
from toolkit.stats.sample.covariates import Covariate
from toolkit.stats.sample.names import mapping_of
from toolkit.stats.sample.numbers import finite_numbers, is_number

RULES = ("sturges", "scott", "fd")


def coarsened_strata(
    covariates: Sequence[Covariate],
    exact: Integers,
    cutpoints: Mapping[str, Any] | str | int | None,
    groupings: Mapping[str, Any] | None,
) -> Integers:
    """Return a code for each combination of bins, categories and exact stratum.

    Parameters
    ----------
    covariates : sequence of Covariate
        What to coarsen; 0/1 numbers and booleans keep their two values.
    exact : ndarray, shape (n,)
        Codes of the exact strata.
    cutpoints : mapping, str, int or None
        By column (or for all numbers): a rule for the number of bins ("sturges", "scott", "fd"), a number of bins (0:
        not used; 1: one value a bin is "exact"), or the cut points themselves. Sturges' rule where nothing is said.
    groupings : mapping, optional
        By column of categories: lists of levels to be treated as one.
    """
    by_name = {str(name): rule for name, rule in cutpoints.items()} if isinstance(cutpoints, Mapping) else {}
    shared = "sturges" if cutpoints is None or isinstance(cutpoints, Mapping) else cutpoints
    groups = {str(name): lists for name, lists in mapping_of(groupings, "groupings").items()}
    known = [covariate.name for covariate in covariates]
    unknown = [str(name) for name in (*by_name, *groups) if name not in known]
    if unknown:
        raise InputError(" ".join(f'"{name}" is not a covariate. {did_you_mean(name, known)}' for name in unknown))
    columns: dict[str, Any] = {"": exact}
    for covariate in covariates:
        if covariate.is_category:
            columns[covariate.name] = _grouped(covariate, groups.get(covariate.name))
        else:
            columns[covariate.name] = _binned(covariate, by_name.get(covariate.name, shared))
    frame = pd.DataFrame(columns)
    return combination_codes(frame, list(frame.columns))


def _grouped(covariate: Covariate, groups: Sequence[Sequence[str]] | None) -> Integers:
    codes = np.asarray(covariate.values, dtype=np.intp)
    if groups is None:
        return codes
    place = {level: number for number, level in enumerate(covariate.levels)}
    new = np.arange(len(covariate.levels))
    for group in groups:
        unknown = [str(level) for level in group if str(level) not in place]
        if unknown:
            hint = did_you_mean(unknown[0], covariate.levels)
            raise InputError(f'groupings of "{covariate.name}": "{unknown[0]}" is not one of its levels. {hint}')
        new[[place[str(level)] for level in group]] = place[str(group[0])]
    return new[codes]


def _binned(covariate: Covariate, rule: Any) -> Integers:
    values = np.asarray(covariate.values, dtype=np.float64)
    distinct = np.unique(values)
    if len(distinct) <= 2 or rule == "exact":
        return np.searchsorted(distinct, values)
    tie = tie_width(values)  # a value that rounding puts just short of an edge is at it
    if isinstance(rule, str):
        bins = _bins(values, rule, covariate.name)
    elif np.ndim(rule) == 0:
        if not (is_number(rule) and float(rule).is_integer()):
            raise InputError(
                f'The cut points of "{covariate.name}" are {rule!r}. Give a rule, a whole number, or cuts.'
            )
        bins = int(rule)
    else:
        cuts = finite_numbers(rule, f'The cut points of "{covariate.name}"').reshape(-1)
        return np.searchsorted(np.sort(cuts) - tie, values, side="right")
    if bins < 1:
        return np.zeros(len(values), dtype=np.intp)
    edges = np.linspace(distinct[0], distinct[-1], bins + 1) - tie
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, bins - 1)


def _bins(values: Floats, rule: str, name: str) -> int:
    if rule not in RULES:
        raise InputError(f'The cut points of "{name}" are "{rule}". {did_you_mean(rule, RULES)}')
    count = len(values)
    if rule == "sturges":
        return int(np.ceil(np.log2(count) + 1))
    if rule == "scott":
        width = 3.5 * float(values.std(ddof=1)) * count ** (-1 / 3)
    else:
        low, high = np.quantile(values, [0.25, 0.75])
        width = 2 * float(high - low) * count ** (-1 / 3)
    return max(1, int(np.ceil(float(np.ptp(values)) / width))) if width > 0 else 1
