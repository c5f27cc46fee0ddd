"""What a person's word changes in several rows at once, as one upload and one version that can be withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records.database.bulk_insert import insert_columns
from toolkit.records.database.renumbered import Rename, renames_of, write_renames
from toolkit.records.database.schema import ROWS, SAID
from toolkit.records.rows.merged import end_rows, write_withdrawal
from toolkit.records.rows.uploads import Receipt, begin_upload, by_hand, end_upload, note_table
from toolkit.tables import TABLES

Row = dict[str, Any]


@dataclass(slots=True)
class ByHand:
    """What is to be changed, and everything that speaks against it.

    Attributes
    ----------
    ended
        By table, current rows (by their place in the database) that stand no longer.
    rows
        By table, rows that stand from now on, whole.
    renames
        Numbers that change.
    problems
        Sentences: where there is one, nothing is changed.
    notices
        What a person should know of it.
    """

    ended: dict[str, list[int]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    renames: list[Rename] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def end(self, table: str, place: int) -> None:
        """Let a row stand no longer."""
        self.ended.setdefault(table, []).append(place)

    def add(self, table: str, row: Row) -> None:
        """Let a row stand."""
        self.rows.setdefault(table, []).append(row)

    def replace(self, table: str, place: int, row: Row) -> None:
        """Let a row stand in place of another."""
        self.end(table, place)
        self.add(table, row)

    def check(self) -> None:
        """Check that nothing speaks against it.

        Raises
        ------
        StoreError
            With every problem.
        """
        if self.problems:
            said = "\n  ".join(self.problems)
            raise StoreError(f"Nothing was changed:\n  {said}")


def current(connection: sa.Connection, table: str, **columns: Any) -> list[tuple[int, Row]]:
    """Return the current rows of a table whose columns have some values, with their places; ``None`` is empty."""
    rows = ROWS[table]
    query = sa.select(rows.c.row_id, *(rows.c[name] for name in TABLES[table].names)).where(rows.c.v_to.is_(None))
    for name, value in columns.items():
        query = query.where(rows.c[name].is_(None) if value is None else rows.c[name] == value)
    found = connection.execute(query.order_by(rows.c.row_id))
    return [(place, dict(zip(TABLES[table].names, values, strict=True))) for place, *values in found]


def plan_replacing(connection: sa.Connection, table: str, key: Mapping[str, Any], row: Row) -> ByHand:
    """Return what changes when one row stands in place of a stored one, under its key or another.

    Raises
    ------
    InputError
        When the row is stored already just as it is.
    """
    names = TABLES[table].key
    found = current(connection, table, **{name: key.get(name) for name in names})
    plan = ByHand()
    if len(found) != 1:
        plan.problems.append("The row is not stored any more as it was: somebody changed it. Look it up again.")
        return plan
    (place, stored) = found[0]
    if row == stored:
        raise InputError("There is nothing to correct: the row is stored already with these values.")
    others = current(connection, table, **{name: row[name] for name in names})
    if any(other != place for other, _ in others):
        plan.problems.append("Another row is stored already under this key. Withdraw that one first, or correct it.")
    plan.replace(table, place, row)
    return plan


def write_by_hand(
    connection: sa.Connection, plan: ByHand, *, by: str, source_name: str, note: str
) -> tuple[Receipt, Mapping[str, Mapping[str, Sequence[Any]]]]:
    """Store what a plan changes; return the receipt and the rows written, by column.

    Referrals and episodes of a child whose number changes are put together again from what files said of it under all
    its numbers.
    """
    plan.check()
    upload = begin_upload(
        connection, by=by, source_name=source_name, content_hash="", note=note, what="corrected", origin=by_hand()
    )
    write_renames(connection, upload.upload_id, plan.renames)
    written: dict[str, Mapping[str, Sequence[Any]]] = {}
    for name in (name for name in TABLES if name in plan.rows or name in plan.ended):
        rows, ended = plan.rows.get(name, []), plan.ended.get(name, [])
        end_rows(connection, name, ended, upload.version)
        written[name] = {column: [row[column] for row in rows] for column in TABLES[name].names}
        about = {"upload_id": upload.upload_id, "v_from": upload.version}
        insert_columns(connection, ROWS[name], written[name], about)
        note_table(connection, upload, name, rows=len(rows), replaced=len(ended))
    if any(one.kind == "child" for one in plan.renames):
        put_together(connection, {one.new for one in plan.renames if one.kind == "child"}, upload.version)
        for name in SAID:  # no row of its own, yet the upload changed them
            written[name] = {column: [] for column in TABLES[name].names}
            note_table(connection, upload, name, rows=0, replaced=0)
    return end_upload(upload, {name: len(plan.rows.get(name, [])) for name in written}), written


def put_together(connection: sa.Connection, children: set[str], version: int) -> None:
    """Let referrals and episodes of some children stand from a version on as files say under all their numbers."""
    from toolkit.records.rows.merge import plan_again  # it reads what intake's connectors know of codes

    renames = renames_of(connection)
    present = {renames.now("child", child) for child in children}
    write_withdrawal(connection, plan_again(connection, present, were_one=True), version)
