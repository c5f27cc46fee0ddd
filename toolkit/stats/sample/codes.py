"""Exact strata: one code for each combination of values that occurs."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Booleans, Integers
from toolkit.stats.sample.aligned import as_series


def combination_codes(frame: pd.DataFrame, names: Sequence[Hashable]) -> Integers:
    """Return a code from 0 for each row's combination of values, in the values' sorted order; all 0 for no names.

    Parameters
    ----------
    frame : DataFrame
        Without missing values in the named columns.
    names : sequence of str or int
        The columns whose values must agree.
    """
    codes: Integers = np.zeros(len(frame), dtype=np.intp)
    combined = 1
    for name in names:
        part, size = value_codes(frame[name])
        if combined * size > 2**62:
            codes, combined = dense_codes(codes)
        codes, combined = codes * size + part, combined * size
    return dense_codes(codes)[0] if names else codes


def value_codes(column: pd.Series) -> tuple[Integers, int]:
    """Return a column's values as codes in sorted order, and how many there are.

    Raises
    ------
    InputError
        For values that cannot be told apart or put in order: lists, or numbers beside text.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp), len(column.cat.categories)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub" and len(column):
        return _integer_codes(column.to_numpy())
    try:
        codes, levels = pd.factorize(column, sort=True)
    except TypeError as problem:
        raise InputError(
            f'The column "{column.name}" holds values that have no order among them. Make a text or number of each.'
        ) from problem
    return np.asarray(codes, dtype=np.intp), len(levels)


def group_codes(values: Any, what: str, used: Booleans | None = None) -> Integers:
    """Return one code a row for the groups rows belong to (clusters, sets, families).

    Parameters
    ----------
    values : array_like, shape (n,)
        The group of each row: numbers, text, categories.
    what : str
        What they are, for the message.
    used : ndarray of bool, shape (n,), optional
        The rows that must have one; all where not given.

    Raises
    ------
    InputError
        Where such a row has none, or groups cannot be told apart.
    """
    column = as_series(values, what)
    missing = column.isna().to_numpy()
    gaps = int((missing if used is None or len(used) != len(missing) else missing & used).sum())
    if gaps:
        raise InputError(f"{what} is missing in {gaps:,} of {len(column):,} rows. Fill it, or leave those rows out.")
    return dense_codes(value_codes(column.rename(what))[0])[0]


def _integer_codes(values: AnyArray) -> tuple[Integers, int]:
    low, high = int(values.min()), int(values.max())
    if high - low < 4 * len(values) + 1000:
        if values.dtype.kind == "u":  # subtracted as they are: beyond 2**63 they fit no signed number
            return (values - values.dtype.type(low)).astype(np.intp), high - low + 1
        return values.astype(np.intp) - low, high - low + 1
    if high >= 2**63:
        levels, codes = np.unique(values, return_inverse=True)
        return codes.reshape(-1).astype(np.intp), len(levels)
    return dense_codes(values.astype(np.intp))


def dense_codes(codes: Integers) -> tuple[Integers, int]:
    """Return whole numbers as codes from 0 without gaps, in the same order, and how many there are."""
    top = int(codes.max(initial=0)) + 1
    if int(codes.min(initial=0)) >= 0 and top <= 4 * len(codes) + 1000:
        seen = np.zeros(top, dtype=bool)
        seen[codes] = True
        if seen.all():
            return codes.astype(np.intp, copy=False), top
        place = np.cumsum(seen) - 1
        return place[codes], int(seen.sum())
    levels, dense = np.unique(codes, return_inverse=True)
    return dense.reshape(-1).astype(np.intp), len(levels)
