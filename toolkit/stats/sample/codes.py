"""Exact strata: one code for each combination of values that occurs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Integers


def combination_codes(frame: pd.DataFrame, names: Sequence[str]) -> Integers:
    """Return a code from 0 for each row's combination of values, in the values' sorted order; all 0 for no names.

    Parameters
    ----------
    frame : DataFrame
        Without missing values in the named columns.
    names : sequence of str
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
    """Return a column's values as codes in sorted order, and how many there are."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy().astype(np.intp), len(column.cat.categories)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub":
        return _integer_codes(column.to_numpy())
    codes, levels = pd.factorize(column, sort=True)
    return np.asarray(codes, dtype=np.intp), len(levels)


def _integer_codes(values: np.ndarray) -> tuple[Integers, int]:
    low, high = int(values.min()), int(values.max())
    if high - low < 4 * len(values) + 1000:
        return values.astype(np.intp) - low, high - low + 1
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
