"""What an engine can do, whichever it is.

Queries are written once, in the subset of SQL that DuckDB and Spark share, as DuckDB spells it. What the subset leaves
out, and what stands for it:

- no ``FILTER`` of a window: ``sum(CASE …) OVER``
- no window over a range of days: rows, or a join
- no ``USING``: ``ON``, with every name's table
- no ``unnest(range(…))``: a join with the table of months
- days between two dates by ``date_diff('day', …)``; whole months by `toolkit.engine.query.whole_months`
- ``GROUP BY`` and ``ORDER BY`` name their columns
- no subquery within ``CASE``: a join
- what a hash decides by ``drawn_from(text, n)``, which each engine computes from the same digits of MD5
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import pyarrow as pa


class Engine(Protocol):
    """Runs queries over tables that it knows by name."""

    def read(self, name: str, files: str) -> None:
        """Know Parquet files, as DuckDB names them (``*`` for any letters), as a table."""

    def view(self, name: str, sql: str) -> None:
        """Know a query as a table: it is asked again whenever the table is."""

    def hand_in(self, name: str, rows: pa.Table) -> None:
        """Know rows from outside as a table."""

    def make(self, name: str, sql: str) -> None:
        """Run a query and keep its rows as a table."""

    def ask(self, sql: str) -> pa.Table:
        """Run a query and return its rows, in the order it asks for."""

    def columns(self, name: str) -> Sequence[str]:
        """Return the names of a table's columns."""

    def apart(self) -> AbstractContextManager[Engine]:
        """Give an engine that knows this one's tables, and makes its own that this one does not see.

        Several may be at work at the same time, each in a thread of its own.
        """

    def close(self) -> None:
        """Let go of everything that was made."""
