"""Taking a snapshot of a store, once for each version."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading
from toolkit.records.database.erasures import newest_erasure
from toolkit.records.database.schema import SNAPSHOTS
from toolkit.records.database.versions import current_version, take_turn
from toolkit.records.rows.read import read_arrow
from toolkit.records.snapshots.check import SNAPSHOT, TOOK
from toolkit.records.snapshots.files import copy_snapshot, write_snapshot
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot
from toolkit.tables import TABLES

_ATTEMPTS = 5


def take_snapshot(engine: sa.Engine, place: Path, *, simulated: bool, out: Path | None) -> Snapshot:
    """Return a snapshot of the current version, from ``place`` if it is there; see `Store.snapshot`.

    Raises
    ------
    StoreError
        When somebody was erased each time one was being taken.
    """
    for _ in range(_ATTEMPTS):
        taken = _take(engine, place, simulated=simulated, out=out)
        if taken is not None:
            return taken
    raise StoreError("Families were being erased, so no snapshot could be taken. Try again.")


def _take(engine: sa.Engine, place: Path, *, simulated: bool, out: Path | None) -> Snapshot | None:
    """Return the snapshot, or nothing when somebody was erased while it was being written: it is then removed."""
    with reading(engine) as connection:
        version, erasure = current_version(connection), newest_erasure(connection)
        taken = _taken_before(connection, place, version)
        tables = (
            {} if taken else {name: read_arrow(connection, table, version=version) for name, table in TABLES.items()}
        )
    if taken is not None:
        return taken if out is None else copy_snapshot(taken, out)
    try:
        made = write_snapshot(tables, simulated=simulated, version=version, beside=place, out=out)
    except StoreError:
        if _is_newest(engine, erasure):
            raise
        return None  # the erasure removed what was half written
    if not _remember(engine, version, made, erasure, is_in_place=out is None):
        shutil.rmtree(made.folder, ignore_errors=True)
        return None
    return made


def _taken_before(connection: sa.Connection, place: Path, version: int) -> Snapshot | None:
    query = sa.select(SNAPSHOTS.c.hash).where(SNAPSHOTS.c.version == version)
    taken = connection.execute(query).scalar_one_or_none()
    if taken is None or not (place / taken[:16] / MANIFEST).is_file():
        return None
    return Snapshot.open(place / taken[:16])


def _is_newest(engine: sa.Engine, erasure: int) -> bool:
    with reading(engine) as connection:
        return newest_erasure(connection) == erasure


def _remember(engine: sa.Engine, version: int, made: Snapshot, erasure: int, *, is_in_place: bool) -> bool:
    if not is_in_place:
        return _is_newest(engine, erasure)
    with logged(engine, made.folder.parent.parent) as (connection, log):
        take_turn(connection)
        if newest_erasure(connection) != erasure:
            return False
        its = SNAPSHOTS.c.version == version
        before = connection.execute(sa.select(SNAPSHOTS.c.hash).where(its)).scalar_one_or_none()
        connection.execute(sa.delete(SNAPSHOTS).where(its))
        connection.execute(sa.insert(SNAPSHOTS), {"version": version, "hash": made.hash})
        if before != made.hash:
            detail = {"store_version": version, "hash": made.hash, "instead_of": before}
            log(who="toolkit", action=TOOK, what=SNAPSHOT, detail=detail)
    return True
