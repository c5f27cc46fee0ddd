"""Spark by Spark Connect: queries are translated, and every table that is made is written as Parquet and read again.

Nothing is kept in Spark's memory from one query to the next, so a worker that dies loses no table. Its workers, and
this process, must reach the snapshot and the scratch folder under the same names.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import pyarrow as pa

from toolkit.engine.translate import to_spark
from toolkit.errors import InputError, NotReached

INSTALL = 'Spark needs one more package. Install it with: pip install "childrens-centre-toolkit[spark]"'

_RETRIES = 5  # of the client's, each wait longer; it counts them twice over, so that half a minute is waited in all


class Spark:
    """A Spark that is reached by Spark Connect.

    Parameters
    ----------
    address
        ``sc://host:port``.
    scratch
        A folder, or a URL, where tables that are made are written; a temporary folder where not given.

    Raises
    ------
    InputError
        When the client is not installed.
    NotReached
        When nothing answers at the address. Every later call raises it too, when Spark went away or could not finish.
    """

    def __init__(self, address: str, scratch: str | None = None) -> None:
        self._address = address
        self._is_gone = False
        self._own = tempfile.mkdtemp(prefix="toolkit-spark-") if scratch is None else None
        self._scratch = self._own or f"{str(scratch).rstrip('/')}/{id(self):x}"
        self._session = _session(address)
        self._numbers = count()
        self._known: dict[str, Callable[[Any], Any]] = {}

    def __enter__(self) -> Spark:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everything that was made."""
        self.close()

    def read(self, name: str, files: str) -> None:
        """Know Parquet files as a table."""
        self._know(name, lambda session: session.read.parquet(files))

    def view(self, name: str, sql: str) -> None:
        """Know a query as a table."""
        asked = to_spark(sql)
        self._know(name, lambda session: session.sql(asked))

    def hand_in(self, name: str, rows: pa.Table) -> None:
        """Know rows from outside as a table."""
        schema = _schema_of(rows)
        self._know(name, lambda session: session.createDataFrame(rows, schema=schema))

    def make(self, name: str, sql: str) -> None:
        """Run a query and keep its rows as a table."""
        path, asked = f"{self._scratch}/{next(self._numbers)}-{name}.parquet", to_spark(sql)
        with self._asking():
            frame = self._session.sql(asked)
            frame.write.parquet(path)
            schema = frame.schema  # a table without rows may be written without its columns
        self._know(name, lambda session: session.read.schema(schema).parquet(path))

    def ask(self, sql: str) -> pa.Table:
        """Run a query and return its rows."""
        asked = to_spark(sql)
        with self._asking():
            return self._session.sql(asked).toArrow()

    def columns(self, name: str) -> Sequence[str]:
        """Return the names of a table's columns."""
        with self._asking():
            return list(self._session.table(name).columns)

    @contextmanager
    def apart(self) -> Iterator[Spark]:
        """Give a session of its own that knows the tables this one has."""
        yield _Apart(self)

    def close(self) -> None:
        """Let go of everything that was made."""
        if not self._is_gone:
            self._session.stop()
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def _know(self, name: str, frame_in: Callable[[Any], Any]) -> None:
        self._known[name] = frame_in
        with self._asking():
            frame_in(self._session).createOrReplaceTempView(name)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Tell a Spark that went away, or could not finish, from a query that it cannot read."""
        from grpc import Call, RpcError
        from pyspark.errors import AnalysisException, ParseException, PySparkException

        try:
            yield
        except (AnalysisException, ParseException):
            raise
        except (PySparkException, RpcError) as error:
            self._is_gone = True
            said = error.details() if isinstance(error, Call) else str(error)
            first = (said or type(error).__name__).strip().partition("\n")[0]
            raise NotReached(f"Spark at {self._address} did not answer: {first}") from error


class _Apart(Spark):
    """A session beside another's, with the same tables to begin with."""

    def __init__(self, other: Spark) -> None:
        self._scratch, self._numbers, self._own = other._scratch, other._numbers, None
        self._address, self._is_gone = other._address, False
        self._session = _session(other._address)
        self._known = {}
        for name, frame_in in other._known.items():
            self._know(name, frame_in)

    def close(self) -> None:
        """Leave what was made to the one that it stands beside."""


def _schema_of(rows: pa.Table) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(rows.schema)


def _session(address: str) -> Any:
    try:
        from grpc import RpcError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
        from pyspark.sql.connect.client.retries import DefaultPolicy
    except ImportError as error:
        raise InputError(INSTALL) from error
    try:
        session = SparkSession.builder.remote(address).create()
        session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES)])
        return session
    except (PySparkException, RpcError) as error:
        raise NotReached(f"No Spark answers at {address}: {error}") from error
