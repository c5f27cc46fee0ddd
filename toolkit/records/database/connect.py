"""The way to the database: its rules, reading and writing as whole transactions. The same for SQLite and PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from toolkit.records.database.errors import WAIT_SECONDS, said_plainly
from toolkit.records.database.location import DATABASE, store_url

__all__ = ["DATABASE", "alone", "engine_for", "is_sqlite", "reading", "store_url", "trying", "writing"]


def engine_for(url: sa.URL | str) -> sa.Engine:
    """Return an engine; the database's own error messages never show the values of rows.

    SQLite's opens a connection for each piece of work: one kept open would survive a fork and keep a Windows folder
    from being moved. PostgreSQL's keeps a few, since opening one takes longer than most work; each is tried before it
    is used again, and none is taken along into a forked process.
    """
    if sa.make_url(url).get_backend_name() == "sqlite":
        engine = sa.create_engine(url, poolclass=NullPool, hide_parameters=True)
    else:
        pool = {"pool_size": 4, "max_overflow": 60, "pool_pre_ping": True, "pool_recycle": 600}
        engine = sa.create_engine(url, hide_parameters=True, **pool)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=partial(engine.dispose, close=False))
    if is_sqlite(engine):
        _set_sqlite_rules(engine)
    else:
        _set_postgresql_rules(engine)
    return engine


def is_sqlite(bound: sa.Engine | sa.Connection) -> bool:
    """Whether the database is SQLite (otherwise it is PostgreSQL)."""
    return bound.dialect.name == "sqlite"


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Read in one transaction: what others store meanwhile is not seen."""
    with said_plainly(engine.url), engine.connect() as connection:
        if not is_sqlite(engine):
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Write in one transaction, kept whole or not at all; writers take turns."""
    with said_plainly(engine.url), engine.connect() as connection:
        connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def trying(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Write in one transaction that is taken back: what something would do is seen by doing it."""
    with said_plainly(engine.url), engine.connect() as connection:
        connection.execution_options(writes=True)
        transaction = connection.begin()
        try:
            yield connection
        finally:
            transaction.rollback()


@contextmanager
def alone(engine: sa.Engine) -> Iterator[Any]:
    """Give a cursor of the driver outside any transaction, for upkeep such as VACUUM."""
    driver: Any = engine.dialect.dbapi
    with said_plainly(engine.url):
        fairy = engine.raw_connection()
        try:
            if not is_sqlite(engine):
                fairy.detach()  # closed afterwards, not kept: it is no longer as the others are
                fairy.dbapi_connection.autocommit = True  # type: ignore[union-attr]
            cursor = fairy.cursor()
            try:
                yield cursor
            except driver.Error as error:
                raise sa.exc.DBAPIError.instance(None, None, error, driver.Error, dialect=engine.dialect) from error
            finally:
                cursor.close()
        finally:
            fairy.close()


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


def _set_postgresql_rules(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
            cursor.execute("SET synchronous_commit = on")  # what was acknowledged survives a power cut
            cursor.execute("SET TIME ZONE 'UTC'")
        connection.commit()
