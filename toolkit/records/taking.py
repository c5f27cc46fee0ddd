"""Taking a snapshot of a store, once for each version."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from toolkit.records.connect import reading, writing
from toolkit.records.reading import read_arrow
from toolkit.records.schema import SNAPSHOTS
from toolkit.records.snapshot import MANIFEST, Snapshot
from toolkit.records.snapshot_files import copy_snapshot, write_snapshot
from toolkit.records.versions import current_version, take_turn
from toolkit.tables import TABLES


def take_snapshot(engine: sa.Engine, place: Path, *, simulated: bool, out: Path | None) -> Snapshot:
    """Return a snapshot of the current version, from ``place`` if it is there; see `Store.snapshot`."""
    with reading(engine) as connection:
        version = current_version(connection)
        taken = _taken_before(connection, place, version)
        tables = (
            {} if taken else {name: read_arrow(connection, table, version=version) for name, table in TABLES.items()}
        )
    if taken is not None:
        return taken if out is None else copy_snapshot(taken, out)
    made = write_snapshot(tables, simulated=simulated, version=version, beside=place, out=out)
    if out is None:
        _remember(engine, version, made.hash)
    return made


def _taken_before(connection: sa.Connection, place: Path, version: int) -> Snapshot | None:
    query = sa.select(SNAPSHOTS.c.hash).where(SNAPSHOTS.c.version == version)
    taken = connection.execute(query).scalar_one_or_none()
    if taken is None or not (place / taken[:16] / MANIFEST).is_file():
        return None
    return Snapshot.open(place / taken[:16])


def _remember(engine: sa.Engine, version: int, made: str) -> None:
    with writing(engine) as connection:
        take_turn(connection)
        connection.execute(sa.delete(SNAPSHOTS).where(SNAPSHOTS.c.version == version))
        connection.execute(sa.insert(SNAPSHOTS), {"version": version, "hash": made})
