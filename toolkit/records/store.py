"""The store: every row with the upload it came in, and every earlier version still readable."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records import facts as facts_of_store
from toolkit.records.clashes import check_no_repeats, explain_clashes
from toolkit.records.connect import DATABASE, engine_for, reading, store_url, writing
from toolkit.records.frames import frame_of_arrow
from toolkit.records.publications import folder_in_store, list_publications, write_publication
from toolkit.records.reading import read_arrow
from toolkit.records.schema import METADATA
from toolkit.records.snapshot import Snapshot
from toolkit.records.taking import take_snapshot
from toolkit.records.uploads import Receipt, add_upload, find_standing_upload, list_uploads, withdraw_upload
from toolkit.records.values import values_of
from toolkit.records.versions import checked_version, current_version, history, write_first_version
from toolkit.tables import TABLES
from toolkit.tables import table as table_named


class Store:
    """A store's folder, with the rows of every table, what was done to them, snapshots and results.

    Open one with `Store.open`, make one with `Store.create`. Several processes may use it at once: readers never
    wait, writers take turns, and each thing done is kept whole or not at all.
    """

    def __init__(self, folder: Path, engine: sa.Engine, facts: Mapping[str, str]) -> None:
        self.folder = folder
        self._engine = engine
        self._facts = dict(facts)

    @classmethod
    def create(cls, folder: Path, *, simulated: bool = False, note: str = "") -> Store:
        """Make an empty store (version 0) in a folder that holds none yet.

        A simulated store says so for ever: in the database, in every snapshot, and in a file ``SIMULATED.txt``.

        Raises
        ------
        StoreError
            When the folder holds a store already or cannot be written.
        """
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"A store cannot be made in {folder}: {error.strerror}.") from error
        engine = engine_for(store_url(folder))
        with writing(engine) as connection:
            if sa.inspect(connection).has_table("facts"):
                raise StoreError(f"{folder} holds a store already. Name a new folder.")
            METADATA.create_all(connection)
            facts_of_store.write_facts(connection, simulated=simulated, note=note)
            write_first_version(connection)
        if simulated:
            (folder / "SIMULATED.txt").write_text(facts_of_store.NOTICE + "\n", encoding="utf-8")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open the store in a folder.

        Raises
        ------
        StoreError
            When there is none, or it was made by another version of the toolkit.
        """
        folder = Path(folder)
        if not (folder / DATABASE).is_file():
            raise StoreError(f"There is no store in {folder}. {facts_of_store.HOW_TO_MAKE_ONE}")
        engine = engine_for(store_url(folder))
        with reading(engine) as connection:
            return cls(folder, engine, facts_of_store.read_facts(connection, folder))

    @property
    def is_simulated(self) -> bool:
        """Whether the rows are simulated."""
        return self._facts["simulated"] == "yes"

    @property
    def version(self) -> int:
        """The newest version: 0 for an empty store, one more with each upload or withdrawal."""
        with reading(self._engine) as connection:
            return current_version(connection)

    def facts(self) -> dict[str, Any]:
        """Return what the store says of itself: format (int), simulated (bool), created_at (UTC, ISO text), note."""
        plain = {name: self._facts[name] for name in ("created_at", "note")}
        return {"format": int(self._facts["format"]), "simulated": self.is_simulated, **plain}

    def add(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        by: str,
        source_name: str,
        content_hash: str = "",
        note: str = "",
        replaces: bool = False,
    ) -> Receipt:
        """Store the rows of one or more tables as one upload and one version, all or none.

        Parameters
        ----------
        frames
            By table name; exactly the table's columns, in any order, with values as `values.values_of` accepts them.
        by
            Who adds them.
        source_name
            The name of the file or maker they came from.
        content_hash
            The SHA-256 (hex) of that file, by which `find_upload` knows it again.
        note
            Anything worth remembering.
        replaces
            Whether a row may take the place of a stored one with the same key, which otherwise is an error.

        Raises
        ------
        InputError
            When there is no row, a table or column is unknown, or values cannot be stored (all named).
        StoreError
            When two rows have the same key, or a row's key is stored already (naming the key and what is stored).
        """
        values = {table_named(name).name: values_of(frame, TABLES[name]) for name, frame in frames.items()}
        if not any(len(frame) for frame in frames.values()):
            raise InputError(f"There are no rows to store from {source_name}.")
        for name, columns in values.items():
            check_no_repeats(columns, TABLES[name])
        about = {"by": by, "source_name": source_name, "content_hash": content_hash, "note": note}
        try:
            with writing(self._engine) as connection:
                return add_upload(connection, values, **about, replaces=replaces)
        except sa.exc.IntegrityError as error:  # explained after the turn is over, so that other writers do not wait
            with reading(self._engine) as connection:
                raise explain_clashes(connection, values) from error

    def withdraw(self, upload_id: int, *, by: str, reason: str = "") -> int:
        """Take an upload out again, so that the store reads as if it had never come; return the new version.

        Rows it had replaced stand again. Earlier versions still read with it.

        Raises
        ------
        StoreError
            When there is no such upload, it was withdrawn already, or a later upload replaced rows of it (named).
        """
        with writing(self._engine) as connection:
            return withdraw_upload(connection, upload_id, by=by, reason=reason)

    def read(
        self,
        table: str,
        *,
        version: int | None = None,
        centre_ids: Collection[str] | None = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the rows of a table, sorted by key, with the dtypes that `records.frames` documents.

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

        Raises
        ------
        InputError
            When there is no such table or column.
        StoreError
            When there is no such version.
        """
        asked = table_named(table)
        with reading(self._engine) as connection:
            as_of = checked_version(connection, version)
            found = read_arrow(connection, asked, version=as_of, centre_ids=centre_ids, columns=columns)
        return frame_of_arrow(found, asked)

    def uploads(self) -> pd.DataFrame:
        """Return every upload, the newest first, one row an upload and table.

        Columns: upload_id, at (UTC), by, source_name, content_hash, table, rows, version, withdrawn_in (the version,
        empty while it stands), note.
        """
        with reading(self._engine) as connection:
            return list_uploads(connection)

    def find_upload(self, content_hash: str) -> Receipt | None:
        """Return the standing upload of a file with this SHA-256, or ``None``: the same file twice is recognised."""
        with reading(self._engine) as connection:
            return find_standing_upload(connection, content_hash)

    def versions(self) -> pd.DataFrame:
        """Return every version, the newest first: version, at (UTC), by, what, upload_id, note."""
        with reading(self._engine) as connection:
            return history(connection)

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
        return take_snapshot(self._engine, place, simulated=self.is_simulated, out=None if out is None else Path(out))

    def publish(self, question: str, result_folder: Path, *, by: str) -> None:
        """Show a result of this store as the answer to a question, in place of any before it.

        Raises
        ------
        StoreError
            When the result's folder is not there or not under the store's ``results``.
        """
        result = folder_in_store(Path(result_folder), self.folder)
        with writing(self._engine) as connection:
            write_publication(connection, question, result, by=by)

    def publications(self) -> pd.DataFrame:
        """Return every publication, the newest first.

        Columns: question, result (its folder relative to the store's), by, at (UTC), is_latest of its question.
        """
        with reading(self._engine) as connection:
            return list_publications(connection)
