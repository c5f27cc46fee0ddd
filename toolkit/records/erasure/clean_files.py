"""After an erasure: the database's own leftovers, and every file under the store that still holds what was erased.

Nothing here needs to know who was erased: whoever the database no longer knows is taken out. So an erasure that was
interrupted can be finished by anyone, at any time.
"""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.connect import alone, is_sqlite, reading, writing
from toolkit.records.database.schema import ERASURES, PSEUDONYMS, ROWS, SNAPSHOTS
from toolkit.records.database.versions import take_turn
from toolkit.records.erasure.erased_files import Known, clean_results, is_clean
from toolkit.records.rows.read import read_arrow
from toolkit.records.snapshots.files import write_snapshot
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot
from toolkit.records.upgrade import KEPT
from toolkit.tables import TABLES

_PATIENCE_SECONDS = 30
HOW_TO_FINISH = "toolkit erase --finish"


def unfinished(connection: sa.Connection, *, before: datetime | None = None) -> tuple[int, ...]:
    """Return the numbers of erasures (begun before a moment) whose files may not be clean yet."""
    query = sa.select(ERASURES.c.erasure_id).where(ERASURES.c.finished_at.is_(None)).order_by(ERASURES.c.erasure_id)
    query = query if before is None else query.where(ERASURES.c.at < before)
    return tuple(connection.execute(query).scalars())


def finish(engine: sa.Engine, folder: Path, *, simulated: bool) -> None:
    """Remove from the database's leftovers and from every file what unfinished erasures took out of the database.

    Raises
    ------
    StoreError
        When other programs keep reading for so long that the database cannot be rewritten; it stays unfinished.
    """
    with reading(engine) as connection:
        pending = unfinished(connection)
        if not pending:
            return
        first, kinds = _asked(connection, pending)
        known = known_numbers(connection)
    every = "retention" in kinds
    try:
        for kept in (folder / KEPT).glob("*"):
            kept.unlink(missing_ok=True)
        _remove_leftovers(folder)
        retaken = _retake_snapshots(engine, folder, known, before=first, every=every, simulated=simulated)
        clean_results(folder, known, pending, retaken=retaken, before=first)
    except OSError as error:
        raise StoreError(
            f"What was erased is out of the database, but files of the store could not be cleaned: {error}. Put that "
            f"right and run: {HOW_TO_FINISH}"
        ) from error
    rewrite_database(engine)
    with writing(engine) as connection:
        take_turn(connection)
        done = sa.update(ERASURES).where(ERASURES.c.erasure_id.in_(pending)).values(finished_at=datetime.now(UTC))
        connection.execute(done)


def known_numbers(connection: sa.Connection) -> Known:
    """Return every number of a family, child or referral that the database holds in some version."""
    known: dict[str, set[str]] = {column: set() for column in PSEUDONYMS}
    for rows in ROWS.values():
        for column in PSEUDONYMS:
            if column in rows.c:
                known[column] |= set(connection.execute(sa.select(rows.c[column]).distinct()).scalars())
    return known


def rewrite_database(engine: sa.Engine) -> None:
    """Rewrite the database without what was deleted from it, its journal included.

    PostgreSQL's own log (``pg_wal``) is written over in time, and its archive is whoever runs it's to thin out.

    Raises
    ------
    StoreError
        When other programs kept reading for too long.
    """
    with alone(engine) as cursor:
        if is_sqlite(engine):
            _rewrite_sqlite(cursor)
            return
        for name in (*ROWS, "uploads", "upload_tables", "versions", "erasures", "facts", "renumbered"):
            cursor.execute(f"VACUUM (FULL, ANALYZE) {name}")
        cursor.execute("SELECT pg_has_role(current_user, 'pg_checkpoint', 'usage')")
        if cursor.fetchone()[0]:
            cursor.execute("CHECKPOINT")


def _rewrite_sqlite(cursor: Any) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    cursor.execute("VACUUM")
    cursor.execute("PRAGMA busy_timeout = 200")  # the waiting is done below
    while True:
        busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            return
        if time.monotonic() > until:
            raise StoreError(
                "What was erased is out of the store, but other programs keep reading, so the database's journal "
                f"still holds it. Close them and run: {HOW_TO_FINISH}"
            )
        time.sleep(0.2)


def _asked(connection: sa.Connection, pending: tuple[int, ...]) -> tuple[int, set[str]]:
    query = sa.select(ERASURES.c.version, ERASURES.c.kind).where(ERASURES.c.erasure_id.in_(pending))
    found = connection.execute(query).all()
    return max(version for version, _ in found), {kind for _, kind in found}


def _remove_leftovers(folder: Path) -> None:
    """Remove what a killed process left half made; a snapshot being made right now is made again by its maker."""
    for left in (*folder.rglob(".making-*"), *(folder / "results").rglob("*.part")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _retake_snapshots(
    engine: sa.Engine, folder: Path, known: Known, *, before: int, every: bool, simulated: bool
) -> dict[str, str]:
    """Take every snapshot that holds what is unknown again, as of its version; return old hashes with the new ones."""
    retaken: dict[str, str] = {}
    for manifest in sorted((folder / "snapshots").glob(f"*/{MANIFEST}")):
        try:
            old = Snapshot.open(manifest.parent)
        except StoreError:  # damaged: nobody can tell what is in it, and one may be taken again at any time
            shutil.rmtree(manifest.parent)
            continue
        if old.store_version >= before:
            continue
        if not every and all(is_clean(old.path(name), known) for name in old.rows):
            continue
        with reading(engine) as connection:
            tables = {name: read_arrow(connection, table, version=old.store_version) for name, table in TABLES.items()}
        beside = folder / "snapshots"
        new = write_snapshot(tables, simulated=simulated, version=old.store_version, beside=beside, out=None)
        if new.hash == old.hash:
            continue
        with writing(engine) as connection:
            take_turn(connection)
            connection.execute(sa.update(SNAPSHOTS).where(SNAPSHOTS.c.hash == old.hash).values(hash=new.hash))
        shutil.rmtree(old.folder)
        retaken[old.hash] = new.hash
    return retaken
