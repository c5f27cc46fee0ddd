"""What an upload's rows were when they came: one SHA-256 a table, kept in the audit, so that an edited row is found.

The audit keeps its lines for ever, and the digest of a single row could be guessed at. So each begins with a salt that
the upload keeps, and an erasure replaces: what the audit then still holds of erased rows can no longer be guessed at.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import ROWS, UPLOAD_TABLES, UPLOADS
from toolkit.tables import TABLES, Kind, Table

_DAYS = (Kind.DATE, Kind.MONTH)


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
        if column.came_later and all(value is None for value in given):
            continue  # so rows of before the column have the digest that the audit holds of them
        if column.kind in _DAYS:  # numbers of days are written in a tenth of the time that dates take
            given = [None if day is None else date.toordinal(day) for day in given]
        elif column.is_on_instrument:  # scores were whole numbers once, and the audit holds them so
            given = [int(value) if value is not None and value == int(value) else value for value in given]
        hashed.update(f"\n{column.name} {list(given)!r}".encode())
    return hashed.hexdigest()


def stored_digest(connection: sa.Connection, upload_id: int, name: str, version: int | None = None) -> str:
    """Return the digest of an upload's rows in a table as they are stored now: of those that stand from a version.

    Parameters
    ----------
    connection
        To the store.
    upload_id, name
        The upload and the table.
    version
        The version; the upload's own, in which its rows came, when not given.
    """
    table, rows = TABLES[name], ROWS[name]
    begun = rows.c.v_from == (own_version(upload_id) if version is None else version)
    query = (
        sa.select(*(rows.c[column] for column in table.names))
        .where(rows.c.upload_id == upload_id, begun)
        .order_by(rows.c.row_id)
    )
    found = connection.execute(query).all()
    columns = list(zip(*found, strict=True)) if found else [()] * len(table.names)
    salt = salts_of(connection, upload_id).get(name, "")
    return digest(dict(zip(table.names, columns, strict=True)), table, salt)


def own_version(upload_id: int) -> sa.ScalarSelect[int]:
    """Return the version that an upload made, as part of a query."""
    return sa.select(UPLOADS.c.version).where(UPLOADS.c.upload_id == upload_id).scalar_subquery()


def renew_salt(connection: sa.Connection, upload_id: int, name: str) -> None:
    """Give an upload's rows in a table another salt: what was said of them until now can no longer be guessed at."""
    its = sa.and_(UPLOAD_TABLES.c.upload_id == upload_id, UPLOAD_TABLES.c.table == name)
    connection.execute(sa.update(UPLOAD_TABLES).where(its).values(salt=new_salt()))


def numbers_digest(numbers: Sequence[int]) -> str:
    """Return the SHA-256 (hex) of rows' own numbers, which say nothing of anybody, in their order."""
    return hashlib.sha256(",".join(map(str, numbers)).encode()).hexdigest()
