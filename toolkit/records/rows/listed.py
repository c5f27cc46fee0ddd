"""What a version changed, in sentences: how many rows of each table came, changed and went, with the first of each.

Columns are called as templates and pages call them, and what a row leaves empty or as usual is not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from toolkit.records.rows.changes import Altered, Changes, Row, TableChanges
from toolkit.tables import TABLES, Column
from toolkit.wording.numbers import uk_date

_SHOWN = 5


def listed(changes: Changes) -> Iterator[str]:
    """Yield a sentence a table and sort of change, the first rows named."""
    if changes.is_nothing:
        yield "Every row stands as it did before."
        return
    for name, one in changes.tables.items():
        yield from _of_table(name, one)


def _of_table(table: str, one: TableChanges) -> Iterator[str]:
    title = TABLES[table].title
    altered = [_altered(table, row) for row in one.altered[:_SHOWN]]
    for count, words, first in (
        (len(one.altered), "changed", altered),
        (len(one.added), "added", [_short(table, row) for row in one.added[:_SHOWN]]),
        (len(one.taken_out), "taken out", [_short(table, row) for row in one.taken_out[:_SHOWN]]),
    ):
        if count:
            more = [f"and {count - len(first):,} more"] if count > len(first) else []
            yield f"{title}: {count:,} {words}:" + "".join(f"\n  {line}" for line in (*first, *more))


def _short(table: str, row: Row) -> str:
    names = ("child_id", "received_on", "source") if table == "referrals" else TABLES[table].key
    return _named(table, {name: row[name] for name in names})


def _altered(table: str, row: Altered) -> str:
    columns = [(TABLES[table].column(name), old, new) for name, (old, new) in row.columns.items()]
    moves = (f"{column.label} was {_said(column, old)}, is {_said(column, new)}" for column, old, new in columns)
    return f"{_named(table, row.key)}. {'; '.join(moves)}"


def _named(table: str, key: Mapping[str, Any]) -> str:
    """Return a key in words, but for parts that are empty or as usual; all of them where none says more."""
    parts = [(TABLES[table].column(name), value) for name, value in key.items()]
    telling = [(column, value) for column, value in parts if not _is_usual(column, value)]
    return ", ".join(f"{column.label} {_said(column, value)}" for column, value in telling or parts)


def _is_usual(column: Column, value: Any) -> bool:
    return value is None or value is False or value == column.default


def _said(column: Column, value: Any) -> str:
    """Return a value as a page writes it; a number as it was entered, whole when it is."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return uk_date(value)
    if isinstance(value, float):
        return f"{value:g}"
    code = column.codes.get(str(value))
    return str(value) if code is None else code[:1].lower() + code[1:]
