"""Uploads: rows come in together under one number, and go out together when the upload is withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.intake.origin import FROM_PERSON, NO_FILE, Origin
from toolkit.records.audit.digests import digest, new_salt, salts_of
from toolkit.records.database.bulk_insert import insert_columns
from toolkit.records.database.schema import ERASURES, ROWS, UPLOAD_TABLES, UPLOADS, empty_in_key, key_expressions
from toolkit.records.database.versions import frame_of, next_version, write_version
from toolkit.records.rows.on_instruments import check_on_instruments
from toolkit.tables import TABLES, Table


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was stored: the number to withdraw it by, the version it made, and the rows of each table.

    ``at`` is in UTC. ``content_hash`` is that of the file the rows came from, empty where there was none.
    """

    upload_id: int
    version: int
    rows: Mapping[str, int]
    at: datetime
    by: str
    source_name: str
    content_hash: str

    def summary(self) -> str:
        """Return one sentence for the person who uploaded."""
        rows = ", ".join(f"{count:,} in {TABLES[name].title}" for name, count in self.rows.items())
        return f"Stored as upload {self.upload_id} (version {self.version}): rows {rows}."


def add_upload(
    connection: sa.Connection,
    values: Mapping[str, Mapping[str, Sequence[Any]]],
    *,
    by: str,
    source_name: str,
    content_hash: str,
    note: str,
    replaces: bool,
    what: str = "added",
    origin: Origin = NO_FILE,
) -> Receipt:
    """Store the values of each table as one upload and one version; see `Store.add`.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        When a row's key is stored already. `key_conflicts.explain_clashes` says which, after the transaction has ended.
    InputError
        When a score is none of its instrument's.
    """
    upload = begin_upload(
        connection, by=by, source_name=source_name, content_hash=content_hash, note=note, what=what, origin=origin
    )
    counts: dict[str, int] = {}
    for name in (name for name in TABLES if name in values):
        replaced = _close_replaced(connection, values[name], TABLES[name], upload.version) if replaces else 0
        counts[name] = _insert(connection, values[name], TABLES[name], upload.upload_id, upload.version)
        note_table(connection, upload, name, rows=counts[name], replaced=replaced)
    check_on_instruments(connection, counts, upload.version)
    return end_upload(upload, counts)


def begin_upload(
    connection: sa.Connection,
    *,
    by: str,
    source_name: str,
    content_hash: str,
    note: str,
    what: str,
    origin: Origin = NO_FILE,
) -> Receipt:
    """Write down an upload and its version, before its rows; return its receipt, without rows yet."""
    version, at = next_version(connection), datetime.now(UTC)
    newest = connection.execute(sa.select(sa.func.max(UPLOADS.c.upload_id))).scalar_one()
    upload_id = (newest or 0) + 1  # writers take turns and no upload is ever removed, so the number is free
    write_version(connection, version, at=at, by=by, what=what, upload_id=upload_id, note=note)
    about = {"at": at, "by": by, "source_name": source_name, "content_hash": content_hash, "note": note}
    of_origin = {
        "kind": origin.kind, "as_of": origin.as_of, "as_of_from": origin.as_of_from, "made_at": origin.made_at,
        "newest_day": origin.newest_day, "covers": ",".join(sorted(origin.covers)), "is_whole": origin.is_whole,
    }  # fmt: skip
    connection.execute(sa.insert(UPLOADS), {"upload_id": upload_id, "version": version, **about, **of_origin})
    return Receipt(upload_id, version, MappingProxyType({}), at, by, source_name, content_hash)


def note_table(connection: sa.Connection, upload: Receipt, name: str, *, rows: int, replaced: int) -> None:
    """Write down how many rows an upload brought to a table, and how many it ended."""
    row = {"upload_id": upload.upload_id, "table": name, "rows": rows, "replaced": replaced, "salt": new_salt()}
    connection.execute(sa.insert(UPLOAD_TABLES), row)


def end_upload(upload: Receipt, counts: Mapping[str, int]) -> Receipt:
    """Return an upload's receipt with its rows."""
    return replace(upload, rows=MappingProxyType(dict(counts)))


def upload_detail(
    connection: sa.Connection, receipt: Receipt, values: Mapping[str, Mapping[str, Sequence[Any]]]
) -> dict[str, Any]:
    """Return an upload's line in the audit: its rows, with the digest of those of each table."""
    salts = salts_of(connection, receipt.upload_id)
    return {
        "upload_id": receipt.upload_id,
        "version": receipt.version,
        "rows": dict(receipt.rows),
        "sha256": {name: digest(values[name], TABLES[name], salts[name]) for name in receipt.rows},
        **({"content_hash": receipt.content_hash} if receipt.content_hash else {}),
    }


def list_uploads(connection: sa.Connection) -> pd.DataFrame:
    """Return one row an upload and table, the newest upload first; see `Store.uploads`."""
    query = (
        sa.select(
            *(UPLOADS.c[name] for name in ("upload_id", "at", "by", "source_name", "content_hash")),
            UPLOAD_TABLES.c.table,
            UPLOAD_TABLES.c.rows,
            *(UPLOADS.c[name] for name in ("version", "withdrawn_in", "note", "kind", "as_of")),
        )
        .join(UPLOAD_TABLES, UPLOAD_TABLES.c.upload_id == UPLOADS.c.upload_id)
        .order_by(UPLOADS.c.upload_id.desc(), UPLOAD_TABLES.c.table)
    )
    return frame_of(connection.execute(query)).astype({"withdrawn_in": "Int64"})


def newest_change(connection: sa.Connection, table: str) -> int:
    """Return the newest version in which rows of a table came, went or were erased; 0 when none ever did."""
    newest = (
        sa.select(sa.func.max(UPLOADS.c.version), sa.func.max(UPLOADS.c.withdrawn_in))
        .join(UPLOAD_TABLES, UPLOAD_TABLES.c.upload_id == UPLOADS.c.upload_id)
        .where(UPLOAD_TABLES.c.table == table)
    )
    came, went = connection.execute(newest).one()
    erased = connection.execute(sa.select(sa.func.max(ERASURES.c.version))).scalar_one()
    return max(came or 0, went or 0, erased or 0)


def find_standing_upload(connection: sa.Connection, content_hash: str) -> Receipt | None:
    """Return the newest upload of a file with these contents that was not withdrawn, if there is one."""
    same = sa.and_(UPLOADS.c.content_hash == content_hash, UPLOADS.c.withdrawn_in.is_(None))
    query = sa.select(UPLOADS).where(same).order_by(UPLOADS.c.upload_id.desc())
    upload = connection.execute(query).mappings().first() if content_hash else None
    if upload is None:
        return None
    of_it = UPLOAD_TABLES.c.upload_id == upload["upload_id"]
    rows = connection.execute(sa.select(UPLOAD_TABLES.c.table, UPLOAD_TABLES.c.rows).where(of_it))
    about = {name: upload[name] for name in ("upload_id", "version", "at", "by", "source_name", "content_hash")}
    return Receipt(rows=MappingProxyType({name: count for name, count in rows}), **about)


def by_hand() -> Origin:
    """Return the origin of a correction made now: it is believed before files of earlier days."""
    return Origin("correction", datetime.now(UTC).date(), FROM_PERSON)


def is_merged(kind: str) -> bool:
    """Return whether uploads of a kind are put together with others' (`rows.merge`), not stored as they are."""
    return kind not in ("", "correction")


def _insert(
    connection: sa.Connection, values: Mapping[str, Sequence[Any]], table: Table, upload_id: int, version: int
) -> int:
    return insert_columns(connection, ROWS[table.name], values, {"upload_id": upload_id, "v_from": version})


def _close_replaced(connection: sa.Connection, values: Mapping[str, Sequence[Any]], table: Table, version: int) -> int:
    """End the current rows that have the key of a row being added; return how many there were."""
    rows = ROWS[table.name]
    current = sa.select(sa.literal(1)).select_from(rows).where(rows.c.v_to.is_(None)).limit(1)
    if connection.execute(current).first() is None:  # a first import need not ask for each of its keys
        return 0
    parts = [sa.bindparam(f"key_{name}", type_=rows.c[name].type) for name in table.key]
    same_key = [there == part for there, part in zip(key_expressions(rows, table), parts, strict=True)]
    close = sa.update(rows).where(rows.c.v_to.is_(None), *same_key).values(v_to=version)
    keys = [
        {
            f"key_{name}": empty if part is None else part
            for name, part, empty in zip(table.key, key, empty_in_key(table), strict=True)
        }
        for key in zip(*(values[name] for name in table.key), strict=True)
    ]
    if keys:
        connection.execute(close, keys)
    closed = sa.select(sa.func.count()).select_from(rows).where(rows.c.v_to == version)
    return int(connection.execute(closed).scalar_one())
