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
from toolkit.records.audit.result_files import CLEANED, FILES, cleaned_detail
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import alone, is_sqlite, reading, writing
from toolkit.records.database.schema import ERASURES, PSEUDONYMS, ROWS
from toolkit.records.database.versions import take_turn
from toolkit.records.erasure.clean_snapshots import Snapshots, said_of
from toolkit.records.erasure.erased_files import Known, cleaned_apart, mark_results, put_in_place, row_level_files
from toolkit.records.upgrade import KEPT

_PATIENCE_SECONDS = 30
HOW_TO_FINISH = "toolkit erase --finish"


def unfinished(connection: sa.Connection, *, before: datetime | None = None) -> tuple[int, ...]:
    """Return the numbers of erasures (begun before a moment) whose files may not be clean yet."""
    query = sa.select(ERASURES.c.erasure_id).where(ERASURES.c.finished_at.is_(None)).order_by(ERASURES.c.erasure_id)
    query = query if before is None else query.where(ERASURES.c.at < before)
    return tuple(connection.execute(query).scalars())


def finish(engine: sa.Engine, folder: Path, *, simulated: bool) -> None:
    """Remove from the database's leftovers and from every file what erasures took out of the database.

    Files are looked at also where no erasure is unfinished: one may have been written while somebody was being erased.
    What cannot be read is removed, since nobody can tell what is in it; the audit says of each file what became of it.

    Raises
    ------
    StoreError
        When files cannot be cleaned (each is named, and all others are), or other programs keep reading for so long
        that the database cannot be rewritten; it stays unfinished.
    """
    with reading(engine) as connection:
        pending = unfinished(connection)
        first, kinds = _asked(connection, pending)
        known = known_numbers(connection)
    problems = _remove_leftovers(folder) if pending else []
    snapshots = Snapshots(engine, folder, known, every="retention" in kinds, simulated=simulated)
    retaken = snapshots.take_again(problems)
    changed = _clean_rows(engine, folder, known, pending, problems)
    try:
        mark_results(folder, changed, pending, retaken=retaken, before=first)
    except OSError as error:
        problems.append(said_of(error, folder))
    if pending:
        rewrite_database(engine)
    if problems:
        raise StoreError(
            "What was erased is out of the database, and these files of the store could not be cleaned of it:\n  "
            + "\n  ".join(problems)
            + f"\nPut that right and run: {HOW_TO_FINISH}"
        )
    if pending:
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
    return max((version for version, _ in found), default=0), {kind for _, kind in found}


def _remove_leftovers(folder: Path) -> list[str]:
    """Remove what may hold rows and is of no use, and return what could not be removed.

    It is what a killed process left half made, copies of the database as it was before an upgrade, and the logs of
    runs, which may quote a row. A snapshot being made right now is made again by its maker.
    """
    problems = []
    half_made = (file for room in ("results", "runs") for file in (folder / room).rglob("*.part"))
    for left in (*folder.rglob(".making-*"), *half_made, *(folder / KEPT).glob("*"), *folder.glob("runs/*/log.txt")):
        try:
            _remove(left)
        except OSError as error:
            problems.append(said_of(error, folder))
    return problems


def _remove(left: Path) -> None:
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left)
    else:
        left.unlink(missing_ok=True)


def _clean_rows(
    engine: sa.Engine, folder: Path, known: Known, erasures: tuple[int, ...], problems: list[str]
) -> list[Path]:
    """Clean the files of rows outside snapshots; return those that changed or went, adding what could not be done.

    The audit is told first what each is to be: whoever finds it killed in between can go on.
    """
    made: dict[Path, Path | None] = {}
    for file in row_level_files(folder):
        try:
            made |= cleaned_apart([file], known)
        except OSError as error:
            problems.append(said_of(error, folder))
    if not made:
        return []
    with logged(engine, folder) as (connection, log):
        take_turn(connection)
        log(who="toolkit", action=CLEANED, what=FILES, detail=cleaned_detail(folder, made, erasures))
    done = []
    for file, part in made.items():
        try:
            put_in_place({file: part})
            done.append(file)
        except OSError as error:
            problems.append(said_of(error, folder))
    return done
