"""Values given beside a frame, or beside each other: a series goes by its labels, anything else by position.

There is one rule. A pandas series says by its index which row each value is of, so it is put in order by it; labels
that are missing or there twice are refused, because no order could then be right. Arrays, lists and columns of other
libraries have no labels: they are taken in order, and must be as long as the rows are many.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Integers


def beside_rows(values: Any, whole: pd.Index, wanted: pd.Index, what: str) -> pd.Series:
    """Return the values of the wanted rows of a frame, in their order.

    Parameters
    ----------
    values : Series or array_like
        A series with a label for each row wanted (it may have more), or one value for each row of the whole frame.
    whole : Index
        The labels of all rows of the frame, each once.
    wanted : Index
        The labels of the rows wanted; one may be there more than once.
    what : str
        What the values are, for the message.

    Raises
    ------
    InputError
        For a label wanted that the series does not have or has twice, or an array that is not as long as the frame.
    """
    if isinstance(values, pd.Series):
        if values.index is wanted:
            return values
        return values.iloc[_places(values.index, wanted, what)]
    column = as_series(values, what)
    if len(column) != len(whole):
        raise InputError(f"{what} has {len(column):,} values for {len(whole):,} rows. Give one a row.")
    return column if wanted is whole else column.iloc[whole.get_indexer(wanted)]


def aligned(**given: Any) -> tuple[Any, ...]:
    """Return what was given, every series in the order of the first one's labels.

    Parameters
    ----------
    **given : Series, array_like or None
        By what they are called in messages. Only series are touched; arrays go with the first series' rows.

    Raises
    ------
    InputError
        When two series do not have the same labels, or have some twice in different orders.
    """
    first: tuple[str, pd.Index] | None = None
    found = []
    for what, values in given.items():
        if isinstance(values, pd.Series):
            if first is None:
                first = what, values.index
            elif not values.index.equals(first[1]):
                values = _as_first(values, what, *first)
        found.append(values)
    return tuple(found)


def aligned_with_groups(groups: Any, **given: Any) -> tuple[tuple[Any, ...], list[Any]]:
    """Return what was given in one order, as `aligned`, and one or several ways of grouping rows in the same order."""
    ways = several(groups)
    found = aligned(**given, **{f"cluster {number}": way for number, way in enumerate(ways, start=1)})
    return found[: len(given)], list(found[len(given) :])


def several(given: Any) -> list[Any]:
    """Return one or several ways of grouping rows as a list: a list of columns as it is, one column in a list."""
    if given is None:
        return []
    if isinstance(given, pd.DataFrame):
        return [given[name] for name in given.columns]
    if isinstance(given, list | tuple) and given and _is_column(given[0]):
        return list(given)
    return [given]


def _is_column(given: Any) -> bool:
    return isinstance(given, list) or (not isinstance(given, str | tuple) and np.ndim(given) == 1)


def as_series(values: Any, what: str) -> pd.Series:
    """Return one value a row as a series; what a list holds keeps its kind.

    Raises
    ------
    InputError
        For one value alone, a text, or a table of several columns.
    """
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, list | tuple):
        return pd.Series(list(values), dtype=object if not values else None)
    if isinstance(values, str | bytes | dict | pd.DataFrame) or np.ndim(values) == 0:
        raise InputError(f"{what} is of the kind {type(values).__name__}. Give one value a row.")
    if isinstance(values, pd.api.extensions.ExtensionArray | pd.Index):
        return pd.Series(values)
    array = np.asarray(values)
    if array.ndim != 1 and array.size != max(array.shape):
        raise InputError(f"{what} has the shape {array.shape}. Give one value a row.")
    return pd.Series(array if array.ndim == 1 else np.asarray(array).reshape(-1))


def _as_first(values: pd.Series, what: str, other: str, labels: pd.Index) -> pd.Series:
    if len(values) != len(labels):
        raise InputError(
            f"{what} has {len(values):,} rows and {other} {len(labels):,}. Give one value of each a row, with the same "
            "labels."
        )
    if not labels.is_unique:
        raise InputError(
            f"{other} has repeated labels, so {what} cannot be put in its order. Use reset_index(drop=True) on both "
            "where their rows go together."
        )
    return values.iloc[_places(values.index, labels, f"{what} (beside {other})")]


def _places(labels: pd.Index, wanted: pd.Index, what: str) -> Integers:
    """Return where each label wanted stands."""
    if labels.equals(wanted):
        return np.arange(len(labels))
    if not labels.is_unique:
        raise InputError(
            f"{what} has the label {_first(labels[labels.duplicated()])} more than once, so which row its values are "
            "of is not known. Give each label once."
        )
    places = np.asarray(labels.get_indexer(wanted), dtype=np.intp)
    gone = wanted[places < 0]
    if len(gone):
        raise InputError(
            f"{what} has no value for {len(gone):,} of the rows' labels, the first {_first(gone)}. A series is put in "
            "order by its index: give it the rows' labels, or an array to go by position."
        )
    return places


def _first(labels: pd.Index) -> str:
    return repr(labels[:1].tolist()[0])
