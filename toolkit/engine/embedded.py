"""The engine that comes with the toolkit: DuckDB in this process, in bounded memory, spilling to disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

_DRAWN_FROM = "CREATE MACRO drawn_from(text, n) AS (md5_number_lower(text) % n)::INTEGER"


class Embedded:
    """DuckDB in this process.

    Parameters
    ----------
    memory_mb
        What its tables may take; beyond it they are written to disk. Four fifths of the machine's where not given.
    threads
        How many it works with; as many as the machine has processors where not given.
    """

    def __init__(self, memory_mb: int | None = None, threads: int | None = None) -> None:
        self._spill = tempfile.mkdtemp(prefix="toolkit-spill-")
        config: dict[str, str | bool | int | float | list[str]] = {"temp_directory": self._spill}
        config |= {} if memory_mb is None else {"memory_limit": f"{memory_mb}MB"}
        config |= {} if threads is None else {"threads": threads}
        self._connection = duckdb.connect(config=config)
        self._connection.execute(_DRAWN_FROM)

    def __enter__(self) -> Embedded:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything that was made."""
        self.close()

    def read(self, name: str, files: str) -> None:
        """Know Parquet files as a table."""
        self._connection.read_parquet(files).create_view(name)

    def view(self, name: str, sql: str) -> None:
        """Know a query as a table."""
        self._connection.execute(f"CREATE VIEW {name} AS {sql}")

    def hand_in(self, name: str, rows: pa.Table) -> None:
        """Know rows from outside as a table."""
        self._connection.from_arrow(rows).create(name)

    def make(self, name: str, sql: str) -> None:
        """Run a query and keep its rows as a table."""
        self._connection.execute(f"CREATE TABLE {name} AS {sql}")

    def ask(self, sql: str) -> pa.Table:
        """Run a query and return its rows."""
        return self._connection.sql(sql).to_arrow_table()

    def columns(self, name: str) -> Sequence[str]:
        """Return the names of a table's columns."""
        return self._connection.table(name).columns

    @contextmanager
    def apart(self) -> Iterator[Embedded]:
        """Give a cursor, whose tables are temporary and its own."""
        with self._connection.cursor() as cursor:
            yield _Apart(cursor)

    def close(self) -> None:
        """Let go of everything that was made."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)


class _Apart(Embedded):
    """A cursor of another's connection."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._connection = cursor

    def make(self, name: str, sql: str) -> None:
        """Run a query and keep its rows as a table of its own."""
        self._connection.execute(f"CREATE TEMP TABLE {name} AS {sql}")

    def close(self) -> None:
        """Leave the connection to the one that opened it."""
