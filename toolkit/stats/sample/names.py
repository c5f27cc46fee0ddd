"""Names of columns: one, or several, read from whatever was given, and looked up in a frame."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from numbers import Integral
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean

Name: TypeAlias = Hashable
"""A column's name: a text, or a whole number where a frame's columns are numbered."""

Names: TypeAlias = Sequence[Hashable] | str


def one_name(given: Any, option: str) -> Name:
    """Return what was given as one column's name.

    Raises
    ------
    InputError
        For values in place of a name: a column itself, a list, nothing.
    """
    if _is_name(given) or isinstance(given, tuple):
        return given  # type: ignore[no-any-return]
    kind = type(given).__name__
    raise InputError(f"{option} is of the kind {kind}. Give the name of one column of the frame.")


def names_of(given: Any, option: str) -> tuple[Name, ...]:
    """Return what was given as columns' names: one name alone is a list of one, each is kept once, nothing is none.

    Raises
    ------
    InputError
        For what is no list of names, and for a set, whose order is not the same twice.
    """
    if given is None:
        return ()
    if _is_name(given):
        return (given,)
    if isinstance(given, bool | np.bool_ | bytes | AbstractSet | Mapping | pd.DataFrame) or not isinstance(
        given, Iterable
    ):
        kind = type(given).__name__
        raise InputError(f"{option} is of the kind {kind}. Give the name of a column, or a list of them in order.")
    names = list(given)
    wrong = [name for name in names if not isinstance(name, Hashable) or name is None]
    if wrong:
        raise InputError(f"{option} holds {wrong[0]!r}, which is no column's name. Give a list of names.")
    return tuple(dict.fromkeys(names))


def mapping_of(given: Any, option: str) -> dict[Any, Any]:
    """Return a mapping by columns' names as a dict, an empty one for nothing.

    Raises
    ------
    InputError
        For what is no mapping.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InputError(f'{option} is of the kind {type(given).__name__}. Give a mapping, such as {{"age": 2}}.')
    return dict(given)


def absent_names(frame: pd.DataFrame, names: Iterable[Name]) -> str:
    """Return a sentence for each name that is not a column of the frame, with its near misses."""
    columns = frame.columns
    return " ".join(
        f'"{name}" is not a column of the frame. {did_you_mean(str(name), map(str, columns))}'.strip()
        for name in names
        if name not in columns
    )


def repeated_names(frame: pd.DataFrame, names: Iterable[Name]) -> str:
    """Return a sentence on those of the names that several columns of the frame bear, if any."""
    if frame.columns.is_unique:
        return ""
    counts = {name: int((frame.columns == name).sum()) for name in names if name in frame.columns}
    several = ", ".join(f'"{name}" ({count})' for name, count in counts.items() if count > 1)
    return f"Several columns of the frame have the name: {several}. Rename all but one of each." if several else ""


def column_of(frame: pd.DataFrame, name: Name, option: str) -> pd.Series:
    """Return a column by its name.

    Raises
    ------
    InputError
        When it is not there, or there more than once; `option` says what it was wanted for.
    """
    problem = absent_names(frame, [name]) or repeated_names(frame, [name])
    if problem:
        raise InputError(f"{option}: {problem}")
    return frame[name]


def quoted(names: Iterable[Name]) -> str:
    """Return names in quotation marks, with commas between."""
    return ", ".join(f'"{name}"' for name in names)


def _is_name(given: Any) -> bool:
    return isinstance(given, str) or (isinstance(given, Integral) and not isinstance(given, bool | np.bool_))
