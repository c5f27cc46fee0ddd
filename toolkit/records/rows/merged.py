"""Writing a merge: a file's own words, and the rows that are made of several files' words, as one upload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from toolkit.intake.origin import Origin
from toolkit.records.database.bulk_insert import insert_columns
from toolkit.records.database.schema import ROWS, SAID
from toolkit.records.rows.changes import Changes
from toolkit.records.rows.settle import NewRow, Plan
from toolkit.records.rows.uploads import Receipt, begin_upload, end_upload, note_table
from toolkit.tables import TABLES

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Merged:
    """What was stored, and what that changed; there is no receipt where there was nothing to store."""

    receipt: Receipt | None
    changes: Changes


def write_merge(
    connection: sa.Connection, plan: Plan, origin: Origin, *, by: str, source_name: str, content_hash: str, note: str
) -> tuple[Receipt, Mapping[str, Mapping[str, Sequence[Any]]]]:
    """Store what a plan needs as one upload and one version; return the receipt and the rows written, by column."""
    upload = begin_upload(
        connection, by=by, source_name=source_name, content_hash=content_hash, note=note, what="merged", origin=origin
    )
    written: dict[str, Mapping[str, Sequence[Any]]] = {}
    for name in SAID:
        if plan.rows[name] or plan.ended[name]:
            end_rows(connection, name, plan.ended[name], upload.version)
            written[name] = _by_column(name, plan.rows[name])
            _insert(connection, name, plan.rows[name], written[name], upload.upload_id, upload.version)
            note_table(connection, upload, name, rows=len(plan.rows[name]), replaced=len(plan.ended[name]))
    return end_upload(upload, {name: len(plan.rows[name]) for name in written}), written


def write_withdrawal(connection: sa.Connection, plan: Plan, version: int) -> None:
    """Let stand what a plan without an upload says, from a version on, under the uploads whose word it is."""
    for name in SAID:
        end_rows(connection, name, plan.ended[name], version)
        for upload in sorted({row.upload_id for row in plan.rows[name]}):
            its = [row for row in plan.rows[name] if row.upload_id == upload]
            _insert(connection, name, its, _by_column(name, its), upload, version)


def end_rows(connection: sa.Connection, name: str, row_ids: Sequence[int], version: int) -> None:
    """End current rows, given by their place, in a version."""
    rows = ROWS[name]
    for start in range(0, len(row_ids), _AT_ONCE):
        some = rows.c.row_id.in_(row_ids[start : start + _AT_ONCE])
        connection.execute(sa.update(rows).where(some).values(v_to=version))


def _by_column(name: str, rows: Sequence[NewRow]) -> Mapping[str, Sequence[Any]]:
    columns = list(zip(*(row.values for row in rows), strict=True)) if rows else [()] * len(TABLES[name].names)
    return dict(zip(TABLES[name].names, columns, strict=True))


def _insert(
    connection: sa.Connection,
    name: str,
    rows: Sequence[NewRow],
    columns: Mapping[str, Sequence[Any]],
    upload_id: int,
    version: int,
) -> None:
    said: dict[str, Sequence[Any]] = {
        "speaks_of": [row.speaks_of for row in rows],
        "v_to": [None if row.stands else version for row in rows],
    }
    insert_columns(connection, ROWS[name], {**columns, **said}, {"upload_id": upload_id, "v_from": version})
