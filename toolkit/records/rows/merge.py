"""What a file says of referrals and episodes, put together with what others said: one row each, whatever came when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa

from toolkit.intake.origin import Origin
from toolkit.records.database.renumbered import Renames, renames_of
from toolkit.records.database.schema import SAID, UPLOADS
from toolkit.records.rows.changes import Changes, TableChanges
from toolkit.records.rows.compare import Values
from toolkit.records.rows.folding import Folded, fold_child, is_sent_again
from toolkit.records.rows.settle import Plan
from toolkit.records.rows.statements import (
    NEW,
    Brought,
    Standing,
    Statement,
    by_child,
    children_of,
    rows_of,
    statement,
    uploads_of,
)
from toolkit.tables import TABLES
from toolkit.tables.open_cases import Case, while_open


def plan_merge(
    connection: sa.Connection,
    values: Mapping[str, Values],
    speaks_of: Mapping[str, Sequence[str]],
    origin: Origin,
    *,
    source_name: str,
    content_hash: str,
) -> Plan:
    """Return what storing a file's referrals and episodes would do, changing nothing.

    Parameters
    ----------
    values
        By table, the values by column.
    speaks_of
        By table, what each row speaks of (see `rows.statements`).
    origin
        What the file is and as of what day.
    source_name, content_hash
        The file.
    """
    uploads, renames = uploads_of(connection), renames_of(connection)
    uploads[NEW] = brought = _on_its_way(uploads, origin, source_name, content_hash)
    statements = _statements(values, speaks_of, renames)
    new = by_child(statements, renames)
    sent_again = {number for number, one in uploads.items() if is_sent_again(one, uploads[NEW])}
    children = new.keys() | children_of(connection, sent_again, renames)
    stored, current = _stored(connection, children, renames)
    plan = Plan()
    open_cases: list[Case] = []
    for child in sorted(children):
        said, its = stored.get(child, []), new.get(child, [])
        mine = [] if not brought.origin.is_whole and _is_said_already(its, said, uploads) else its
        folded = fold_child([*said, *mine], uploads)
        changed = plan.settle(folded, current.get(child, []), mine, said, uploads)
        plan.compare(its, folded, changed)
        if child in new:
            open_cases += [_case(row) for row in folded if row.table == "referrals"]
        if child not in new and not origin.is_whole:
            plan.miss(said, sent_again, uploads)
    plan.changes = Changes(
        _closed(plan), origin, _later(new, stored, uploads), len(new), sum(child in stored for child in new),
        len(while_open(open_cases)), renumbered=sum(one.said_of is not None for one in statements),
    )  # fmt: skip
    return plan


def plan_without(connection: sa.Connection, upload_id: int) -> Plan:
    """Return what stands when an upload, withdrawn already in this transaction, no longer counts."""
    renames = renames_of(connection)
    children = children_of(connection, [upload_id], renames)
    was_whole = sa.select(UPLOADS.c.is_whole).where(UPLOADS.c.upload_id == upload_id)
    if connection.execute(was_whole).scalar():  # children it does not name stand again
        children |= children_of(connection, uploads_of(connection), renames)
    return plan_again(connection, children)


def plan_again(connection: sa.Connection, children: Collection[str], *, were_one: bool = False) -> Plan:
    """Return what stands of some children, by their present numbers, by all that standing uploads say of them.

    Parameters
    ----------
    connection
        In the transaction that changed what is said.
    children
        The children.
    were_one
        Whether they stood under one number until now: a row of the one is then made of what is said of the other too.
    """
    uploads, renames = uploads_of(connection), renames_of(connection)
    stored, current = _stored(connection, children, renames)
    plan = Plan()
    of_all = [one for child in children for one in stored.get(child, [])] if were_one else []
    for child in sorted(children):
        said, stand = stored.get(child, []), current.get(child, [])
        plan.settle(fold_child(said, uploads), stand, [], of_all or said, uploads)
        plan.move(child, stand)
    plan.changes = Changes(_closed(plan))
    return plan


def _case(row: Folded) -> Case:
    number, child, received, _, outcome, closed, *_ = row.values
    return (child, number, received, closed, outcome)


def _closed(plan: Plan) -> Mapping[str, TableChanges]:
    return MappingProxyType({name: tally.changes() for name, tally in plan.tallies.items()})


def _later(
    new: Mapping[str, Sequence[Statement]],
    stored: Mapping[str, Sequence[Statement]],
    uploads: Mapping[int, Brought],
) -> tuple[tuple[int, str], ...]:
    day = uploads[NEW].origin.as_of
    numbers = {one.upload_id for child in new for one in stored.get(child, ())}
    later = [number for number in sorted(numbers) if day and (uploads[number].origin.as_of or day) > day]
    return tuple((number, uploads[number].source_name) for number in later)


def _is_said_already(new: Sequence[Statement], said: Sequence[Statement], uploads: Mapping[int, Brought]) -> bool:
    """Return whether the last file of the same kind and day, up to this one's place, said the very same of a child."""
    mine = uploads[NEW]
    about = (mine.origin.kind, mine.origin.as_of)
    brought = [uploads[number] for number in {one.upload_id for one in said}]
    same = [one for one in brought if (one.origin.kind, one.origin.as_of) == about and one.rank <= mine.rank]
    if not new or not same:
        return not new
    last = max(same, key=lambda one: one.rank).upload_id
    theirs = {(one.table, one.values, one.speaks_of) for one in said if one.upload_id == last}
    return theirs == {(one.table, one.values, one.speaks_of) for one in new}


def _on_its_way(uploads: Mapping[int, Brought], origin: Origin, source_name: str, content_hash: str) -> Brought:
    about = (content_hash, origin.kind, origin.as_of)
    same = (n for n, one in uploads.items() if (one.content_hash, one.origin.kind, one.origin.as_of) == about)
    first = next(same, NEW) if content_hash else NEW
    if origin.is_whole and any(one.same_file == first and one.origin.is_whole for one in uploads.values()):
        origin = replace(origin, is_whole=False)  # it was said before that this very file is whole
    return Brought(NEW, origin, source_name, content_hash, first)


def _statements(
    values: Mapping[str, Values], speaks_of: Mapping[str, Sequence[str]], renames: Renames
) -> list[Statement]:
    return [
        statement(name, row, spoken, NEW, renames)
        for name, columns in values.items()
        for row, spoken in zip(
            zip(*(columns[column] for column in TABLES[name].names), strict=True), speaks_of[name], strict=True
        )
    ]


def _stored(
    connection: sa.Connection, children: Collection[str], renames: Renames
) -> tuple[Mapping[str, list[Statement]], Mapping[str, list[Standing]]]:
    said: list[Statement] = []
    current: list[Standing] = []
    for name in SAID:
        its, stand = rows_of(connection, name, children, renames)
        said, current = said + its, current + stand
    return by_child(said, renames), by_child(current, renames)
