"""Rows of our own tables that come again with what came later, as a day of leaving; empty cells empty nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from toolkit.records.rows.changes import Altered, Changes, Row, Rows, TableChanges
from toolkit.records.rows.compare import Conflict, Values, compare
from toolkit.tables import TABLES


@dataclass(frozen=True, slots=True)
class Filling:
    """What storing rows of our own tables needs.

    Attributes
    ----------
    values
        By table, the rows that are new or fill what is empty in a stored one, whole.
    changes
        What that changes.
    conflicts
        The rows that would put another value in place of a stored one.
    """

    values: Mapping[str, dict[str, list[Any]]]
    changes: Changes
    conflicts: tuple[Conflict, ...]


def plan_filling(connection: sa.Connection, values: Mapping[str, Values]) -> Filling:
    """Return which rows are new, and which fill columns that are empty in the row stored under their key."""
    found = compare(connection, values)
    fills: dict[str, list[Conflict]] = {name: [] for name in values}
    kept: dict[str, int] = dict.fromkeys(values, 0)
    against: list[Conflict] = []
    for one in found.conflicts:
        if any(there is not None and here is not None for there, here in one.differs.values()):
            against.append(one)
            continue
        kept[one.table] += any(here is None for _, here in one.differs.values())
        if any(there is None for there, _ in one.differs.values()):
            fills[one.table].append(one)
    stored: dict[str, dict[str, list[Any]]] = {}
    tables: dict[str, TableChanges] = {}
    for name, columns in values.items():
        rows = [_row(columns, at) for at in found.new[name]] + [_filled(columns, one) for one in fills[name]]
        if rows:
            stored[name] = {column: [row[column] for row in rows] for column in TABLES[name].names}
        tables[name] = TableChanges(
            added=Rows(name, tuple(tuple(row[n] for n in TABLES[name].names) for row in rows[: len(found.new[name])])),
            altered=tuple(_altered(one) for one in fills[name]),
            kept=kept[name],
            unchanged=len(columns[TABLES[name].key[0]]) - len(rows) - sum(one.table == name for one in against),
        )
    return Filling(stored, Changes(MappingProxyType(tables)), tuple(against))


def _row(columns: Values, at: int) -> dict[str, Any]:
    return {name: given[at] for name, given in columns.items()}


def _filled(columns: Values, one: Conflict) -> dict[str, Any]:
    """Return the row as given, with what is stored where it is empty."""
    return _row(columns, one.row) | {name: there for name, (there, here) in one.differs.items() if here is None}


def _altered(one: Conflict) -> Altered:
    filled: Row = {name: both for name, both in one.differs.items() if both[0] is None}
    return Altered(one.key, MappingProxyType(dict(filled)))
