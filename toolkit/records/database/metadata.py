"""What a store says of itself: its format, whether it is simulated, when it was made and with which columns."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.schema import FACTS, FORMAT, described
from toolkit.tables import TABLES

HOW_TO_MAKE_ONE = "Make an empty one with: toolkit create-store --out DIR"
NOTICE = "Simulated data: no real families are in it."


def write_facts(connection: sa.Connection, *, simulated: bool, note: str) -> None:
    """Write the facts of a new store."""
    facts = {
        "format": str(FORMAT),
        "store_id": uuid4().hex,
        "simulated": "yes" if simulated else "no",
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "note": note,
        "columns": json.dumps({name: described(table) for name, table in TABLES.items()}),
    }
    connection.execute(sa.insert(FACTS), [{"name": name, "value": value} for name, value in facts.items()])


def check_format(connection: sa.Connection, folder: Path) -> dict[str, str]:
    """Return the facts of a store, which may be one to upgrade first.

    Raises
    ------
    StoreError
        When the database is not a store, or is of a newer format.
    """
    if not sa.inspect(connection).has_table(FACTS.name):
        raise StoreError(f"There is no store in {folder}: its database is empty. {HOW_TO_MAKE_ONE}")
    facts = {str(name): str(value) for name, value in connection.execute(sa.select(FACTS.c.name, FACTS.c.value))}
    if int(facts["format"]) > FORMAT:
        raise StoreError(
            f"The store in {folder} has format {facts['format']}, made by a newer version of the toolkit; "
            f"this one reads up to format {FORMAT}. Install the newer version."
        )
    return facts


def read_facts(connection: sa.Connection, folder: Path) -> dict[str, str]:
    """Return the facts of a store, having checked that this version of the toolkit can read it.

    Raises
    ------
    StoreError
        When the database is not a store, is of a newer format, or has other columns than the tables of today.
    """
    facts = check_format(connection, folder)
    _check_columns(json.loads(facts["columns"]), folder)
    return facts


def _check_columns(stored: dict[str, dict[str, str]], folder: Path) -> None:
    known = {name: described(table) for name, table in TABLES.items()}
    differing = [name for name in sorted(known.keys() | stored.keys()) if stored.get(name) != known.get(name)]
    if differing:
        raise StoreError(
            f"The store in {folder} was made by another version of the toolkit: its columns differ in "
            f"{', '.join(differing)}. Use that version, or make the store again."
        )
