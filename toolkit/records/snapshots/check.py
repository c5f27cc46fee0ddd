"""Whether a store's snapshots are those it took: each is known by its hash to the database and to the audit.

A snapshot of before the audit spoke of them is known to the database alone, and is not missed when it is gone. One
that neither knows, as a process killed at the wrong moment leaves it, is compared with the rows of its version.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.schema import AUDIT, SNAPSHOTS
from toolkit.records.database.versions import current_version
from toolkit.records.rows.frames import with_every_column
from toolkit.records.rows.read import read_arrow
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.tables import TABLES, Table

TOOK, REMOVED, SNAPSHOT = "took", "removed", "snapshot"


@dataclass(slots=True)
class _Told:
    """What the audit says: the hash of each version's snapshot, and the versions of each hash that is to be there."""

    of_version: dict[int, str] = field(default_factory=dict)
    versions: dict[str, set[int]] = field(default_factory=dict)


def check_snapshots(connection: sa.Connection, folder: Path) -> tuple[int, list[str]]:
    """Return how many snapshots a store has, and what is wrong with them, as sentences."""
    told = _told(connection)
    known = {name: set(versions) for name, versions in told.versions.items()}
    problems = []
    for version, taken in connection.execute(sa.select(SNAPSHOTS.c.version, SNAPSHOTS.c.hash)):
        known.setdefault(taken, set()).add(version)
        if told.of_version.get(version, taken) != taken:
            problems.append(f"The database names another snapshot of version {version} than was taken of it.")
    there = sorted(path for path in folder.glob("*") if not path.name.startswith("."))
    for taken in there:
        problems += _one(connection, taken, known)
    names = {path.name for path in there}
    for gone in sorted(one for one in told.versions if one[:16] not in names):
        versions = ", ".join(map(str, sorted(told.versions[gone])))
        problems.append(
            f"The snapshot {gone[:16]} of version {versions} is missing. Put back a copy of it; one of the current "
            "version may be taken again with: toolkit snapshot"
        )
    return len(there), problems


def _told(connection: sa.Connection) -> _Told:
    told = _Told()
    lines = sa.select(AUDIT.c.action, AUDIT.c.detail).where(AUDIT.c.what == SNAPSHOT).order_by(AUDIT.c.line)
    for action, text in connection.execute(lines):
        detail = json.loads(text)
        if action == REMOVED:
            for gone in [one for one in told.versions if one.startswith(detail["folder"])]:
                del told.versions[gone]
        elif action == TOOK:
            its = told.versions.pop(detail["instead_of"], set()) if detail.get("instead_of") else set()
            told.versions.setdefault(detail["hash"], set()).update(its | {detail["store_version"]})
            for version in its | {detail["store_version"]}:
                told.of_version[version] = detail["hash"]
    return told


def _one(connection: sa.Connection, taken: Path, known: dict[str, set[int]]) -> Iterator[str]:
    try:
        found = Snapshot.open(taken)
    except StoreError as error:
        yield str(error)
        return
    if found.hash in known:
        if found.store_version not in known[found.hash]:
            yield f"The snapshot {taken.name} was not taken of version {found.store_version}, which its manifest names."
    elif not _is_of_its_version(connection, found):
        yield (
            f"The snapshot {taken.name} is not one that this store took: it holds other rows than the store had at "
            f"version {found.store_version}. Remove it, and run again what was made from it."
        )


def _is_of_its_version(connection: sa.Connection, found: Snapshot) -> bool:
    """Whether a snapshot holds a version's rows; what it was taken too early to have, the version has nothing in."""
    if not 0 <= found.store_version <= current_version(connection) or not set(found.rows) <= set(TABLES):
        return False
    return all(
        _of_snapshot(found, table)
        == read_arrow(connection, table, version=found.store_version).replace_schema_metadata(None)
        for table in TABLES.values()
    )


def _of_snapshot(found: Snapshot, table: Table) -> pa.Table:
    if table.name not in found.rows:
        return table.arrow_schema.empty_table()
    return with_every_column(pq.read_table(found.path(table.name)), table).replace_schema_metadata(None)
