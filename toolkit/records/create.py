"""The tables of a new store, made whole or not at all, and only once when several make it at the same time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.lines import Head, append_line
from toolkit.records.database import account_tables, triggers  # noqa: F401  (known by being imported)
from toolkit.records.database.connect import is_sqlite, writing
from toolkit.records.database.metadata import write_facts
from toolkit.records.database.schema import METADATA
from toolkit.records.database.versions import write_first_version
from toolkit.records.upgrade import stamp

_LOCK = 0x7001_4B17  # any number that only makers of a store take


def make_tables(engine: sa.Engine, folder: Path, *, simulated: bool, note: str) -> Head:
    """Make the tables of an empty store (version 0); return the first line of its audit.

    Raises
    ------
    StoreError
        When the database holds a store already.
    """
    with writing(engine) as connection:
        if not is_sqlite(engine):  # SQLite's makers already wait for each other
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        if sa.inspect(connection).has_table("facts"):
            where = f"{folder}" if is_sqlite(engine) else f"The database {engine.url.database}"
            raise StoreError(f"{where} holds a store already. Name a new {'folder' if is_sqlite(engine) else 'one'}.")
        METADATA.create_all(connection)
        stamp(connection)
        write_facts(connection, simulated=simulated, note=note)
        write_first_version(connection)
        return append_line(connection, who="toolkit", action="created", what="store", detail={"simulated": simulated})
