"""Two rows for one thing: within what is being added, or with what is stored. Said so that it can be put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.schema import ROWS, UPLOADS
from toolkit.tables import TABLES, Table

_SHOWN = 5


def check_no_repeats(values: Mapping[str, Sequence[Any]], table: Table) -> None:
    """Check that no two of the rows being added have the same key.

    Raises
    ------
    StoreError
        Naming the first keys that are there more than once, and in which rows.
    """
    keys = _keys(values, table)
    if len(set(keys)) == len(keys):
        return
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    lines = []
    for key in repeated[:_SHOWN]:
        at = [str(row + 1) for row, other in enumerate(keys) if other == key]
        lines.append(f"{_named(key, table)}: rows {', '.join(at[:_SHOWN])}{', …' if len(at) > _SHOWN else ''}")
    raise StoreError(
        f"Table {table.name}: {_several(len(repeated), 'key is', 'keys are')} there more than once, and each row is "
        f"{table.one_row_is}. Keep one row of each:\n  " + "\n  ".join(lines) + _more(len(repeated))
    )


def explain_clashes(connection: sa.Connection, values: Mapping[str, Mapping[str, Sequence[Any]]]) -> StoreError:
    """Return the error that names, in every table, the rows being added whose key is stored already."""
    said = [_explain(connection, columns, TABLES[name]) for name, columns in values.items()]
    if not any(said):
        return StoreError("Someone else stored the same rows and took them out again, so nothing was added. Try again.")
    return StoreError("\n".join(sentence for sentence in said if sentence))


def _explain(connection: sa.Connection, values: Mapping[str, Sequence[Any]], table: Table) -> str:
    rows = ROWS[table.name]
    is_current = rows.c.v_to.is_(None)
    query = sa.select(rows.c.row_id, *(rows.c[name] for name in table.key)).where(is_current)
    stored = {tuple(key): row_id for row_id, *key in connection.execute(query)}
    clashing = [key for key in _keys(values, table) if key in stored]
    if not clashing:
        return ""
    lines = [_described(connection, key, stored[key], table) for key in clashing[:_SHOWN]]
    return (
        f"Table {table.name}: {_several(len(clashing), 'row is', 'rows are')} stored already, so nothing was added. "
        "Leave them out, or withdraw the upload that stored them first:\n  " + "\n  ".join(lines) + _more(len(clashing))
    )


def _described(connection: sa.Connection, key: tuple[Any, ...], row_id: int, table: Table) -> str:
    rows = ROWS[table.name]
    its_upload = rows.join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)
    query = sa.select(rows, UPLOADS.c.source_name).select_from(its_upload).where(rows.c.row_id == row_id)
    row = connection.execute(query).mappings().one()
    held = ", ".join(f"{name} {row[name]}" for name in table.names if name not in table.key and row[name] is not None)
    stored_by = f"{_named(key, table)}: stored by upload {row['upload_id']} ({row['source_name']})"
    return f"{stored_by} with {held}" if held else stored_by


def _keys(values: Mapping[str, Sequence[Any]], table: Table) -> list[tuple[Any, ...]]:
    return list(zip(*(values[name] for name in table.key), strict=True))


def _named(key: tuple[Any, ...], table: Table) -> str:
    return ", ".join(f"{name} {'(empty)' if part is None else part}" for name, part in zip(table.key, key, strict=True))


def _several(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _more(count: int) -> str:
    return f"\n  and {count - _SHOWN:,} more" if count > _SHOWN else ""
