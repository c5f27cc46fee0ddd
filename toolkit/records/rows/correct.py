"""Corrections: a stored row gets new values under its key, and every version it had stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import InputError, StoreError, did_you_mean
from toolkit.records.database.schema import ROWS, UPLOADS, empty_in_key, key_expressions
from toolkit.records.database.versions import frame_of
from toolkit.records.rows.compare import Values, compare, keys_of, named
from toolkit.tables import TABLES, Table

_SHOWN = 5


def only_changed(connection: sa.Connection, values: Mapping[str, Values]) -> dict[str, dict[str, list[Any]]]:
    """Return the values of the rows that differ from what is stored under their key.

    Raises
    ------
    StoreError
        When a key is not stored: there is nothing to correct (naming the first ones).
    InputError
        When every row is stored already just as it is.
    """
    found = compare(connection, values)
    missing = [
        f"table {name}, {named(dict(zip(TABLES[name].key, keys_of(values[name], TABLES[name])[at], strict=True)))}"
        for name, rows in found.new.items()
        for at in rows
    ]
    if missing:
        more = f"\n  and {len(missing) - _SHOWN:,} more" if len(missing) > _SHOWN else ""
        raise StoreError(
            "Nothing was corrected, because these rows are not stored; add them instead:\n  "
            + "\n  ".join(missing[:_SHOWN])
            + more
        )
    if not found.conflicts:
        raise InputError("There is nothing to correct: every row is stored already with these values.")
    changed: dict[str, dict[str, list[Any]]] = {}
    for name, columns in values.items():
        rows = [conflict.row for conflict in found.conflicts if conflict.table == name]
        if rows:
            changed[name] = {column: [given[row] for row in rows] for column, given in columns.items()}
    return changed


def row_history(connection: sa.Connection, table: Table, key: Mapping[str, Any]) -> pd.DataFrame:
    """Return every version of one row, the oldest first; see `Store.row_history`.

    Raises
    ------
    InputError
        When ``key`` names other columns than the table's key.
    """
    unknown = [name for name in key if name not in table.key]
    missing = [name for name in table.key if name not in key and table.column(name).is_required]
    if unknown or missing:
        hint = did_you_mean(unknown[0], table.key) if unknown else ""
        wrong = f'"{unknown[0]}" is not part of it. {hint}' if unknown else f"{', '.join(missing)} is missing."
        raise InputError(f"The key of table {table.name} is {', '.join(table.key)}: {wrong}".rstrip())
    rows = ROWS[table.name]
    parts = [key.get(name) for name in table.key]
    same = [
        there == (empty if part is None or part == table.column(name).empty_value else part)
        for name, there, part, empty in zip(
            table.key, key_expressions(rows, table), parts, empty_in_key(table), strict=True
        )
    ]
    about: Sequence[sa.ColumnElement[Any]] = [UPLOADS.c[name] for name in ("source_name", "by", "at")]
    query = (
        sa.select(rows.c.v_from, rows.c.v_to, rows.c.upload_id, *about, *(rows.c[name] for name in table.names))
        .join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)
        .where(*same)
        .order_by(rows.c.v_from, rows.c.row_id)
    )
    return frame_of(connection.execute(query)).astype({"v_to": "Int64"})
