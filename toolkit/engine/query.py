"""Queries as text: their parameters written in, pieces that every engine reads alike, and answers as arrays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from toolkit.engine.protocol import Engine


def literal(value: Any) -> str:
    """Return a value as SQL, as DuckDB spells it.

    >>> literal("it's"), literal(5), literal(date(2008, 4, 1)), literal(["8", "5D"])
    ("'it''s'", '5', "DATE '2008-04-01'", "['8', '5D']")
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return f"DATE '{value:%Y-%m-%d}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(literal(one) for one in value) + "]"
    raise TypeError(f"{value!r} cannot be a query's parameter.")


def filled(sql: str, parameters: Mapping[str, Any]) -> str:
    """Return a query with ``$name`` replaced by the parameter's value.

    >>> filled("SELECT $day + $days", {"day": date(2008, 4, 1), "days": 365})
    "SELECT DATE '2008-04-01' + 365"
    """
    return re.sub(r"\$(\w+)", lambda found: literal(parameters[found.group(1)]), sql)


def whole_months(start: str, end: str) -> str:
    """Return the SQL for the whole months from one day to another, less than 0 where the other is earlier.

    A month is whole on the same day of the next, or on the next month's last day where it has no such day.
    """
    earlier, later = f"least({start}, {end})", f"greatest({start}, {end})"
    months = f"(year({later}) - year({earlier})) * 12 + month({later}) - month({earlier})"
    lacks = f"CASE WHEN day({later}) < day({earlier}) AND {later} <> last_day({later}) THEN 1 ELSE 0 END"
    return f"(CASE WHEN {start} > {end} THEN -1 ELSE 1 END * ({months} - {lacks}))"


class Asker:
    """Asks an engine, writing in those of the parameters that a query names."""

    def __init__(self, engine: Engine, parameters: Mapping[str, Any]) -> None:
        self.engine = engine
        self.parameters = parameters

    def __call__(self, sql: str) -> pa.Table:
        """Run a query and return its rows."""
        return self.engine.ask(filled(sql, self.parameters))

    def make(self, name: str, sql: str) -> None:
        """Run a query and keep its rows as a table."""
        self.engine.make(name, filled(sql, self.parameters))


def columns_of(rows: pa.Table) -> dict[str, NDArray[Any]]:
    """Return each column as an array, masked where a value is missing; days as ``datetime64[us]``."""
    found: dict[str, NDArray[Any]] = {}
    for name, column in zip(rows.column_names, rows.columns, strict=True):
        if pa.types.is_date(column.type):
            column = column.cast(pa.timestamp("us"))
        elif pa.types.is_decimal(column.type):  # a sum of whole numbers
            column = column.cast(pa.float64())
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            found[name] = np.array(column.to_pylist(), dtype=object)
        elif column.null_count:
            missing = np.asarray(column.is_null().to_numpy())
            found[name] = np.ma.MaskedArray(column.fill_null(_nothing(column.type)).to_numpy(), mask=missing)
        else:
            found[name] = column.to_numpy()
    return found


def frame_of(rows: pa.Table) -> pd.DataFrame:
    """Return an answer as a frame: days as ``datetime64[us]``, whole numbers with missing ones as floats."""
    kinds = {"date": pa.timestamp("us"), "decimal": pa.float64()}
    columns = []
    for column in rows.columns:
        kind = next((to for name, to in kinds.items() if getattr(pa.types, f"is_{name}")(column.type)), None)
        columns.append(column if kind is None else column.cast(kind))
    frame: pd.DataFrame = pa.table(columns, names=rows.column_names).to_pandas()
    return frame


def _nothing(kind: pa.DataType) -> pa.Scalar[Any]:
    return pa.scalar(False if pa.types.is_boolean(kind) else 0).cast(kind)


def row_of(rows: pa.Table) -> tuple[Any, ...]:
    """Return the only row of an answer."""
    (row,) = rows.to_pylist()
    return tuple(row.values())
