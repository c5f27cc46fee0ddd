"""A frame's values as plain Python values, each of its column's kind, or every problem said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from math import isfinite
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.tables import Column, Kind, Table

_LARGEST = 2**63 - 1
_SHOWN = 20


def values_of(frame: pd.DataFrame, table: Table) -> dict[str, list[Any]]:
    """Return a frame's values by column, in the table's order: plain Python values, ``None`` where empty.

    A column that the table got later may be missing: it is empty. Nothing is guessed: a number is accepted as an
    identifier only when it is whole, a day only when it is a date without a time, a month only as its first day. An
    empty text is an empty value.

    Raises
    ------
    InputError
        Naming the missing and unknown columns; or each value that is empty where it must not be, of the wrong kind,
        not one of the codes or out of range, by row (the first row is 1) and column.
    """
    _check_names(frame, table)
    values: dict[str, list[Any]] = {}
    problems: list[str] = []
    for column in table.columns:
        if column.came_later and column.name not in frame:
            values[column.name] = [None] * len(frame)
            continue
        values[column.name], wrong = _read(frame[column.name], column)
        if column.empty_value is not None:
            values[column.name] = [None if value == column.empty_value else value for value in values[column.name]]
        problems += [f"row {row + 1}, {column.name}: {sentence}" for row, sentence in wrong]
    if problems:
        more = f"\n  and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        listed = "\n  ".join(problems[:_SHOWN])
        raise InputError(f"Table {table.name} has values that cannot be stored:\n  {listed}{more}")
    return values


def _check_names(frame: pd.DataFrame, table: Table) -> None:
    given = [str(name) for name in frame.columns]
    problems = [f'column "{name}" is missing' for name in _expected(table) if name not in given]
    for name in dict.fromkeys(given):
        if name not in table.names:
            problems.append(f'there is no column "{name}". {did_you_mean(name, table.names)}'.rstrip(" ."))
        elif given.count(name) > 1:
            problems.append(f'column "{name}" is there {given.count(name)} times')
    if problems:
        raise InputError(f"Table {table.name}: {'; '.join(problems)}.")


def _expected(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.came_later]


def _read(series: pd.Series, column: Column) -> tuple[list[Any], list[tuple[int, str]]]:
    objects = _objects(series)
    if _are_plain(objects, column.kind):
        return objects, list(_unfit(objects, column))
    convert = _CONVERT[column.kind]
    values: list[Any] = []
    wrong: list[tuple[int, str]] = []
    for row, value in enumerate(objects):
        try:
            values.append(None if value is None or value == "" else convert(value))
        except (TypeError, ValueError, OverflowError, pd.errors.OutOfBoundsDatetime):
            values.append(None)
            wrong.append((row, f"{_shown(value)} is not {_EXPECTED[column.kind]}."))
    known_wrong = {row for row, _ in wrong}
    wrong += [(row, sentence) for row, sentence in _unfit(values, column) if row not in known_wrong]
    return values, sorted(wrong)


def _objects(series: pd.Series) -> list[Any]:
    """Return the values as objects, ``None`` where pandas holds nothing; whole days straight as dates."""
    if isinstance(series.dtype, np.dtype) and series.dtype.kind == "M":
        moments = series.to_numpy()
        days = moments.astype("datetime64[D]")
        if np.array_equal(days.astype(moments.dtype), moments, equal_nan=True):
            return list(days.astype(object))
    return list(series.astype(object).where(series.notna(), None))


def _are_plain(values: list[Any], kind: Kind) -> bool:
    """Whether every value is already as it is stored, so that a large frame need not be converted one by one."""
    if kind not in _PLAIN_TYPES or not set(map(type, values)) <= {_PLAIN_TYPES[kind], type(None)}:
        return False
    if _PLAIN_TYPES[kind] is not str:
        return True
    distinct = set(values) - {None}
    joined = "".join(distinct)
    return "" not in distinct and joined.isascii() and "\0" not in joined


def _unfit(values: list[Any], column: Column) -> Iterator[tuple[int, str]]:
    """Yield the rows whose value, of the right kind, the column does not allow."""
    if column.is_required and None in values:
        yield from ((row, "is empty.") for row, value in enumerate(values) if value is None)
    if column.kind is Kind.CODE and not set(values) <= {None, *column.codes}:
        codes = ", ".join(column.codes)
        for row, value in enumerate(values):
            if value is not None and value not in column.codes:
                yield row, f"{_shown(value)} is not one of the codes {codes}."
    if (column.minimum is not None or column.maximum is not None) and not column.is_on_instrument:
        low = -np.inf if column.minimum is None else column.minimum
        high = np.inf if column.maximum is None else column.maximum
        for row, value in enumerate(values):
            if value is not None and not low <= value <= high:
                yield row, f"{_shown(value)} is not from {low:g} to {high:g}."


def _text(value: Any) -> str:
    if isinstance(value, str):
        text = str(value)
    elif isinstance(value, int | np.integer) and not isinstance(value, bool):
        text = str(int(value))
    else:
        raise TypeError
    if "\0" in text:  # PostgreSQL has no such character in a text
        raise ValueError
    if not text.isascii():
        text.encode("utf-8")  # half a character pair is not text: UnicodeEncodeError is a ValueError
    return text


def _whole(value: Any) -> int:
    if isinstance(value, bool | np.bool_ | str):
        raise TypeError
    number = int(value)
    if number != value or abs(number) > _LARGEST:
        raise ValueError
    return number


def _decimal(value: Any) -> float:
    if isinstance(value, bool | np.bool_ | str):
        raise TypeError
    number = float(value)
    if not isfinite(number) or (isinstance(value, int | np.integer) and number != int(value)):
        raise ValueError  # a whole number too large to be held exactly would be changed without saying so
    return number


def _day(value: Any) -> date:
    if type(value) is date:
        return value
    if not isinstance(value, datetime | np.datetime64):
        raise TypeError
    moment = pd.Timestamp(value)
    if moment.tzinfo is not None or moment != moment.normalize():
        raise ValueError
    return moment.date()


def _month(value: Any) -> date:
    day = _day(value)
    if day.day != 1:
        raise ValueError
    return day


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise TypeError
    return bool(value)


def _shown(value: Any) -> str:
    text = ascii(value) if isinstance(value, str) and not value.isprintable() else str(value)
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'


_CONVERT: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.IDENTIFIER: _text,
        Kind.CODE: _text,
        Kind.WHOLE: _whole,
        Kind.DECIMAL: _decimal,
        Kind.DATE: _day,
        Kind.MONTH: _month,
        Kind.YES_NO: _yes_no,
    }
)
_PLAIN_TYPES: Mapping[Kind, type] = MappingProxyType(
    {Kind.TEXT: str, Kind.IDENTIFIER: str, Kind.CODE: str, Kind.DATE: date, Kind.YES_NO: bool}
)
_EXPECTED: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.TEXT: "text",
        Kind.IDENTIFIER: "text",
        Kind.CODE: "text",
        Kind.WHOLE: "a whole number of at most 64 bits",
        Kind.DECIMAL: "a number",
        Kind.DATE: "a date without a time",
        Kind.MONTH: "the first day of a month",
        Kind.YES_NO: "true or false",
    }
)
