"""Many rows into one table at the database driver's own speed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa


def insert_columns(
    connection: sa.Connection, rows: sa.Table, values: Mapping[str, Sequence[Any]], constants: Mapping[str, Any]
) -> int:
    """Insert one row for each place in the columns of values, with the same constants; return how many.

    The statement and each value's form are SQLAlchemy's for the database at hand, but worked out once a column
    instead of once a row: a county loads in about half the time.
    """
    length = len(next(iter(values.values())))
    if not length:
        return 0
    dialect = connection.dialect
    names = [column.name for column in rows.columns if column.name in values or column.name in constants]
    statement = str(sa.insert(rows).compile(dialect=dialect, column_keys=names))
    every = zip(
        *(
            _as_driver_takes(
                rows.c[name].type, values[name] if name in values else repeat(constants[name], length), dialect
            )
            for name in names
        ),
        strict=True,
    )
    if dialect.positional:
        connection.exec_driver_sql(statement, list(every))
    else:
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in every])
    return length


def _as_driver_takes(type_: sa.types.TypeEngine[Any], values: Iterable[Any], dialect: sa.Dialect) -> Iterable[Any]:
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else map(process, values)
