"""Whether a store is whole: its database, versions, uploads, audit, publications, decisions, snapshots and results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from toolkit.records.audit.changed_rows import changed_rows
from toolkit.records.audit.result_files import check_results
from toolkit.records.audit.told import untrue
from toolkit.records.audit.verify import AuditCheck, check_audit
from toolkit.records.database.connect import is_sqlite, reading
from toolkit.records.database.schema import AUDIT, ROWS, UPLOAD_TABLES, UPLOADS, VERSIONS, never_stood
from toolkit.records.decisions_check import wrong_decisions
from toolkit.records.erasure.clean_files import HOW_TO_FINISH, known_numbers, unfinished
from toolkit.records.erasure.erased_files import Known, damaged_results, row_level_files, state_of
from toolkit.records.publications_check import wrong_publications
from toolkit.records.snapshots.check import check_snapshots

_LOGGED = ("added", "corrected", "withdrew", "erased", "changed key")
UNKNOWN = (
    "Results of which the audit holds no hash, being of before that was written down or made elsewhere: {count:,}. "
    "Whether they were changed cannot be told."
)


@dataclass(frozen=True, slots=True)
class StoreCheck:
    """What was looked at and every problem found, as sentences; ``unknown`` results are of before hashes were kept."""

    version: int
    uploads: int
    rows: int
    snapshots: int
    audit: AuditCheck
    problems: tuple[str, ...]
    unknown: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong, the audit included."""
        return not self.problems and self.audit.is_whole

    def summary(self) -> str:
        """Return what was found for a person."""
        if not self.is_whole:
            said = [*self.problems, *self.audit.problems]
            return f"The store is not whole (version {self.version}):\n  " + "\n  ".join(said)
        return (
            f"The store is whole: version {self.version}, {self.uploads:,} uploads, {self.rows:,} rows in all "
            f"versions, {self.snapshots:,} snapshots. {self.audit.summary()}"
        ) + (f" {UNKNOWN.format(count=self.unknown)}" if self.unknown else "")


def check_store(engine: sa.Engine, folder: Path) -> StoreCheck:
    """Return everything that is wrong with a store; nothing is changed."""
    problems: list[str] = []
    with reading(engine) as connection:
        problems += _database(connection)
        version = int(connection.execute(sa.select(sa.func.max(VERSIONS.c.version))).scalar_one())
        problems += _versions(connection, version)
        problems += _uploads(connection)
        problems += _logged(connection)
        problems += changed_rows(connection)
        problems += untrue(connection)
        problems += wrong_publications(connection, folder)
        problems += wrong_decisions(connection)
        snapshots, wrong_snapshots = check_snapshots(connection, folder / "snapshots")
        results = check_results(connection, folder)
        problems += [*wrong_snapshots, *results.problems]
        rows = 0
        for name in ROWS:
            count, wrong = _rows(connection, name, version)
            rows, problems = rows + count, problems + wrong
        audit = check_audit(connection, folder)
        pending = unfinished(connection)
        known = known_numbers(connection)
        uploads = int(connection.execute(sa.select(sa.func.count()).select_from(UPLOADS)).scalar_one())
    if pending:
        problems.append(f"Erasure {', '.join(map(str, pending))} is not finished. Run: {HOW_TO_FINISH}")
    problems += _files(folder, known)
    return StoreCheck(version, uploads, rows, snapshots, audit, tuple(problems), unknown=results.unknown)


def _database(connection: sa.Connection) -> Iterator[str]:
    if not is_sqlite(connection):
        return  # PostgreSQL keeps its own checksums; foreign keys hold there by themselves
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield f"The database file is damaged: {said}. Put back a copy: toolkit restore"
    for table, _, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"Table {table} has a row that names a missing one in {parent}."


def _versions(connection: sa.Connection, newest: int) -> Iterator[str]:
    count = int(connection.execute(sa.select(sa.func.count()).select_from(VERSIONS)).scalar_one())
    if count != newest + 1:
        yield f"Versions are missing: there should be {newest + 1:,} up to version {newest}, and there are {count:,}."


def _uploads(connection: sa.Connection) -> Iterator[str]:
    """Yield the uploads that are not there whole: each table's rows less those erased since."""
    query = sa.select(UPLOAD_TABLES, UPLOADS.c.version).join(UPLOADS, UPLOADS.c.upload_id == UPLOAD_TABLES.c.upload_id)
    stored: dict[tuple[int, str], int] = {}
    for name, rows in ROWS.items():
        as_came = sa.and_(UPLOADS.c.upload_id == rows.c.upload_id, UPLOADS.c.version == rows.c.v_from)
        counts = sa.select(rows.c.upload_id, sa.func.count()).join(UPLOADS, as_came).group_by(rows.c.upload_id)
        stored |= {(upload, name): count for upload, count in connection.execute(counts)}
    for row in connection.execute(query).mappings():
        there, should = stored.pop((row["upload_id"], row["table"]), 0), row["rows"] - row["erased"]
        if there != should:
            yield f"Upload {row['upload_id']} has {there:,} rows in {row['table']}, and should have {should:,}."
    for upload, name in sorted(stored):
        yield f"Table {name} has rows of upload {upload}, which brought none."


def _logged(connection: sa.Connection) -> Iterator[str]:
    """Yield the versions without their line in the audit, and lines without their version."""
    begun = connection.execute(sa.select(AUDIT.c.action, AUDIT.c.detail).order_by(AUDIT.c.line).limit(1)).first()
    first = json.loads(begun.detail).get("version", 0) if begun is not None else 0
    query = sa.select(AUDIT.c.detail).where(
        AUDIT.c.action.in_(_LOGGED), AUDIT.c.what.in_(("upload", "family", "child", "retention", "pseudonyms"))
    )
    said = [json.loads(detail).get("version") for detail in connection.execute(query).scalars()]
    made = sa.select(VERSIONS.c.version).where(VERSIONS.c.version > first)
    done = set(connection.execute(made).scalars())
    if missing := sorted(done - set(said)):
        yield f"Version {', '.join(map(str, missing[:10]))} has no line in the audit."
    if extra := sorted(number for number in set(said) - done if number is not None):
        yield f"The audit names version {', '.join(map(str, extra[:10]))}, which the store does not have."


def _rows(connection: sa.Connection, name: str, newest: int) -> tuple[int, list[str]]:
    rows = ROWS[name]
    count = int(connection.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one())
    ended_before = sa.and_(rows.c.v_to <= rows.c.v_from, sa.not_(sa.func.coalesce(never_stood(rows), sa.false())))
    out_of_order = sa.or_(ended_before, rows.c.v_to > newest, rows.c.v_from > newest)
    gone = sa.select(UPLOADS.c.upload_id).where(UPLOADS.c.withdrawn_in.is_not(None))
    withdrawn = sa.and_(rows.c.v_to.is_(None), rows.c.upload_id.in_(gone))
    problems = []
    for condition, words in (
        (out_of_order, "stand from or until a version that cannot be"),
        (withdrawn, "are current though their upload was withdrawn"),
    ):
        wrong = int(connection.execute(sa.select(sa.func.count()).select_from(rows).where(condition)).scalar_one())
        if wrong:
            problems.append(f"Table {name}: {wrong:,} rows {words}.")
    return count, problems


def _files(folder: Path, known: Known) -> Iterator[str]:
    """Yield the files of rows outside snapshots that are damaged, or name whom the store does not hold."""
    for file in row_level_files(folder):
        state, name = state_of(file, known), file.relative_to(folder).as_posix()
        if state == "unclean":
            yield (
                f"The file {name} names families that the store does not hold: it was written while one was being "
                f"erased, or comes from elsewhere. Clean it with: {HOW_TO_FINISH}"
            )
        elif state == "unreadable":
            yield f"The file {name} is damaged: nobody can tell whom it names. Remove it with: {HOW_TO_FINISH}"
    for file in damaged_results(folder):
        yield f"The result {file.relative_to(folder).as_posix()} is damaged. Run its protocol again."
