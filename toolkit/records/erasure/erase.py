"""Removing rows for good: those of a family, or those that are no longer to be kept, in every version they were in.

What the database then no longer holds is removed from the files of the store by `clean_files`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from toolkit.records.audit.statements import left_of
from toolkit.records.database.schema import ERASURES, FACTS, RENUMBERED, ROWS, UPLOAD_TABLES, UPLOADS, VERSIONS
from toolkit.records.database.versions import next_version, write_version
from toolkit.tables import TABLES, Kind

ERASED = "[erased]"
_AT_ONCE = 500
_FREE_TEXT = ((UPLOADS, "source_name"), (UPLOADS, "note"), (VERSIONS, "note"), (ERASURES, "reason"), (FACTS, "value"))


@dataclass(frozen=True, slots=True)
class Erased:
    """What was removed: the version it made, and how many rows (of any version) by table."""

    erasure_id: int
    version: int
    families: int
    rows: Mapping[str, int]
    left: Mapping[str, Mapping[str, Any]]

    @property
    def detail(self) -> dict[str, Any]:
        """Return its line in the audit, with the digests of what is left of each upload and version that lost rows."""
        about = {"erasure_id": self.erasure_id, "version": self.version, "families": self.families}
        return {**about, "rows": dict(self.rows), **self.left}

    def summary(self) -> str:
        """Return what was done, and what the store cannot reach, for a person."""
        rows = ", ".join(f"{count:,} in {TABLES[name].title}" for name, count in self.rows.items() if count)
        return (
            f"Erased for good (erasure {self.erasure_id}, version {self.version}): rows {rows or 'none'}. Results made "
            "earlier keep their totals and are marked. Backups, and snapshots or results written outside the "
            "store, still hold what was erased: remove them too."
        )


def erase_rows(
    connection: sa.Connection,
    rows: Mapping[str, Sequence[int]],
    *,
    numbers: Collection[str],
    families: int,
    by: str,
    kind: str,
    reason: str,
) -> Erased:
    """Delete rows and write down that it was done; the numbers are also taken out of notes and names of files.

    The number of rows that each upload stored stays true: `upload_tables.erased` says how many of them are gone.
    """
    version, at = next_version(connection), datetime.now(UTC)
    write_version(connection, version, at=at, by=by, what="erased", upload_id=None)
    touched: list[tuple[int, str]] = []
    ended: set[tuple[int, str]] = set()
    for name, ids in rows.items():
        _count_erased(connection, name, ids)
        touched += [
            (upload, name) for upload in set(_among(connection, ROWS[name].c.upload_id, ROWS[name].c.row_id, ids))
        ]
        ended |= {(v, name) for v in _among(connection, ROWS[name].c.v_to, ROWS[name].c.row_id, ids) if v is not None}
        for some in _parts(ids):
            connection.execute(sa.delete(ROWS[name]).where(ROWS[name].c.row_id.in_(some)))
    _take_out_renames(connection, numbers)
    touched += _take_out(connection, numbers)
    newest = connection.execute(sa.select(sa.func.max(ERASURES.c.erasure_id))).scalar_one() or 0
    counts = {name: len(ids) for name, ids in rows.items()}
    about = {"erasure_id": newest + 1, "version": version, "at": at, "by": by, "kind": kind, "families": families}
    reason = _without(reason, _pattern(numbers)) if numbers else reason
    connection.execute(sa.insert(ERASURES), {**about, "reason": reason, "rows": sum(counts.values())})
    left = left_of(connection, touched, ended)
    return Erased(newest + 1, version, families, MappingProxyType(counts), MappingProxyType(left))


def _among(
    connection: sa.Connection, wanted: sa.ColumnElement[Any], column: sa.ColumnElement[Any], values: Sequence[Any]
) -> Iterable[Any]:
    for some in _parts(values):
        yield from connection.execute(sa.select(wanted).where(column.in_(some))).scalars()


def _count_erased(connection: sa.Connection, name: str, ids: Sequence[int]) -> None:
    """Write down how many rows each upload lost of those that it brought."""
    rows = ROWS[name]
    gone: dict[int, int] = {}
    for some in _parts(ids):
        query = (
            sa.select(rows.c.upload_id, sa.func.count())
            .join(UPLOADS, sa.and_(UPLOADS.c.upload_id == rows.c.upload_id, UPLOADS.c.version == rows.c.v_from))
            .where(rows.c.row_id.in_(some))
            .group_by(rows.c.upload_id)
        )
        for upload, count in connection.execute(query):
            gone[upload] = gone.get(upload, 0) + count
    for upload, count in gone.items():
        its = sa.and_(UPLOAD_TABLES.c.upload_id == upload, UPLOAD_TABLES.c.table == name)
        connection.execute(sa.update(UPLOAD_TABLES).where(its).values(erased=UPLOAD_TABLES.c.erased + count))


def _take_out_renames(connection: sa.Connection, numbers: Collection[str]) -> None:
    """Forget that numbers were changed: those given, and those of which no version has a row any longer."""
    for some in _parts(sorted(numbers)):
        its = sa.or_(RENUMBERED.c.old.in_(some), RENUMBERED.c.new.in_(some))
        connection.execute(sa.delete(RENUMBERED).where(its))
    for kind, column in (("family", "family_id"), ("child", "child_id")):
        held = sa.union(*(sa.select(rows.c[column]) for rows in ROWS.values() if column in rows.c))
        gone = sa.and_(RENUMBERED.c.old.not_in(held), RENUMBERED.c.new.not_in(held))
        connection.execute(sa.delete(RENUMBERED).where(RENUMBERED.c.kind == kind, gone))


def _take_out(connection: sa.Connection, numbers: Collection[str]) -> list[tuple[int, str]]:
    """Take the numbers out of every free text: someone may have written one in a note.

    Returns the uploads and tables of rows that were changed by it.
    """
    touched: set[tuple[int, str]] = set()
    texts = [
        (ROWS[name], column.name)
        for name, table in TABLES.items()
        for column in table.columns
        if column.kind is Kind.TEXT
    ]
    for start in range(0, len(numbers), 50):
        some = sorted(numbers)[start : start + 50]
        pattern = _pattern(some)
        for table, column in (*_FREE_TEXT, *texts):
            key = next(iter(table.primary_key.columns))
            has_one = sa.or_(*(table.c[column].icontains(number, autoescape=True) for number in some))
            for its_key, text in connection.execute(sa.select(key, table.c[column]).where(has_one)).all():
                without = _without(text, pattern)
                if without != text:
                    connection.execute(sa.update(table).where(key == its_key).values({column: without}))
                    if table.name in ROWS:
                        upload = connection.execute(sa.select(table.c.upload_id).where(key == its_key)).scalar_one()
                        touched.add((upload, table.name))
    return sorted(touched)


def _pattern(numbers: Collection[str]) -> re.Pattern[str]:
    either = "|".join(re.escape(number) for number in sorted(numbers, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _without(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(ERASED, text)


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
