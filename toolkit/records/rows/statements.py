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

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, get_args

import sqlalchemy as sa

from toolkit.intake.origin import PART, Kind, Origin
from toolkit.records.database.one_of import one_of
from toolkit.records.database.renumbered import Renames
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

    ``values`` are in the order of the table's columns. ``row_id`` is empty for a row on its way in. ``said_of`` is the
    child's number in the file where it was changed since: ``values`` have the present one.
    """

    table: str
    values: tuple[Any, ...]
    speaks_of: str | None
    upload_id: int
    row_id: int | None = None
    said_of: str | None = None

    @property
    def as_said(self) -> tuple[Any, ...]:
        """The values as the file has them."""
        return self.values if self.said_of is None else under(self.table, self.values, self.said_of)

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


def under(table: str, values: tuple[Any, ...], child: str) -> tuple[Any, ...]:
    """Return a row's values under another child's number."""
    at = TABLES[table].names.index("child_id")
    return (*values[:at], child, *values[at + 1 :])


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
        origin = origin_of(row)
        number, file = row["upload_id"], (row["content_hash"], origin.kind, origin.as_of)
        same = first.setdefault(file, number) if row["content_hash"] else number
        found[number] = Brought(number, origin, row["source_name"], row["content_hash"], same)
    return found


def origin_of(row: sa.RowMapping) -> Origin:
    """Return the origin of an upload, given its row."""
    return Origin(
        row["kind"], row["as_of"], row["as_of_from"], row["made_at"], row["newest_day"],
        frozenset(filter(None, row["covers"].split(","))), row["is_whole"],
    )  # fmt: skip


def rows_of(
    connection: sa.Connection, table: str, children: Collection[str], renames: Renames
) -> tuple[list[Statement], list[Standing]]:
    """Return what standing uploads said of some children in a table, and the rows that are current.

    Children are given by their present numbers. What was said under earlier ones counts as said of the present one;
    rows that are current come as they are.
    """
    said: list[Statement] = []
    current: list[Standing] = []
    rows = ROWS[table]
    columns = [rows.c[name] for name in TABLES[table].names]
    width = len(columns)
    query = sa.select(
        *columns, rows.c.row_id, rows.c.upload_id, rows.c.speaks_of, rows.c.v_to,
        sa.and_(rows.c.v_from == UPLOADS.c.version, UPLOADS.c.withdrawn_in.is_(None)).label("came"),
    ).join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)  # fmt: skip
    for found in _of_children(connection, query, rows.c.child_id, renames.all_of("child", children)):
        values, (row_id, upload_id, speaks_of, v_to, came) = tuple(found[:width]), found[width:]
        if came and speaks_of != "":
            said.append(statement(table, values, speaks_of, upload_id, renames, row_id))
        if v_to is None:
            current.append(Standing(table, row_id, values, upload_id, speaks_of == ""))
    return said, current


def statement(
    table: str,
    values: tuple[Any, ...],
    speaks_of: str | None,
    upload_id: int,
    renames: Renames,
    row_id: int | None = None,
) -> Statement:
    """Return what a file said, of the child by its present number."""
    child = values[TABLES[table].names.index("child_id")]
    present = renames.now("child", child)
    if present == child:
        return Statement(table, values, speaks_of, upload_id, row_id)
    return Statement(table, under(table, values, present), speaks_of, upload_id, row_id, child)


def children_of(connection: sa.Connection, uploads: Iterable[int], renames: Renames) -> set[str]:
    """Return the children, by their present numbers, of whom some uploads said anything."""
    numbers = sorted(set(uploads))
    found: set[str] = set()
    for name in ("referrals", "episodes"):
        rows = ROWS[name]
        if numbers:
            query = sa.select(rows.c.child_id).where(rows.c.upload_id.in_(numbers)).distinct()
            found |= {renames.now("child", child) for child in connection.execute(query).scalars()}
    return found


def words_of(connection: sa.Connection, table: str, row_ids: Collection[int], renames: Renames) -> set[int]:
    """Return the rows that are no longer current, or never were, of the same child and day as some rows.

    They are what files said of them, and must go with them: what is left would be taken for all that is known. What
    was said of the child under another number goes too.
    """
    rows = ROWS[table]
    day = rows.c.received_on if table == "referrals" else rows.c.started_on
    asked = sa.select(rows.c.child_id, day).where(one_of(connection, rows.c.row_id, row_ids))
    about = {(renames.now("child", child), when) for child, when in connection.execute(asked)}
    numbers = renames.all_of("child", {child for child, _ in about})
    gone = sa.select(rows.c.row_id, rows.c.child_id, day).where(rows.c.v_to.is_not(None))
    its = connection.execute(gone.where(one_of(connection, rows.c.child_id, numbers)))
    return {row for row, child, when in its if (renames.now("child", child), when) in about}


def by_child(rows: Iterable[Any], renames: Renames) -> Mapping[str, list[Any]]:
    """Return statements, or standing rows, by their child's present number."""
    sorted_out: dict[str, list[Any]] = {}
    for row in rows:
        sorted_out.setdefault(renames.now("child", row.child), []).append(row)
    return sorted_out


def _of_children(
    connection: sa.Connection, query: sa.Select[Any], column: sa.ColumnElement[str], children: Collection[str]
) -> Iterator[Any]:
    if len(children) > _FEW:
        wanted = frozenset(children)
        at = next(i for i, one in enumerate(query.selected_columns) if one is column)
        yield from (row for row in connection.execute(query) if row[at] in wanted)
        return
    for part in _parts(sorted(children)):
        yield from connection.execute(query.where(column.in_(part)))


def _parts(listed: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
