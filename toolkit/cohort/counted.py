"""The referrals a study counts: all of them, or only those received while no case of the child was open."""

from __future__ import annotations

import pyarrow as pa

from toolkit.engine import Engine
from toolkit.tables import TABLES, Kind
from toolkit.tables.open_cases import WhileOpen, while_open


def view_table(engine: Engine, file: str, name: str) -> None:
    """Know a snapshot's table; a column that it was taken too early to have is empty."""
    engine.read(f"{name}_stored", file)
    there = engine.columns(f"{name}_stored")
    columns = [column for column in TABLES[name].columns if column.came_later and column.name not in there]
    empty = [f", NULL::{'BOOLEAN' if one.kind == Kind.YES_NO else 'VARCHAR'} AS {one.name}" for one in columns]
    engine.view(name, f"SELECT *{''.join(empty)} FROM {name}_stored")


def view_referrals(engine: Engine, file: str, rule: WhileOpen) -> int:
    """Know the table ``referrals`` of a snapshot's file, and ``every_referral``; return how many are left out.

    How far the records reach is told by every referral: one that does not count was recorded all the same.

    Parameters
    ----------
    engine
        What is to know them.
    file
        The Parquet file of referrals, as DuckDB reads it.
    rule
        ``count``: every referral. ``leave_out``: without those of `toolkit.tables.open_cases.while_open`.
    """
    engine.read("every_referral", file)
    if rule == "count":
        engine.view("referrals", "SELECT * FROM every_referral")
        return 0
    asked = engine.ask(
        "SELECT child_id, referral_id, received_on::DATE AS received_on, closed_on::DATE AS closed_on, outcome "
        "FROM every_referral"
    )
    left_out = while_open([tuple(row.values()) for row in asked.to_pylist()])
    engine.hand_in("received_while_open", pa.table({"referral_id": pa.array(sorted(left_out), pa.string())}))
    engine.view(
        "referrals",
        "SELECT r.* FROM every_referral r LEFT JOIN received_while_open o ON o.referral_id = r.referral_id "
        "WHERE o.referral_id IS NULL",
    )
    return len(left_out)
