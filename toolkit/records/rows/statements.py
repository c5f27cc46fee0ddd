"""What each file said of a referral or an episode: its own words, whether they stand or not, and which word counts.

Every upload of `schema.SAID` keeps the file's own rows, so that what stands can be made again from all of them at any
time: in whatever order files come, and when one is withdrawn. ``speaks_of`` holds the columns that the file has,
separated by commas, and these signs:

``nfa``
    whether there was further action;
``number``
    the referral's number is the source system's own;
``part``
    a record of the child was left out of the upload.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

import sqlalchemy as sa

from toolkit.intake.origin import PART, Kind, Origin
from toolkit.records.database.schema import ROWS, UPLOADS
from toolkit.tables import TABLES

_KINDS = get_args(Kind)
_FEW, _AT_ONCE = 5_000, 500
SIGNS_ALONE = frozenset({"number", PART})
NEW = -1
"""The number of the upload that is on its way in."""


@dataclass(frozen=True, slots=True)
class Brought:
    """An upload, with what decides which of two is believed.

    Attributes
    ----------
    upload_id
        Its number.
    origin
        What it came from.
    source_name
        The file's name.
    content_hash
        The file's SHA-256.
    same_file
        The first upload of the very same file: one that comes again takes no later place than it had.
    """

    upload_id: int
    origin: Origin
    source_name: str
    content_hash: str
    same_file: int

    @property
    def rank(self) -> tuple[Any, ...]:
        """The order in which uploads are believed, the last most.

        By the day they speak of; on one day by the kind of file, by when the file was made, by the newest day in it,
        and only then by which was imported first.
        """
        origin = self.origin
        newest = float("inf") if self.same_file == NEW else self.same_file
        own = float("inf") if self.upload_id == NEW else self.upload_id
        as_of, newest_day = origin.as_of or date.min, origin.newest_day or date.min
        return (as_of, _KINDS.index(origin.kind), origin.made_at, newest_day, newest, own)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file said: a row of a table, by an upload.

    ``values`` are in the order of the table's columns. ``row_id`` is empty for a row on its way in.
    """

    table: str
    values: tuple[Any, ...]
    speaks_of: str | None
    upload_id: int
    row_id: int | None = None

    def says(self, what: str) -> bool:
        """Return whether the file speaks of a column, or bears a sign."""
        return what not in SIGNS_ALONE if self.is_explicit else what in _signs(self.speaks_of)

    @property
    def is_explicit(self) -> bool:
        """Whether it states every column itself, as rows of our own tables and corrections do."""
        return self.speaks_of is None

    @property
    def part(self) -> str:
        """What it is one of: "referrals", or a kind of episode."""
        return "referrals" if self.table == "referrals" else str(self.values[1])

    @property
    def child(self) -> str:
        """The child's number."""
        return str(self.values[1] if self.table == "referrals" else self.values[0])


@cache
def _signs(text: str | None) -> frozenset[str]:
    return frozenset((text or "").split(","))


@dataclass(frozen=True, slots=True)
class Standing:
    """A row that is current: its place in the database, its values, and the upload it stands under."""

    table: str
    row_id: int
    values: tuple[Any, ...]
    upload_id: int
    is_made: bool

    @property
    def child(self) -> str:
        """The child's number."""
        return str(self.values[1] if self.table == "referrals" else self.values[0])


def uploads_of(connection: sa.Connection) -> dict[int, Brought]:
    """Return every upload that was not withdrawn, by number."""
    found: dict[int, Brought] = {}
    first: dict[tuple[Any, ...], int] = {}
    query = sa.select(UPLOADS).where(UPLOADS.c.withdrawn_in.is_(None)).order_by(UPLOADS.c.upload_id)
    for row in connection.execute(query).mappings():
        origin = Origin(
            row["kind"], row["as_of"], row["as_of_from"], row["made_at"], row["newest_day"],
            frozenset(filter(None, row["covers"].split(","))), row["is_whole"],
        )  # fmt: skip
        number, file = row["upload_id"], (row["content_hash"], origin.kind, origin.as_of)
        same = first.setdefault(file, number) if row["content_hash"] else number
        found[number] = Brought(number, origin, row["source_name"], row["content_hash"], same)
    return found


def rows_of(connection: sa.Connection, table: str, children: Collection[str]) -> tuple[list[Statement], list[Standing]]:
    """Return what standing uploads said of some children in a table, and the rows that are current."""
    said: list[Statement] = []
    current: list[Standing] = []
    rows = ROWS[table]
    columns = [rows.c[name] for name in TABLES[table].names]
    width = len(columns)
    query = sa.select(
        *columns, rows.c.row_id, rows.c.upload_id, rows.c.speaks_of, rows.c.v_to,
        sa.and_(rows.c.v_from == UPLOADS.c.version, UPLOADS.c.withdrawn_in.is_(None)).label("came"),
    ).join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)  # fmt: skip
    for found in _of_children(connection, query, rows.c.child_id, children):
        values, (row_id, upload_id, speaks_of, v_to, came) = tuple(found[:width]), found[width:]
        if came and speaks_of != "":
            said.append(Statement(table, values, speaks_of, upload_id, row_id))
        if v_to is None:
            current.append(Standing(table, row_id, values, upload_id, speaks_of == ""))
    return said, current


def children_of(connection: sa.Connection, uploads: Iterable[int]) -> set[str]:
    """Return the children of whom some uploads said anything."""
    numbers = sorted(set(uploads))
    found: set[str] = set()
    for name in ("referrals", "episodes"):
        rows = ROWS[name]
        if numbers:
            query = sa.select(rows.c.child_id).where(rows.c.upload_id.in_(numbers)).distinct()
            found |= set(connection.execute(query).scalars())
    return found


def words_of(connection: sa.Connection, table: str, row_ids: Collection[int]) -> set[int]:
    """Return the rows that are no longer current, or never were, of the same child and day as some rows.

    They are what files said of them, and must go with them: what is left would be taken for all that is known.
    """
    rows = ROWS[table]
    day = rows.c.received_on if table == "referrals" else rows.c.started_on
    found: set[int] = set()
    listed = sorted(row_ids)
    for start in range(0, len(listed), _AT_ONCE):
        some = rows.alias()
        day_of = some.c.received_on if table == "referrals" else some.c.started_on
        its = sa.and_(some.c.child_id == rows.c.child_id, day_of == day)
        query = sa.select(rows.c.row_id).join(some, its).where(some.c.row_id.in_(listed[start : start + _AT_ONCE]))
        found |= set(connection.execute(query.where(rows.c.v_to.is_not(None))).scalars())
    return found


def by_child(rows: Iterable[Any]) -> Mapping[str, list[Any]]:
    """Return statements, or standing rows, by their child."""
    sorted_out: dict[str, list[Any]] = {}
    for row in rows:
        sorted_out.setdefault(row.child, []).append(row)
    return sorted_out


def _of_children(
    connection: sa.Connection, query: sa.Select[Any], column: sa.ColumnElement[str], children: Collection[str]
) -> Iterator[Any]:
    if len(children) > _FEW:
        wanted = frozenset(children)
        at = next(i for i, one in enumerate(query.selected_columns) if one is column)
        yield from (row for row in connection.execute(query) if row[at] in wanted)
        return
    listed = sorted(children)
    for start in range(0, len(listed), _AT_ONCE):
        yield from connection.execute(query.where(column.in_(listed[start : start + _AT_ONCE])))
