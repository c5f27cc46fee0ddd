"""One upload in full: who, when, which file, and what it added, altered and took out; or what any version changed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.intake.origin import KINDS, Origin
from toolkit.records.database.renumbered import OF_COLUMN, Rename, renames_by
from toolkit.records.database.schema import AUDIT, ROWS, UPLOAD_TABLES, UPLOADS, VERSIONS
from toolkit.records.rows.changes import Altered, Changes, Rows, TableChanges
from toolkit.records.rows.statements import origin_of
from toolkit.records.rows.uploads import Receipt
from toolkit.tables import TABLES, Table

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That an upload was taken out again: in which version, when, by whom and why."""

    version: int
    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class OneUpload:
    """An upload in full.

    Attributes
    ----------
    receipt
        Its number, version, file, and the rows of each table.
    note
        Why, or anything that was worth remembering.
    origin
        What kind of file it was and as of what day it speaks.
    changes
        What it added, altered and took out. Rows that were erased since are in it no more.
    told
        The counts of each table as they were told when it was stored; empty for what was stored without them.
    renames
        The numbers it changed.
    withdrawn
        That it was taken out again; ``None`` while it stands.
    """

    receipt: Receipt
    note: str
    origin: Origin
    changes: Changes
    told: Mapping[str, Mapping[str, int]]
    renames: tuple[Rename, ...]
    withdrawn: Withdrawal | None

    def sentences(self) -> tuple[str, ...]:
        """Return what it is and what became of it, for a person."""
        receipt = self.receipt
        said = [
            f"Upload {receipt.upload_id} (version {receipt.version}): {receipt.source_name}, "
            f"{KINDS[self.origin.kind]}, by {receipt.by} on {receipt.at.day} {receipt.at:%B %Y}.",
        ]
        said += [text for text in (self.origin.sentence, f"Why: {self.note}" if self.note else "") if text]
        for one in self.renames:
            became = "is one with" if one.is_merged else "became"
            said.append(f"{one.kind.capitalize()} {one.old} {became} {one.new}.")
        if self.withdrawn is not None:
            done = self.withdrawn
            why = f", because: {done.why}" if done.why else ""
            said.append(f"Withdrawn in version {done.version} on {done.at.day} {done.at:%B %Y} by {done.by}{why}.")
        added, altered, out = (self.changes.count(what) for what in ("added", "altered", "taken_out"))
        said.append(f"It added {added:,} rows, altered {altered:,} and took out {out:,}.")
        older = sum(counts.get("outdated", 0) for counts in self.told.values())
        if older:
            said.append(f"When it was stored, {older:,} of its rows said otherwise than a later file, which stood.")
        return tuple(said)


def one_upload(connection: sa.Connection, upload_id: int) -> OneUpload:
    """Return an upload in full; see `Store.upload`."""
    row = connection.execute(sa.select(UPLOADS).where(UPLOADS.c.upload_id == upload_id)).mappings().first()
    if row is None:
        raise StoreError(f"The store has no upload {upload_id}. See which there are: toolkit uploads list")
    of_it = UPLOAD_TABLES.c.upload_id == upload_id
    counts = connection.execute(sa.select(UPLOAD_TABLES.c.table, UPLOAD_TABLES.c.rows).where(of_it))
    about = {name: row[name] for name in ("upload_id", "version", "at", "by", "source_name", "content_hash")}
    return OneUpload(
        Receipt(rows=MappingProxyType({name: count for name, count in counts}), **about),
        row["note"],
        origin_of(row),
        changes_in(connection, row["version"]),
        _told(connection, upload_id),
        renames_by(connection, upload_id),
        _withdrawal(connection, row["withdrawn_in"]),
    )


def changes_in(connection: sa.Connection, version: int) -> Changes:
    """Return what a version added, altered and took out, by the rows that stand from it and those that end in it."""
    upload = connection.execute(sa.select(UPLOADS.c.upload_id).where(UPLOADS.c.version == version)).scalar()
    renames = () if upload is None else renames_by(connection, upload)
    present = {(one.kind, one.old): one.new for one in renames}
    found = {}
    for name, table in TABLES.items():
        rows = ROWS[name]
        columns = [rows.c[column] for column in table.names]
        began = sa.and_(rows.c.v_from == version, sa.or_(rows.c.v_to.is_(None), rows.c.v_to > version))
        ended = sa.and_(rows.c.v_to == version, rows.c.v_from < version)
        after, before = (
            [tuple(row) for row in connection.execute(sa.select(*columns).where(which).order_by(rows.c.row_id))]
            for which in (began, ended)
        )
        if after or before:
            found[name] = _table_changes(table, before, after, present)
    return Changes(MappingProxyType(found))


def _table_changes(
    table: Table, before: Sequence[Values], after: Sequence[Values], present: Mapping[tuple[str, str], str]
) -> TableChanges:
    key_of = [table.names.index(name) for name in table.key]
    kinds = [OF_COLUMN.get(name, "") for name in table.names]

    def under_key(values: Values) -> Values:
        return tuple(present.get((kinds[at], str(values[at])), values[at]) for at in key_of)

    were = {under_key(values): values for values in before}
    if present:  # where two numbers became one, the row that bore the present one goes on
        were |= {tuple(values[at] for at in key_of): values for values in before}
    left = {id(values): values for values in before}
    altered: list[Altered] = []
    added: list[Values] = []
    for values in after:
        was = were.get(tuple(values[at] for at in key_of))
        if was is None:
            added.append(values)
            continue
        left.pop(id(was), None)
        altered += _altered(table, was, values)
    gone = list(left.values())
    if table.name == "referrals":
        more, added, gone = _same_referral(table, added, gone)
        altered += more
    return TableChanges(Rows(table.name, tuple(added)), tuple(altered), Rows(table.name, tuple(gone)))


def _altered(table: Table, was: Values, values: Values) -> Iterator[Altered]:
    columns = {name: both for name, *both in zip(table.names, was, values, strict=True) if both[0] != both[1]}
    if columns:
        key = {name: value for name, value in zip(table.names, values, strict=True) if name in table.key}
        yield Altered(
            MappingProxyType(key), MappingProxyType({name: (old, new) for name, (old, new) in columns.items()})
        )


def _same_referral(
    table: Table, added: Sequence[Values], gone: Sequence[Values]
) -> tuple[list[Altered], list[Values], list[Values]]:
    """Return the referrals that stand under another number of their own as altered, and what is left.

    They are the ones of the same child and day; or the only ones of a child, whose day was put right.
    """
    child, day = table.names.index("child_id"), table.names.index("received_on")
    altered: list[Altered] = []
    new, left = list(added), list(gone)
    for same in ((child, day), (child,)):
        its: dict[Values, list[Values]] = {}
        for one in left:
            its.setdefault(tuple(one[at] for at in same), []).append(one)
        alone = Counter(tuple(one[at] for at in same) for one in new) if its else Counter()
        unpaired = []
        for values in new:
            about = tuple(values[at] for at in same)
            others = its.get(about, [])
            if others and (len(same) == 2 or len(others) == alone[about] == 1):
                altered += _altered(table, others.pop(0), values)
            else:
                unpaired.append(values)
        new, left = unpaired, [one for others in its.values() for one in others]
    return altered, new, left


def _told(connection: sa.Connection, upload_id: int) -> Mapping[str, Mapping[str, int]]:
    lines = sa.select(AUDIT.c.detail).where(
        AUDIT.c.action.in_(("added", "corrected")), AUDIT.c.what == "upload",
        AUDIT.c.detail.contains(f'"upload_id":{int(upload_id)}', autoescape=True),
    )  # fmt: skip
    for text in connection.execute(lines).scalars():
        detail = json.loads(text)
        if detail.get("upload_id") == upload_id:
            return MappingProxyType(dict(detail.get("changes", {})))
    return MappingProxyType({})


def _withdrawal(connection: sa.Connection, version: int | None) -> Withdrawal | None:
    if version is None:
        return None
    done = connection.execute(sa.select(VERSIONS).where(VERSIONS.c.version == version)).mappings().one()
    return Withdrawal(version, done["at"], done["by"], done["note"])
