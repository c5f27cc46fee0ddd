"""What was asked for, checked before any work is done: whole numbers, numbers within a range, and tables of numbers.

Each returns what is wrong as sentences, so that a door can say all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.sample.numbers import is_number, numbers_of

LARGEST = 1e70
"""Estimates square values, and their errors square those again: up to this, the sums stay within what floats hold."""


def whole_problems(name: str, value: Any, least: int | None = None, most: int | None = None) -> list[str]:
    """Return what keeps a value from being a whole number in a range, if anything; True and 2.0 are none."""
    if isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
        if (least is None or least <= number) and (most is None or number <= most):
            return []
    span = ("" if least is None else f" from {least}") + ("" if most is None else f" to {most}")
    return [f"{name} is {shown(value)}. Give a whole number{span}."]


def within(value: Any, least: float, most: float, *, is_open: bool = False) -> bool:
    """Whether a value is a number from `least` to below `most`, or, where open, above `least`; text never is."""
    if not is_number(value):
        return False
    return bool((least < value if is_open else least <= value) and value < most)


def all_of(values: Any, is_right: Callable[[Any], bool]) -> bool:
    """Whether these are several values in a row, one at least, and each is right; text and a table never are."""
    if isinstance(values, str | bytes | pd.DataFrame | Mapping) or not isinstance(values, Collection | np.ndarray):
        return False
    if isinstance(values, np.ndarray) and values.ndim != 1:
        return False
    return len(values) > 0 and all(is_right(one) for one in values)


def whole_table(values: Any, what: str, problems: list[str]) -> Floats | None:
    """Return a table of numbers, rows by columns, whole; or nothing, and what is wrong added to the problems.

    Parameters
    ----------
    values : array_like, shape (r, c)
        An array, a list of lists, or a frame.
    what : str
        Its name, for the message.
    problems : list of str
        Added to.
    """
    if (table := _numbers(values, what, problems)) is None:
        return None
    if table.ndim != 2 or 0 in table.shape:
        problems.append(
            f"{what} has {table.ndim} dimensions of {table.size} values. Give a table of numbers with rows and columns."
        )
        return None
    if len(missing := np.argwhere(~np.isfinite(table))):
        row, column = missing[0]
        problems.append(f"{what} has no finite number at row {row}, column {column}. Leave out what is not whole.")
    if len(large := np.argwhere(np.isfinite(table) & (np.abs(table) > LARGEST))):
        row, column = large[0]
        problems.append(
            f"{what} holds {table[row, column]:g} at row {row}, column {column}, too large to be squared. "
            "Give it in a larger unit."
        )
    return table


def shown(value: Any) -> str:
    """Return a value as a message names it: short, text in quotes."""
    words = f'"{value}"' if isinstance(value, str) else str(value)
    return words if len(words) <= 60 else f"{words[:60]}..."


def _numbers(values: Any, what: str, problems: list[str]) -> Floats | None:
    if values is None or isinstance(values, str):
        problems.append(f"{what} is {shown(values)}. Give a table of numbers with rows and columns.")
        return None
    try:
        if isinstance(values, pd.DataFrame):
            columns = [numbers_of(values.iloc[:, place], what) for place in range(values.shape[1])]
            return np.column_stack(columns) if columns else np.empty((len(values), 0))
        if isinstance(values, np.ma.MaskedArray):
            return np.ma.filled(values.astype(np.float64), np.nan)
        return numbers_of(values, what)
    except (InputError, TypeError, ValueError, IndexError) as problem:
        words = str(problem) if isinstance(problem, InputError) else f"{what} holds what is no number. Give numbers."
        problems.append(words)
        return None
