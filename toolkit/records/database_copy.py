"""A whole copy of a store's database in files, as of one moment, and the way back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from toolkit.records.database import account_tables  # noqa: F401  (part of METADATA by being imported)
from toolkit.records.database.connect import DATABASE, is_sqlite, reading, writing
from toolkit.records.database.schema import METADATA
from toolkit.records.upgrade import run_steps


def copy_database(engine: sa.Engine, folder: Path) -> None:
    """Write a copy of the database to an empty folder: one SQLite file, or one file a PostgreSQL table.

    Others may go on writing: what is copied is one moment's.
    """
    if is_sqlite(engine):
        with (
            reading(engine) as connection,
            closing(sqlite3.connect(folder / DATABASE)) as copy,
        ):
            there = connection.connection.driver_connection
            if not isinstance(there, sqlite3.Connection):
                raise TypeError(f"The driver of an SQLite store is sqlite3; this one gives {type(there).__name__}.")
            there.backup(copy)
        return
    with reading(engine) as connection:
        cursor = connection.connection.cursor()
        for table in METADATA.sorted_tables:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            with (
                (folder / f"{table.name}.copy").open("wb") as file,
                cursor.copy(f'COPY "{table.name}" ({names}) TO STDOUT') as rows,
            ):
                for block in rows:
                    file.write(block)


def fill_database(engine: sa.Engine, folder: Path, step: str) -> None:
    """Make the tables of a step in an empty PostgreSQL database and fill them with a copy, whole or not at all."""
    with writing(engine) as connection:
        run_steps(connection, step)
        connection.execute(sa.text("DELETE FROM facts"))
        cursor = connection.connection.cursor()
        for table in METADATA.sorted_tables:
            file = folder / f"{table.name}.copy"
            if not file.is_file():
                continue  # a table of a later step
            names = ", ".join(f'"{name}"' for name in _columns(connection, table.name))
            with file.open("rb") as stored, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as rows:
                while block := stored.read(2**20):
                    rows.write(block)
            _count_on(connection, table)


def _columns(connection: sa.Connection, table: str) -> list[str]:
    return [column["name"] for column in sa.inspect(connection).get_columns(table)]


def _count_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let the table's own numbers go on after the newest one."""
    key = next(iter(table.primary_key.columns))
    owned = sa.func.pg_get_serial_sequence(table.name, key.name)
    if not isinstance(key.type, sa.Integer | sa.BigInteger) or connection.execute(sa.select(owned)).scalar() is None:
        return
    newest = sa.select(sa.func.max(key)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(owned, sa.func.coalesce(newest, 1), newest.is_not(None))))
