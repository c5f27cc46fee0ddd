"""An ordered outcome as places on its scale: numbers, an ordered category, or text whose order is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.names import quoted
from toolkit.stats.sample.numbers import is_time, numbers_of, plain


@dataclass(frozen=True, slots=True)
class Scale(Shown):
    """Scores as places among the levels that occur.

    Attributes
    ----------
    place : ndarray, shape (n,)
        Each row's level, from 0.
    levels : tuple of str
        The levels that occur, from the lowest.
    values : ndarray, shape (j,)
        Their numbers; not a number where levels are words.
    empty : tuple of str
        Levels of the scale that no row with a weight has.
    """

    place: Integers
    levels: tuple[str, ...]
    values: Floats
    empty: tuple[str, ...]

    def notes(self) -> list[Note]:
        """Return what a reader must know of levels that nobody has."""
        if not self.empty:
            return []
        words = (
            f"Nobody has the level{'s' if len(self.empty) > 1 else ''} {quoted(self.empty)}, so the model gives "
            f"{'them' if len(self.empty) > 1 else 'it'} no chance."
        )
        return [Note("empty_categories", words, {"levels": len(self.empty)})]


def read_scale(column: pd.Series, used: Booleans, levels: Sequence[Any] | None, what: str) -> Scale:
    """Return an outcome without missing values as places on its scale.

    Parameters
    ----------
    column : Series, shape (n,)
        Numbers, yes and no, an ordered category, or text.
    used : ndarray of bool, shape (n,)
        Rows that have a weight: a level is one that some of them has.
    levels : sequence, optional
        The whole scale from the lowest; needed for text. Numbers and ordered categories have an order of their own.
    what : str
        What the outcome is called, for messages.

    Raises
    ------
    InputError
        For values without an order or not on the scale given, and where fewer than two levels occur.
    """
    known, place = _ordered(plain(column, what), levels, what)
    counts = np.bincount(place[used], minlength=len(known))
    if (counts > 0).sum() < 2:
        raise InputError(f"{what} has one level only in the rows that have a weight: there is nothing to explain.")
    occurs = counts > 0
    # A row without a weight may have a level that no other has: it takes the nearest below, and counts for nothing.
    dense = np.maximum(np.cumsum(occurs) - 1, 0).astype(np.intp)
    names = [_written(level) for level in known]
    return Scale(
        place=dense[place],
        levels=tuple(name for name, is_there in zip(names, occurs, strict=True) if is_there),
        values=_numbers(known)[occurs],
        empty=tuple(name for name, is_there in zip(names, occurs, strict=True) if not is_there),
    )


def _ordered(column: pd.Series, levels: Sequence[Any] | None, what: str) -> tuple[list[Any], Integers]:
    """Return the scale from the lowest, and each row's place on it."""
    if levels is not None:
        return _given(column, levels, what)
    kind = column.dtype
    if isinstance(kind, pd.CategoricalDtype):
        if not kind.ordered:
            raise InputError(f"{what} holds categories without an order. Give levels=[…], from the lowest.")
        return column.cat.categories.tolist(), column.cat.codes.to_numpy().astype(np.intp)
    if is_time(column) or not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)):
        raise InputError(
            f"{what} holds text or times, which have no order of scores. Give levels=[…], from the lowest."
        )
    numbers = numbers_of(column, what)
    if not np.isfinite(numbers).all():
        raise InputError(f"{what} is infinite in {int((~np.isfinite(numbers)).sum()):,} rows. Leave those rows out.")
    found, place = np.unique(numbers, return_inverse=True)
    if len(found) > MOST_LEVELS:
        raise InputError(
            f"{what} has {len(found):,} different values, more than the {MOST_LEVELS} levels a cumulative model is "
            "offered for. Use a model of means, or group the values."
        )
    return found.tolist(), place.reshape(-1).astype(np.intp)


MOST_LEVELS = 60


def _given(column: pd.Series, levels: Sequence[Any], what: str) -> tuple[list[Any], Integers]:
    known = list(levels)
    names = [_written(level) for level in known]
    if isinstance(levels, str) or len(set(names)) < len(names) or len(names) < 2:
        raise InputError("levels must name two levels or more, each once, from the lowest.")
    texts = [_written(value) for value in column.tolist()]
    wrong = sorted(set(texts) - set(names))
    if wrong:
        rows = sum(text in set(wrong) for text in texts)
        raise InputError(
            f"{what}: {quoted(wrong[:5])} ({rows:,} rows) is not among levels. {did_you_mean(wrong[0], names)}"
        )
    where = {name: place for place, name in enumerate(names)}
    return known, np.array([where[text] for text in texts], dtype=np.intp)


def _written(value: Any) -> str:
    """Return a level as it is written: 3 for 3.0 too."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _numbers(levels: Sequence[Any]) -> Floats:
    """Return the levels' numbers, or not a number for all where one is a word."""
    try:
        return np.array([float(level) for level in levels], dtype=np.float64)
    except (TypeError, ValueError):
        return np.full(len(levels), np.nan)
