"""The store's version: one number, one more with each thing done, so that a result can name what it was made from."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.schema import FACTS, VERSIONS

WRITTEN = "version written"
"""Under this name a connection holds the version written in its transaction, until the audit has its line."""


def current_version(connection: sa.Connection) -> int:
    """Return the newest version; 0 is the empty store."""
    return int(connection.execute(sa.select(sa.func.max(VERSIONS.c.version))).scalar_one())


def write_version(
    connection: sa.Connection, version: int, *, at: datetime, by: str, what: str, upload_id: int | None, note: str = ""
) -> None:
    """Write down who did what in a version."""
    row = {"version": version, "at": at, "by": by, "what": what, "upload_id": upload_id, "note": note}
    connection.execute(sa.insert(VERSIONS), row)
    connection.info[WRITTEN] = version


def write_first_version(connection: sa.Connection) -> None:
    """Write down that the store was made: version 0, with no rows."""
    write_version(connection, 0, at=datetime.now(UTC), by="toolkit", what="created", upload_id=None)


def take_turn(connection: sa.Connection) -> None:
    """Wait until no other writer is at work, and keep others waiting until this transaction ends."""
    # SQLite's writers already wait in BEGIN IMMEDIATE and leave out FOR UPDATE; PostgreSQL's wait for this row.
    connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == "format").with_for_update())


def next_version(connection: sa.Connection) -> int:
    """Return the number of the version being written; other writers wait until it is."""
    take_turn(connection)
    return current_version(connection) + 1


def checked_version(connection: sa.Connection, version: int | None) -> int | None:
    """Return the version asked for.

    Raises
    ------
    StoreError
        When the store has no such version.
    """
    if version is None:
        return None
    newest = current_version(connection)
    if not 0 <= version <= newest:
        raise StoreError(f"The store has no version {version}. It has versions 0 to {newest}.")
    return version


def standing(rows: sa.Table, version: int | None) -> sa.ColumnElement[bool]:
    """Return the condition that a row is part of a version (``None`` for the current one)."""
    if version is None:
        return rows.c.v_to.is_(None)
    return sa.and_(rows.c.v_from <= version, sa.or_(rows.c.v_to.is_(None), rows.c.v_to > version))


def history(connection: sa.Connection) -> pd.DataFrame:
    """Return every version: version, at (UTC), by, what, upload_id, note; the newest first."""
    found = connection.execute(sa.select(VERSIONS).order_by(VERSIONS.c.version.desc()))
    frame = frame_of(found)
    return frame.astype({"upload_id": "Int64"})


def frame_of(found: sa.CursorResult[Any]) -> pd.DataFrame:
    """Return what a query found as a frame with the query's columns, also when it found nothing."""
    return pd.DataFrame([tuple(row) for row in found], columns=pd.Index(list(found.keys())))
