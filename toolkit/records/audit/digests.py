"""What an upload's rows were when they came: one SHA-256 a table, kept in the audit, so that an edited row is found.

The audit keeps its lines for ever, and the digest of a single row could be guessed at. So each begins with a salt that
the upload keeps, and an erasure replaces: what the audit then still holds of erased rows can no longer be guessed at.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT, ROWS, UPLOAD_TABLES, UPLOADS
from toolkit.tables import TABLES, Kind, Table

_DAYS = (Kind.DATE, Kind.MONTH)
Digests = dict[tuple[int, str], str]
"""By upload and table."""


def new_salt() -> str:
    """Return a salt that nobody can guess."""
    return secrets.token_hex(16)


def salts_of(connection: sa.Connection, upload_id: int) -> dict[str, str]:
    """Return the salt of each table of an upload."""
    its = UPLOAD_TABLES.c.upload_id == upload_id
    return {row.table: row.salt for row in connection.execute(sa.select(UPLOAD_TABLES).where(its))}


def digest(values: Mapping[str, Sequence[Any]], table: Table, salt: str) -> str:
    """Return the SHA-256 (hex) of rows given by column, in the order in which they were stored."""
    hashed = hashlib.sha256(f"{salt} {table.name}".encode())
    for column in table.columns:
        given: Sequence[Any] = values[column.name]
        if column.kind in _DAYS:  # numbers of days are written in a tenth of the time that dates take
            given = [None if day is None else date.toordinal(day) for day in given]
        hashed.update(f"\n{column.name} {list(given)!r}".encode())
    return hashed.hexdigest()


def stored_digest(connection: sa.Connection, upload_id: int, name: str) -> str:
    """Return the digest of the rows that an upload brought to a table, as they are stored now."""
    table, rows = TABLES[name], ROWS[name]
    as_came = sa.and_(UPLOADS.c.upload_id == rows.c.upload_id, UPLOADS.c.version == rows.c.v_from)
    query = (
        sa.select(*(rows.c[column] for column in table.names))
        .join(UPLOADS, as_came)
        .where(rows.c.upload_id == upload_id)
        .order_by(rows.c.row_id)
    )
    found = connection.execute(query).all()
    columns = list(zip(*found, strict=True)) if found else [()] * len(table.names)
    salt = salts_of(connection, upload_id).get(name, "")
    return digest(dict(zip(table.names, columns, strict=True)), table, salt)


def digest_anew(connection: sa.Connection, upload_id: int, name: str) -> str:
    """Return the digest of what an erasure left of an upload's rows, under a new salt."""
    its = sa.and_(UPLOAD_TABLES.c.upload_id == upload_id, UPLOAD_TABLES.c.table == name)
    connection.execute(sa.update(UPLOAD_TABLES).where(its).values(salt=new_salt()))
    return stored_digest(connection, upload_id, name)


def changed_rows(connection: sa.Connection) -> Iterator[str]:
    """Yield the uploads whose rows are no longer those that came, as sentences.

    Uploads of before the audit began have no digest and cannot be checked; nor can copies of rows that stand again
    after a withdrawal.
    """
    for (upload, name), expected in sorted(_written(connection).items()):
        if name in ROWS and stored_digest(connection, upload, name) != expected:
            yield f"Upload {upload}: its rows in {name} were changed in the database after they were stored."


def _written(connection: sa.Connection) -> Digests:
    """Return the newest digest of each upload and table: an erasure leaves a new one behind."""
    lines = (
        sa.select(AUDIT.c.detail)
        .where(AUDIT.c.action.in_(("added", "corrected", "erased", "changed key")))
        .order_by(AUDIT.c.line)
    )
    known: Digests = {}
    for text in connection.execute(lines).scalars():
        detail = json.loads(text)
        if "upload_id" in detail:
            known |= {(detail["upload_id"], name): value for name, value in detail.get("sha256", {}).items()}
        for upload, tables in detail.get("rows_left", {}).items():
            known |= {(int(upload), name): value for name, value in tables.items()}
    return known
