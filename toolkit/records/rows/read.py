"""The current or earlier rows of a table, whole or for some centres only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa
import sqlalchemy as sa

from toolkit.errors import InputError, did_you_mean
from toolkit.records.database.schema import ROWS
from toolkit.records.database.versions import standing
from toolkit.records.rows.frames import arrow_of
from toolkit.tables import Table


def read_arrow(
    connection: sa.Connection,
    table: Table,
    *,
    version: int | None = None,
    centre_ids: Collection[str] | None = None,
    columns: Sequence[str] | None = None,
    measures: Collection[str] | None = None,
) -> pa.Table:
    """Return the rows of a table that stand in a version, sorted by key; see `Store.read`."""
    wanted = table.names if columns is None else _checked_columns(table, columns)
    names = tuple(name for name in table.names if name in wanted or name in table.key)
    rows = ROWS[table.name]
    query = sa.select(*(rows.c[name] for name in names)).where(standing(rows, version))
    if centre_ids is not None:
        query = query.where(_of_centres(table, sorted(centre_ids), version))
    if measures is not None and "measure" in table.names:
        query = query.where(rows.c.measure.in_(sorted(measures)))
    return arrow_of(_fetch(connection, query), table, names).select(list(wanted))


def _fetch(connection: sa.Connection, query: sa.Select[Any]) -> list[tuple[Any, ...]]:
    """Return the driver's own rows: Arrow converts whole columns in a third of the time row objects take."""
    found = connection.execute(query)
    cursor = found.cursor
    if cursor is None:
        raise RuntimeError("A select has a cursor until its rows are fetched.")
    rows: list[tuple[Any, ...]] = list(cursor.fetchall())
    found.close()
    return rows


def _checked_columns(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    unknown = [name for name in columns if name not in table.names]
    if unknown:
        hints = [f'"{name}". {did_you_mean(name, table.names)}'.rstrip() for name in unknown]
        raise InputError(f"Table {table.name} has no column " + "; ".join(hints))
    return tuple(columns)


def _of_centres(table: Table, centre_ids: list[str], version: int | None) -> sa.ColumnElement[bool]:
    """Return the condition that a row belongs to the centres.

    A family belongs to the centre of its reach area and to every centre it ever registered with. Tables that hold
    no families (investments, events, area_counts) belong to everyone.
    """
    rows = ROWS[table.name]
    if "centre_id" in table.names:
        return rows.c.centre_id.in_(centre_ids)
    if "family_id" in table.names:
        return rows.c.family_id.in_(_families(centre_ids, version))
    if "child_id" in table.names:
        children = ROWS["children"]
        of_them = children.c.family_id.in_(_families(centre_ids, version))
        return rows.c.child_id.in_(sa.select(children.c.child_id).where(standing(children, version), of_them))
    return sa.true()


def _families(centre_ids: list[str], version: int | None) -> sa.CompoundSelect[tuple[str]]:
    families, registrations = ROWS["families"], ROWS["registrations"]
    living_near = sa.select(families.c.family_id).where(
        standing(families, version), families.c.reach_centre_id.in_(centre_ids)
    )
    registered = sa.select(registrations.c.family_id).where(
        standing(registrations, version), registrations.c.centre_id.in_(centre_ids)
    )
    return sa.union(living_near, registered)
