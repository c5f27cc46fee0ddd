"""Taking an upload out again: the store then reads as if it had never come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.renumbered import renames_by
from toolkit.records.database.schema import ROWS, UPLOAD_TABLES, UPLOADS
from toolkit.records.database.versions import next_version, write_version
from toolkit.records.rows.by_hand import put_together
from toolkit.records.rows.merged import write_withdrawal
from toolkit.records.rows.on_instruments import check_on_instruments
from toolkit.records.rows.uploads import is_merged


def withdraw_upload(connection: sa.Connection, upload_id: int, *, by: str, reason: str) -> int:
    """Take an upload's rows out and put back those it had replaced; see `Store.withdraw`."""
    version = next_version(connection)
    upload = connection.execute(sa.select(UPLOADS).where(UPLOADS.c.upload_id == upload_id)).mappings().first()
    if upload is None:
        raise StoreError(f"The store has no upload {upload_id}. See which there are: toolkit uploads list")
    if upload["withdrawn_in"] is not None:
        raise StoreError(f"Upload {upload_id} was withdrawn already, in version {upload['withdrawn_in']}.")
    tables = connection.execute(sa.select(UPLOAD_TABLES).where(UPLOAD_TABLES.c.upload_id == upload_id)).mappings().all()
    if not is_merged(upload["kind"]):
        _check_not_replaced(connection, upload_id, [row["table"] for row in tables])
    write_version(connection, version, at=datetime.now(UTC), by=by, what="withdrawn", upload_id=upload_id, note=reason)
    connection.execute(sa.update(UPLOADS).where(UPLOADS.c.upload_id == upload_id).values(withdrawn_in=version))
    if is_merged(upload["kind"]):
        from toolkit.records.rows.merge import plan_without  # it reads what intake's connectors know of codes

        write_withdrawal(connection, plan_without(connection, upload_id), version)
        return version
    for row in tables:
        rows = ROWS[row["table"]]
        its_own = sa.and_(rows.c.upload_id == upload_id, rows.c.v_to.is_(None))
        connection.execute(sa.update(rows).where(its_own).values(v_to=version))
        if row["replaced"]:
            _put_back(connection, rows, closed_in=upload["version"], version=version)
    check_on_instruments(connection, [row["table"] for row in tables], version)
    changed_numbers = {
        number for one in renames_by(connection, upload_id) if one.kind == "child" for number in (one.old, one.new)
    }
    if changed_numbers:
        put_together(connection, changed_numbers, version)
    return version


def _check_not_replaced(connection: sa.Connection, upload_id: int, tables: Sequence[str]) -> None:
    """Check that no standing upload replaced rows of this one: what it would go back to would be unclear."""
    later: dict[int, str] = {}
    for name in tables:
        rows = ROWS[name]
        query = (
            sa.select(UPLOADS.c.upload_id, UPLOADS.c.source_name)
            .join(rows, rows.c.v_to == UPLOADS.c.version)
            .where(rows.c.upload_id == upload_id, UPLOADS.c.withdrawn_in.is_(None))
            .distinct()
        )
        later |= {row.upload_id: row.source_name for row in connection.execute(query)}
    if later:
        named = ", ".join(f"{number} ({source})" for number, source in sorted(later.items(), reverse=True))
        raise StoreError(
            f"Upload {upload_id} cannot be withdrawn: later uploads replaced rows of it. Withdraw these first: {named}."
            f"\nRun: toolkit uploads withdraw {max(later)}"
        )


def _put_back(connection: sa.Connection, rows: sa.Table, *, closed_in: int, version: int) -> None:
    """Let the rows that ended in one version stand again from another, under the upload they came with."""
    kept = [column.name for column in rows.columns if column.name not in ("row_id", "v_from", "v_to")]
    again = sa.select(*(rows.c[name] for name in kept), sa.literal(version)).where(rows.c.v_to == closed_in)
    connection.execute(sa.insert(rows).from_select([*kept, "v_from"], again))
