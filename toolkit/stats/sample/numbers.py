"""Numbers from whatever holds them, and a plain refusal of what is none: text, dates, categories.

One rule serves every door. Numbers kept as objects (Decimal, Fraction, Python's own, with None between) and columns of
nullable or Arrow kinds become floats, missing ones not a number. Text is never a number, even where it is all digits:
"01" may be a code, and what it means is not for a program to guess. Dates and times have no unit of their own, so they
are refused: read as numbers they would be nanoseconds.
"""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats

TIMES = frozenset({"datetime64", "datetime", "date", "timedelta64", "timedelta", "time", "period", "interval"})
TIME_NAMES = ("datetime", "timedelta", "timestamp", "date", "time", "duration", "period")


def numbers_of(values: Any, what: str, wanted: str = "numbers") -> Floats:
    """Return values as floats of the same shape, missing ones as not a number.

    Parameters
    ----------
    values : array_like
        A series, an array, a list, or one value.
    what : str
        What they are, for the message: ``The outcome "y"``.
    wanted : str
        What to give instead of dates, with its unit: ``days since the start``.

    Raises
    ------
    InputError
        For text, dates and times, categories, complex numbers, tables, and objects that are no numbers.
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(np.float64, copy=False)
    if isinstance(values, pd.Series | pd.Index | pd.api.extensions.ExtensionArray):
        return _from_column(pd.Series(values), what, wanted)
    if isinstance(values, pd.DataFrame):
        raise InputError(f"{what}: a table of {values.shape[1]} columns was given. Give one column of it.")
    try:
        array = np.asarray(values)
    except ValueError as problem:
        raise InputError(f"{what}: lists of different lengths were given. Give one number a row.") from problem
    if array.dtype.kind in "fiub":
        return array.astype(np.float64)
    return _from_column(pd.Series(array.reshape(-1)), what, wanted).reshape(array.shape)


def finite_numbers(values: Any, what: str, wanted: str = "numbers") -> Floats:
    """Return values as floats, refusing infinite ones too; missing ones are not a number.

    Raises
    ------
    InputError
        As `numbers_of`, and naming how many are infinite.
    """
    numbers = numbers_of(values, what, wanted)
    count = int(np.isinf(numbers).sum())
    if count:
        raise InputError(f"{what}: {count:,} values are infinite. Replace them or leave those rows out.")
    return numbers


def checked_weights(values: Any, name: str = "") -> Floats:
    """Return one weight a row as floats, shape (n,); `name` is that of their column, for the message.

    Raises
    ------
    InputError
        For one that is missing, infinite, below 0 or no number.
    """
    of = f' "{name}"' if name else ""
    numbers = numbers_of(values, f"The column of weights{of}", "numbers from 0").reshape(-1)
    wrong = int((~(np.isfinite(numbers) & (numbers >= 0))).sum())
    if wrong:
        raise InputError(
            f"The weights{of} are missing, below 0 or infinite in {wrong:,} rows. Give one from 0 for each."
        )
    return numbers


def is_number(value: Any) -> bool:
    """Whether one value is a number, which True, text and lengths of time are not."""
    return isinstance(value, Real) and not isinstance(value, bool | np.bool_ | np.timedelta64)


def plain(column: pd.Series, what: str) -> pd.Series:
    """Return a column with numbers kept as objects turned into numbers; all else as it is.

    Raises
    ------
    InputError
        For objects of several kinds (numbers and text), which are neither numbers nor categories.
    """
    if not _is_object(column):
        return column
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind == "boolean":
        flags = column.astype("boolean")
        return flags if flags.isna().any() else flags.astype(bool)
    if kind == "empty":
        return column.astype(np.float64)
    if kind in TIMES or kind in ("string", "bytes", "complex", "categorical"):
        return column
    known = column.dropna()
    is_number = [isinstance(value, Real | Decimal) for value in known]
    if all(is_number):
        return _floats_of_objects(column, what)
    if any(is_number):
        other = known.iloc[is_number.index(False)]
        raise InputError(f"{what} holds numbers and other values, such as {other!r}. Make all of one kind.")
    return column


def is_time(column: pd.Series) -> bool:
    """Whether a column holds dates, times, periods or lengths of time, of whatever kind."""
    kind = column.dtype
    if isinstance(kind, np.dtype) and kind.kind in "fiubc":
        return False
    if isinstance(kind, np.dtype) and kind.kind == "O":
        return pd.api.types.infer_dtype(column, skipna=True) in TIMES - {"interval"}
    return not isinstance(kind, pd.CategoricalDtype) and str(kind).startswith(TIME_NAMES)


def _is_object(column: pd.Series) -> bool:
    return isinstance(column.dtype, np.dtype) and column.dtype.kind == "O"


def _floats_of_objects(column: pd.Series, what: str) -> pd.Series:
    try:
        numbers = [np.nan if missing else float(v) for v, missing in zip(column, column.isna(), strict=True)]
    except OverflowError as problem:
        raise InputError(f"{what} holds whole numbers too large to reckon with. Give smaller ones.") from problem
    return pd.Series(numbers, index=column.index, name=column.name, dtype=np.float64)


def _from_column(column: pd.Series, what: str, wanted: str) -> Floats:
    """Return a series as floats."""
    what = f'"{what}"' if what.isidentifier() else what
    if is_time(column):
        raise InputError(f"{what} holds dates or times, which have no unit. Give {wanted}.")
    column = plain(column, what)
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind) and not isinstance(kind, pd.CategoricalDtype):
        return _floats(column)
    if pd.api.types.is_complex_dtype(kind):
        raise InputError(f"{what} holds complex numbers. Give {wanted}.")
    if pd.api.types.is_numeric_dtype(kind):
        return _floats(column)
    if isinstance(kind, pd.CategoricalDtype):
        raise InputError(f"{what} is not numeric: it holds categories. Give {wanted} (.astype(float) of them).")
    example = column.dropna().iloc[:1].tolist()[0]
    if isinstance(example, str):
        raise InputError(
            f'{what} is not numeric: it holds text, such as "{example}". Give {wanted} (see pd.to_numeric).'
        )
    raise InputError(f"{what} is not numeric: it holds values of the kind {type(example).__name__}. Give {wanted}.")


def _floats(column: pd.Series) -> Floats:
    return np.asarray(column.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
