"""The store's tables in the database: one for each table of the vocabulary, and those that say who did what when.

A row is never changed. It stands from version ``v_from`` until version ``v_to``, which is empty while the row is
current, so that any earlier version of the store can be read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from toolkit.tables import TABLES, Column, Kind, Table

FORMAT = 5
METADATA = sa.MetaData()
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # only an INTEGER key counts up by itself in SQLite

TYPES: Mapping[Kind, type[TypeEngine[Any]]] = MappingProxyType(
    {
        Kind.TEXT: sa.Text,
        Kind.IDENTIFIER: sa.Text,
        Kind.CODE: sa.Text,
        Kind.WHOLE: sa.BigInteger,
        Kind.DECIMAL: sa.Double,
        Kind.DATE: sa.Date,
        Kind.MONTH: sa.Date,
        Kind.YES_NO: sa.Boolean,
    }
)


class UtcTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: SQLite keeps no time zone, so it is put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC, without a zone where the database has none."""
        if value is None:
            return None
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


FACTS = sa.Table(
    "facts",
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

VERSIONS = sa.Table(
    "versions",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("upload_id", sa.Integer),
    sa.Column("note", sa.Text, nullable=False, default=""),
)

UPLOADS = sa.Table(
    "uploads",
    METADATA,
    sa.Column("upload_id", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("source_name", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False, index=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), nullable=False, unique=True),
    sa.Column("withdrawn_in", sa.Integer, sa.ForeignKey("versions.version")),
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("as_of", sa.Date),
    sa.Column("as_of_from", sa.Text, nullable=False, server_default=""),
    sa.Column("made_at", sa.Text, nullable=False, server_default=""),
    sa.Column("newest_day", sa.Date),
    sa.Column("covers", sa.Text, nullable=False, server_default=""),
    sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.false()),
    sqlite_autoincrement=True,
)

UPLOAD_TABLES = sa.Table(
    "upload_tables",
    METADATA,
    sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), primary_key=True),
    sa.Column("table", sa.Text, primary_key=True),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("replaced", sa.Integer, nullable=False),
    sa.Column("erased", sa.Integer, nullable=False, server_default="0"),
    sa.Column("salt", sa.Text, nullable=False, server_default=""),
)

# Each answer published, and each withdrawn again. `view` is the file members read, relative to the store's `published`;
# empty for what was published before format 4. The database refuses to change or remove a row.
PUBLICATIONS = sa.Table(
    "publications",
    METADATA,
    sa.Column("publication_id", sa.Integer, primary_key=True),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("result", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("what", sa.Text, nullable=False, server_default="published"),
    sa.Column("version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("why", sa.Text, nullable=False, server_default=""),
    sa.Column("view", sa.Text, nullable=False, server_default=""),
    sa.Column("view_hash", sa.Text, nullable=False, server_default=""),
    sa.Column("replaces", sa.Integer),
    sa.Index("one_of_each_version", "question", "version", "what", unique=True),
    sqlite_autoincrement=True,
)

# What councillors decided on each recommendation. The database refuses to change or remove a row.
DECISIONS = sa.Table(
    "decisions",
    METADATA,
    sa.Column("decision_id", sa.Integer, primary_key=True),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("look_again_on", sa.Date, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

# Which snapshot holds a version: two versions with the same rows share one.
SNAPSHOTS = sa.Table(
    "snapshots",
    METADATA,
    sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), primary_key=True, autoincrement=False),
    sa.Column("hash", sa.Text, nullable=False),
)

# Each time rows were removed for good. It is unfinished while files may still hold what the database no longer does.
ERASURES = sa.Table(
    "erasures",
    METADATA,
    sa.Column("erasure_id", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), nullable=False, unique=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("families", sa.Integer, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("finished_at", UtcTime),
    sqlite_autoincrement=True,
)

# Numbers of families and children that were changed, or of two that are one: what files say under the old number is
# taken for the new one's, as long as the upload that says so stands.
RENUMBERED = sa.Table(
    "renumbered",
    METADATA,
    sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("old", sa.Text, primary_key=True),
    sa.Column("new", sa.Text, nullable=False),
    sa.Column("is_merged", sa.Boolean, nullable=False),
)

# By a keyed hash, the families and children that were erased when somebody asked: so that no file brings them back.
ERASED_NUMBERS = sa.Table(
    "erased_numbers",
    METADATA,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasures.erasure_id"), nullable=False),
)

# Who did what: each line holds the hash of the one before it. The database refuses to change or remove a line.
AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
)


def key_expressions(rows: sa.Table, table: Table) -> tuple[sa.ColumnElement[Any], ...]:
    """Return what must be unique among current rows: the key's columns, an empty one counting as a value.

    Only a text, or a yes/no of which no is stored as empty, may be both part of a key and empty.
    """
    return tuple(
        rows.c[name]
        if table.column(name).is_required
        else sa.func.coalesce(rows.c[name], sa.literal_column("false" if empty is False else "''"))
        for name, empty in zip(table.key, empty_in_key(table), strict=True)
    )


def empty_in_key(table: Table) -> tuple[str | bool, ...]:
    """Return what stands for an empty part of a table's key, part by part, as `key_expressions` has it."""
    return tuple(False if table.column(name).kind is Kind.YES_NO else "" for name in table.key)


def described(table: Table) -> dict[str, str]:
    """Return a table's columns as the store remembers them, to know later whether they are still the same."""
    return {column.name: column.kind.value + ("" if column.is_required else "?") for column in table.columns}


SAID = ("referrals", "episodes")
"""Tables whose rows are made of what several files said: each file's own words are kept as a row of that upload.

``speaks_of`` names the columns a file spoke of (and see `rows.statements`). It is empty for a row made of several
files' words, and NULL for one that came by itself and speaks of every column. A file's word that does not stand as it
is stands from a version until that same version, so never.
"""


# Scores were whole numbers once. SQLite cannot change a column's type, and one for whole numbers holds half points too.
_SCORE: TypeEngine[Any] = sa.Double().with_variant(sa.BigInteger, "sqlite")


def _column(column: Column) -> sa.Column[Any]:
    type_ = _SCORE if column.is_on_instrument else TYPES[column.kind]
    return sa.Column(column.name, type_, nullable=not column.is_required)


def _rows_table(table: Table) -> sa.Table:
    said = [sa.Column("speaks_of", sa.Text)] if table.name in SAID else []
    later = [_column(column) for column in table.columns if column.came_later]  # last, as an upgrade adds them
    rows = sa.Table(
        table.name,
        METADATA,
        sa.Column("row_id", BIG, primary_key=True),
        *(_column(column) for column in table.columns if not column.came_later),
        sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), nullable=False, index=True),
        sa.Column("v_from", sa.Integer, nullable=False),
        sa.Column("v_to", sa.Integer),
        *said,
        *later,
        sqlite_autoincrement=True,
    )
    is_current = rows.c.v_to.is_(None)
    name = f"one_current_{table.name}"
    sa.Index(name, *key_expressions(rows, table), unique=True, sqlite_where=is_current, postgresql_where=is_current)
    has_ended = rows.c.v_to.is_not(None)
    sa.Index(f"ended_{table.name}", rows.c.v_to, sqlite_where=has_ended, postgresql_where=has_ended)
    return rows


def never_stood(rows: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that a row is only what a file said, which another file's word stood in place of."""
    return sa.and_(rows.c.speaks_of != "", rows.c.v_to == rows.c.v_from) if "speaks_of" in rows.c else sa.false()


PSEUDONYMS = ("family_id", "child_id", "referral_id")
"""The columns that lead back to a family."""

ROWS: Mapping[str, sa.Table] = MappingProxyType({name: _rows_table(table) for name, table in TABLES.items()})
"""The database table of each table of the vocabulary."""
