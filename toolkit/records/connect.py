"""The way to the database: SQLite in the store's folder, its rules in one place, and its refusals in plain words.

Everything outside `_set_sqlite_rules` is the same for PostgreSQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from toolkit.errors import StoreError

DATABASE = "store.sqlite"
WAIT_SECONDS = 60

# What the database says, and what that means to the person. Checked in this order.
_PLAIN = (
    ("locked", f"The store has been busy for {WAIT_SECONDS} seconds, so nothing was changed. Try again."),
    ("readonly", "The store cannot be written to. Check who may write to its folder."),
    ("disk is full", "The disk is full, so nothing was changed. Make room and try again."),
    ("disk i/o error", "The disk could not be read or written, so nothing was changed. Check the disk."),
    ("unable to open", "The store cannot be opened. Check that its folder exists and who may read and write it."),
    ("not a database", "The file store.sqlite is damaged or is not a store. Put back a copy of it."),
    ("malformed", "The file store.sqlite is damaged. Put back a copy of it."),
)


def store_url(folder: Path) -> sa.URL:
    """Return the database URL of the store in a folder."""
    return sa.URL.create("sqlite", database=str(folder / DATABASE))


def engine_for(url: sa.URL | str) -> sa.Engine:
    """Return an engine that opens a connection for each piece of work, so that none is held between.

    A connection kept open would survive a fork and keep a Windows folder from being moved. The database's own error
    messages never show the values of rows.
    """
    engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _set_sqlite_rules(engine)
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Read in one transaction: what others store meanwhile is not seen."""
    with _said_plainly(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Write in one transaction, kept whole or not at all; writers take turns."""
    with _said_plainly(engine), engine.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            yield connection


def _set_sqlite_rules(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # Python's own transaction rules would begin too late
        for pragma in (
            f"busy_timeout = {WAIT_SECONDS * 1000}",
            "journal_mode = WAL",  # readers and a writer do not wait for each other
            "synchronous = FULL",  # what was acknowledged survives a power cut
            "secure_delete = ON",  # what was erased is overwritten
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        # A writer asks for the lock at once: one that has read first could not wait its turn.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _said_plainly(engine: sa.Engine) -> Iterator[None]:
    try:
        yield
    except sa.exc.DatabaseError as error:
        said = str(error.orig).lower()
        for words, sentence in _PLAIN:
            if words in said:
                raise StoreError(f"{sentence} (Store: {engine.url.database})") from error
        raise
