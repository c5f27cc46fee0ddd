"""What can be read from a store: its rows as of any version, who brought them, and what was done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.records.audit.verify import AuditCheck, check_audit, list_lines, newest_line
from toolkit.records.database.connect import reading
from toolkit.records.database.erasures import list_erasures
from toolkit.records.database.numbers import children_of_cases, key_mark, stored_children
from toolkit.records.database.renumbered import Renames, renames_of
from toolkit.records.database.schema import ROWS, UPLOAD_TABLES
from toolkit.records.database.versions import checked_version, current_version, history
from toolkit.records.publications import list_publications
from toolkit.records.rows.changes import Changes
from toolkit.records.rows.compare import Comparison, compare
from toolkit.records.rows.correct import row_history
from toolkit.records.rows.frames import frame_of_arrow
from toolkit.records.rows.one_upload import OneUpload, changes_in, one_upload
from toolkit.records.rows.read import read_arrow
from toolkit.records.rows.uploads import Receipt, find_standing_upload, list_uploads, newest_change
from toolkit.records.rows.values import values_of
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.records.snapshots.take import take_snapshot
from toolkit.records.verify import StoreCheck, check_store
from toolkit.tables import TABLES
from toolkit.tables import table as table_named
from toolkit.tables.instrument_scale import Instrument, instruments_of


class StoreReading:
    """The part of `records.Store` that changes nothing.

    ``folder`` is the store's; ``engine`` the way to its database, for the modules of this room.
    """

    def __init__(self, folder: Path, engine: sa.Engine, facts: Mapping[str, str]) -> None:
        self.folder = folder
        self.engine = engine
        self._facts = dict(facts)

    @property
    def is_simulated(self) -> bool:
        """Whether the rows are simulated."""
        return self._facts["simulated"] == "yes"

    @property
    def version(self) -> int:
        """The newest version: 0 for an empty store, one more with each upload, correction, withdrawal or erasure."""
        with reading(self.engine) as connection:
            return current_version(connection)

    def facts(self) -> dict[str, Any]:
        """Return what the store says of itself: format (int), simulated (bool), created_at (UTC, ISO text), note."""
        plain = {name: self._facts[name] for name in ("created_at", "note")}
        return {"format": int(self._facts["format"]), "simulated": self.is_simulated, **plain}

    def read(
        self,
        table: str,
        *,
        version: int | None = None,
        centre_ids: Collection[str] | None = None,
        columns: Sequence[str] | None = None,
        measures: Collection[str] | None = None,
    ) -> pd.DataFrame:
        """Return the rows of a table, sorted by key, with the dtypes that `records.rows.frames` documents.

        Parameters
        ----------
        table
            Its name.
        version
            An earlier version; the current one when not given.
        centre_ids
            Only the rows of these centres. A family, with its children, their referrals and episodes, belongs to the
            centre of its reach area and to every centre it registered with; registrations and scores belong to the
            centre they name. Investments, events and published counts are about no family and are always given.
        columns
            Only these columns, in this order.
        measures
            Of published counts, only these.

        Raises
        ------
        InputError
            When there is no such table or column.
        StoreError
            When there is no such version.
        """
        asked = table_named(table)
        with reading(self.engine) as connection:
            as_of = checked_version(connection, version)
            found = read_arrow(
                connection, asked, version=as_of, centre_ids=centre_ids, columns=columns, measures=measures
            )
        return frame_of_arrow(found, asked)

    def instruments(self) -> Mapping[str, Instrument]:
        """Return the instruments that scores may name, by number, the built-in first."""
        return instruments_of(self.read("instruments"), self.read("instrument_anchors"))

    def changed_in(self, table: str) -> int:
        """Return the newest version in which a table's rows changed: what was read since then still stands."""
        with reading(self.engine) as connection:
            return newest_change(connection, table_named(table).name)

    def row_history(self, table: str, key: Mapping[str, Any]) -> pd.DataFrame:
        """Return every version of one row, the oldest first.

        Columns: v_from and v_to (it stood from one version until the other; empty while it stands), upload_id,
        source_name, by, at (UTC), then the table's own.

        Parameters
        ----------
        table
            Its name.
        key
            The row's key by column; a part that may be empty may be left out.
        """
        with reading(self.engine) as connection:
            return row_history(connection, table_named(table), key)

    def compare(self, frames: Mapping[str, pd.DataFrame]) -> Comparison:
        """Return which rows of some tables are new, stored already, or stored with other values, changing nothing."""
        values = {table_named(name).name: values_of(frame, TABLES[name]) for name, frame in frames.items()}
        with reading(self.engine) as connection:
            return compare(connection, values)

    def uploads(self) -> pd.DataFrame:
        """Return every upload, the newest first, one row an upload and table.

        Columns: upload_id, at (UTC), by, source_name, content_hash, table, rows, version, withdrawn_in (the version,
        empty while it stands), note, kind (of file, empty for our own tables), as_of (the day it speaks of, if known).
        """
        with reading(self.engine) as connection:
            return list_uploads(connection)

    @property
    def key_mark(self) -> str:
        """The mark of the key that the store's pseudonyms are made with; empty where none was told."""
        with reading(self.engine) as connection:
            return key_mark(connection)

    def joined_children(self) -> tuple[int, int]:
        """Return how many children with referrals or episodes stand in a stored family, and how many there are."""
        with reading(self.engine) as connection:
            children = children_of_cases(connection)
            return len(stored_children(connection, children)), len(children)

    def upload(self, upload_id: int) -> OneUpload:
        """Return one upload in full: who, when, which file, as of when, and what it added, altered and took out.

        Raises
        ------
        StoreError
            When there is no such upload.
        """
        with reading(self.engine) as connection:
            return one_upload(connection, upload_id)

    def changes_in(self, version: int) -> Changes:
        """Return what a version added, altered and took out: an upload, correction or withdrawal.

        Raises
        ------
        StoreError
            When there is no such version.
        """
        with reading(self.engine) as connection:
            checked_version(connection, version)
            return changes_in(connection, version)

    def renames(self) -> Renames:
        """Return the numbers of families and children that were changed, as they stand."""
        with reading(self.engine) as connection:
            return renames_of(connection)

    def find_upload(self, content_hash: str) -> Receipt | None:
        """Return the standing upload of a file with this SHA-256, or ``None``: the same file twice is recognised."""
        with reading(self.engine) as connection:
            return find_standing_upload(connection, content_hash)

    def uploads_only_of(self, table: str, centre_ids: Collection[str]) -> frozenset[int]:
        """Return the uploads of a table alone of which every row, current or not, is of one of these centres."""
        rows = ROWS[table_named(table).name]
        others = sa.func.sum(sa.case((rows.c.centre_id.in_(sorted(centre_ids)), 0), else_=1))
        more = sa.select(UPLOAD_TABLES.c.upload_id).where(UPLOAD_TABLES.c.table != rows.name)
        query = sa.select(rows.c.upload_id).where(rows.c.upload_id.not_in(more))
        query = query.group_by(rows.c.upload_id).having(others == 0)
        with reading(self.engine) as connection:
            return frozenset(connection.execute(query).scalars())

    def versions(self) -> pd.DataFrame:
        """Return every version, the newest first: version, at (UTC), by, what, upload_id, note."""
        with reading(self.engine) as connection:
            return history(connection)

    def publications(self) -> pd.DataFrame:
        """Return every row of the record of publications, the newest first.

        Columns: the fields of `records.publications.Publication`, of withdrawals too; is_latest of its question.
        """
        with reading(self.engine) as connection:
            return list_publications(connection)

    def erasures(self) -> pd.DataFrame:
        """Return every erasure, the newest first: erasure_id, version, at (UTC), by, kind, reason, families, rows."""
        with reading(self.engine) as connection:
            return list_erasures(connection)

    def audit_lines(self, *, last: int | None = None, action: str | Collection[str] = "") -> pd.DataFrame:
        """Return the audit (or its last lines), the newest first: line, at, who, action, what, detail (JSON), hash.

        Parameters
        ----------
        last
            So many lines; all where not given.
        action
            Only lines of this action, or of one of these.
        """
        with reading(self.engine) as connection:
            return list_lines(connection, last=last, action=action)

    def audit_since(self, line: int, action: Collection[str]) -> tuple[int, pd.DataFrame]:
        """Return the number of the audit's last line, and the lines after one of some actions, as `audit_lines`."""
        with reading(self.engine) as connection:
            return newest_line(connection), list_lines(connection, action=action, after=line)

    def check_audit(self) -> AuditCheck:
        """Return whether the audit is as it was written: every line, its place, and the last ones."""
        with reading(self.engine) as connection:
            return check_audit(connection, self.folder)

    def check(self) -> StoreCheck:
        """Return whether the store is whole: database, versions, uploads, audit, snapshots and results."""
        return check_store(self.engine, self.folder)

    def snapshot(self, out: Path | None = None) -> Snapshot:
        """Return a snapshot of the current version, taking it unless the store has it already.

        Parameters
        ----------
        out
            A new folder for it; within the store, ``snapshots/<first 16 of the hash>``, when not given.

        Raises
        ------
        StoreError
            When ``out`` holds something else, or a snapshot taken before was changed since (naming the file).
        """
        place = self.folder / "snapshots"
        return take_snapshot(self.engine, place, simulated=self.is_simulated, out=None if out is None else Path(out))
