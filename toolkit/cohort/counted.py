"""The referrals a study counts: all of them, or only those received while no case of the child was open."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from toolkit.tables import TABLES, Kind
from toolkit.tables.open_cases import WhileOpen, while_open


def view_table(connection: duckdb.DuckDBPyConnection, file: str, name: str) -> None:
    """Make the view of a snapshot's table; a column that it was taken too early to have is empty."""
    stored = connection.read_parquet(file)
    columns = [column.name for column in TABLES[name].columns if column.came_later]
    types = {Kind.YES_NO: "BOOLEAN"}
    empty = [
        f"NULL::{types.get(TABLES[name].column(column).kind, 'VARCHAR')} AS {column}"
        for column in columns
        if column not in stored.columns
    ]
    stored.project(", ".join(["*", *empty])).create_view(name)


def view_referrals(connection: duckdb.DuckDBPyConnection, file: str, rule: WhileOpen) -> int:
    """Make the view ``referrals`` of a snapshot's file, and ``every_referral``; return how many are left out.

    How far the records reach is told by every referral: one that does not count was recorded all the same.

    Parameters
    ----------
    connection
        Where the view is made.
    file
        The Parquet file of referrals, as DuckDB reads it.
    rule
        ``count``: every referral. ``leave_out``: without those of `toolkit.tables.open_cases.while_open`.
    """
    stored = connection.read_parquet(file)
    stored.create_view("every_referral")
    if rule == "count":
        stored.create_view("referrals")
        return 0
    cases = stored.select("child_id, referral_id, received_on::DATE, closed_on::DATE, outcome").fetchall()
    left_out = while_open(cases)
    numbers = pa.table({"referral_id": pa.array(sorted(left_out), pa.string())})
    connection.from_arrow(numbers).create("received_while_open")
    connection.execute(
        "CREATE VIEW referrals AS SELECT * FROM every_referral ANTI JOIN received_while_open USING (referral_id)"
    )
    return len(left_out)
