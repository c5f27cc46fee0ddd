"""What the audit says of rows, version by version: which came, which came again, and which ended.

A row ends only in a version whose line says so: its line holds the count of the rows that ended in it and the digest
of their numbers. Rows that did not come with their own upload in its version (those that stand again after a
withdrawal) are held with a digest of their values, like those that came. An erasure, which takes rows away, says anew
what it left; so does an upgrade of a store of before this was written down, of every version until then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from toolkit.records.audit.digests import numbers_digest, renew_salt, stored_digest
from toolkit.records.database.schema import AUDIT, ROWS, UPLOADS

Ended = tuple[int, str]
"""How many rows ended, and the digest of their numbers."""
NONE_ENDED: Ended = (0, numbers_digest(()))
Piece = tuple[int, str]
"""An upload and a table."""
_KEYS = ("sha256", "rows_left", "again", "ended")
_OF_PAGES = ("viewed", "exported", "refused")
"""Actions whose lines hold what people chose on pages, and nothing of rows."""


@dataclass(slots=True)
class Statements:
    """What the audit's lines say, the newest of each.

    Attributes
    ----------
    came
        Digests of the rows that came, by upload and table.
    again
        Digests of rows that stand again, by version, upload and table.
    ended
        Rows that ended, by version and table.
    """

    came: dict[Piece, str] = field(default_factory=dict)
    again: dict[tuple[int, int, str], str] = field(default_factory=dict)
    ended: dict[tuple[int, str], Ended] = field(default_factory=dict)

    def add(self, detail: Mapping[str, Any]) -> None:
        """Take in the detail of the next line."""
        if "upload_id" in detail:
            self.came |= {(detail["upload_id"], name): value for name, value in detail.get("sha256", {}).items()}
        for upload, tables in detail.get("rows_left", {}).items():
            self.came |= {(int(upload), name): value for name, value in tables.items()}
        for version, uploads in detail.get("again", {}).items():
            for upload, tables in uploads.items():
                self.again |= {(int(version), int(upload), name): value for name, value in tables.items()}
        for version, tables in detail.get("ended", {}).items():
            self.ended |= {(int(version), name): (int(count), value) for name, (count, value) in tables.items()}


def statements(connection: sa.Connection) -> Statements:
    """Return what the audit says of rows."""
    found = Statements()
    speaks = sa.or_(*(AUDIT.c.detail.contains(f'"{name}":{{', autoescape=True) for name in _KEYS))
    lines = sa.select(AUDIT.c.detail).where(speaks, AUDIT.c.action.not_in(_OF_PAGES)).order_by(AUDIT.c.line)
    for text in connection.execute(lines).scalars():
        found.add(json.loads(text))
    return found


def of_version(connection: sa.Connection, version: int) -> dict[str, Any]:
    """Return what the newest version's line says of the rows that ended and that stand again in it."""
    again = [(upload, name) for name in ROWS for upload in _uploads_again(connection, name, version)]
    ended = {name: numbers for name in ROWS if (numbers := _ended_in(connection, name, version))}
    return {
        "again": {str(version): _digests(connection, again, version)} if again else {},
        "ended": {str(version): {name: [len(some), numbers_digest(some)] for name, some in ended.items()}},
    }


def left_of(
    connection: sa.Connection, pieces: Iterable[Piece], ended: Collection[tuple[int, str]]
) -> dict[str, dict[str, Any]]:
    """Return what is left of rows, for the line of what took some away or changed them; under new salts.

    Parameters
    ----------
    connection
        In the transaction that did it.
    pieces
        The uploads and tables whose rows were touched.
    ended
        The versions and tables in which rows ended that are gone.
    """
    pieces = sorted(set(pieces))
    before = statements(connection).again
    for upload, name in pieces:
        renew_salt(connection, upload, name)
    again: dict[str, dict[str, dict[str, str]]] = {}
    for version, upload, name in sorted({*before, *every_again(connection)}):
        if (upload, name) in set(pieces):
            its = again.setdefault(str(version), {}).setdefault(str(upload), {})
            its[name] = stored_digest(connection, upload, name, version)
    left: dict[str, dict[str, Any]] = {}
    for version, name in sorted(set(ended)):
        numbers = _ended_in(connection, name, version)
        left.setdefault(str(version), {})[name] = [len(numbers), numbers_digest(numbers)]
    return {"rows_left": _digests(connection, pieces, None), "again": again, "ended": left}


def everything(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """Return all that can be said of the rows as they are: of a store of before it was written down."""
    known, pieces = statements(connection).came, set()
    for name, rows in ROWS.items():
        pieces |= {(upload, name) for upload in connection.execute(sa.select(rows.c.upload_id).distinct()).scalars()}
    again = {(upload, name) for _, upload, name in every_again(connection)}
    untold = {piece for piece in pieces if piece not in known} | again
    return left_of(connection, untold, [*every_ended(connection)])


def every_ended(connection: sa.Connection) -> dict[tuple[int, str], Ended]:
    """Return the rows that ended, as they are stored now, by version and table."""
    found: dict[tuple[int, str], Ended] = {}
    for name, rows in ROWS.items():
        query = sa.select(rows.c.v_to, rows.c.row_id).where(rows.c.v_to.is_not(None))
        stored = connection.execute(query.order_by(rows.c.v_to, rows.c.row_id))
        for version, some in groupby(stored, key=lambda row: int(row[0])):
            numbers = [int(number) for _, number in some]
            found[version, name] = (len(numbers), numbers_digest(numbers))
    return found


def every_again(connection: sa.Connection) -> Iterator[tuple[int, int, str]]:
    """Yield the versions, uploads and tables of rows that did not come with their own upload in its version."""
    for name, rows in ROWS.items():
        query = (
            sa.select(rows.c.v_from, rows.c.upload_id)
            .join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)
            .where(rows.c.v_from != UPLOADS.c.version)
            .distinct()
        )
        for version, upload in connection.execute(query):
            yield int(version), int(upload), name


def _digests(connection: sa.Connection, pieces: Iterable[Piece], version: int | None) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for upload, name in pieces:
        made.setdefault(str(upload), {})[name] = stored_digest(connection, upload, name, version)
    return made


def _ended_in(connection: sa.Connection, name: str, version: int) -> list[int]:
    rows = ROWS[name]
    query = sa.select(rows.c.row_id).where(rows.c.v_to == version).order_by(rows.c.row_id)
    return [int(number) for number in connection.execute(query).scalars()]


def _uploads_again(connection: sa.Connection, name: str, version: int) -> list[int]:
    """Return the uploads of earlier versions of which rows stand again from the newest version."""
    rows = ROWS[name]
    # Rows of a version are stored after those of the versions before it, so the last ones alone are looked at.
    earlier = sa.select(rows.c.row_id).where(rows.c.v_from < version).order_by(rows.c.row_id.desc()).limit(1)
    last = connection.execute(earlier).scalar() or 0
    query = (
        sa.select(rows.c.upload_id)
        .join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)
        .where(rows.c.row_id > last, rows.c.v_from == version, UPLOADS.c.version != version)
        .distinct()
    )
    return sorted(connection.execute(query).scalars())
