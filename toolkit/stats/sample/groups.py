"""The groups of a column, in the order a reader expects, and what each is called."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.sample.names import quoted


def groups_in_order(column: pd.Series, what: str) -> list[Any]:
    """Return the values of a column without missing ones, each once, in order.

    Categories go in their own order (those that occur), False before True, numbers by size, text by its letters.

    Raises
    ------
    InputError
        For values of several kinds, which have no order, and values that read the same once written out.
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = column.cat.remove_unused_categories().cat.categories.tolist()
    else:
        try:
            values = sorted(column.unique().tolist())
        except TypeError as problem:
            kinds = quoted(sorted({type(value).__name__ for value in column.tolist()}))
            raise InputError(
                f"{what} holds values that have no order among them ({kinds}). Make all text."
            ) from problem
    names = [str(value) for value in values]
    if len(set(names)) < len(names):
        raise InputError(f"{what} has groups that read the same once written out. Rename one of them.")
    return values


def group_names(column: pd.Series, what: str) -> tuple[pd.Series, list[str]]:
    """Return each row's group as text, and the groups' names in order.

    Raises
    ------
    InputError
        As `groups_in_order`, and for missing values.
    """
    gaps = int(column.isna().sum())
    if gaps:
        raise InputError(f"{what} is missing in {gaps:,} rows. Fill it, or leave those rows out.")
    values = groups_in_order(column, what)
    named = dict(zip(values, map(str, values), strict=True))
    return column.astype(object).map(named), list(named.values())
