"""The store: every row with the upload it came in, and every earlier version still readable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.heads import write_head
from toolkit.records.audit.lines import withheld
from toolkit.records.audit.transaction import logged
from toolkit.records.create import make_tables
from toolkit.records.database import metadata as facts_of_store
from toolkit.records.database.connect import engine_for, reading
from toolkit.records.database.location import checked_url, has_store, name_database, store_url
from toolkit.records.database.versions import take_turn
from toolkit.records.rows.arriving import arriving, check_any_left, refuse_erased, under_present_numbers
from toolkit.records.rows.key_conflicts import explain_clashes
from toolkit.records.rows.uploads import Receipt, add_upload, upload_detail
from toolkit.records.rows.withdraw import withdraw_upload
from toolkit.records.store_changing import StoreChanging
from toolkit.records.store_merging import checked_values
from toolkit.records.upgrade import STEPS, step_of, upgrade


class Store(StoreChanging):
    """A store's folder, with the rows of every table, what was done to them, snapshots and results.

    Open one with `Store.open`, make one with `Store.create`. Several processes may use it at once: readers never
    wait, writers take turns, and each thing done is kept whole or not at all, with its line in the audit.
    """

    @classmethod
    def create(cls, folder: Path, *, simulated: bool = False, note: str = "", database: str | None = None) -> Store:
        """Make an empty store (version 0) in a folder that holds none yet.

        A simulated store says so for ever: in the database, in every snapshot, and in a file ``SIMULATED.txt``.

        Parameters
        ----------
        folder
            A new folder, or one without a store.
        simulated
            Whether its rows will be simulated.
        note
            Anything worth remembering.
        database
            The URL of an empty PostgreSQL database, without its password; SQLite in the folder when not given.

        Raises
        ------
        StoreError
            When the folder or the database holds a store already or cannot be written.
        """
        folder = Path(folder)
        url = None if database is None else checked_url(database)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"A store cannot be made in {folder}: {error.strerror}.") from error
        if url is not None and has_store(folder):
            raise StoreError(f"{folder} holds a store already. Name a new folder.")
        engine = engine_for(store_url(folder) if url is None else url)
        head = make_tables(engine, folder, simulated=simulated, note=note)
        if url is not None:
            name_database(folder, url)
        write_head(folder, head)
        if simulated:
            (folder / "SIMULATED.txt").write_text(facts_of_store.NOTICE + "\n", encoding="utf-8")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open the store in a folder; one made by an older version is upgraded first (see `records.upgrade`).

        An erasure that was interrupted is finished.

        Raises
        ------
        StoreError
            When there is none, or it was made by a newer version of the toolkit.
        """
        folder = Path(folder)
        if not has_store(folder):
            raise StoreError(f"There is no store in {folder}. {facts_of_store.HOW_TO_MAKE_ONE}")
        engine = engine_for(store_url(folder))
        with reading(engine) as connection:
            facts_of_store.check_format(connection, folder)
            is_current = step_of(connection) == STEPS[-1]
        if not is_current:
            upgrade(engine, folder)
        with reading(engine) as connection:
            facts = facts_of_store.read_facts(connection, folder)
        store = cls(folder, engine, facts)
        store.resume_erasures()
        return store

    def add(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        by: str,
        source_name: str,
        content_hash: str = "",
        note: str = "",
        replaces: bool = False,
        again: bool = False,
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
        again
            Whether rows of families and children that were erased may be stored, which otherwise is an error.

        Raises
        ------
        InputError
            When there is no row, a table or column is unknown, or values cannot be stored (all named).
        StoreError
            When two rows have the same key, or a row's key is stored already (naming the key, which upload stored it,
            when, and which columns differ), or somebody was erased.
        """
        values = checked_values(frames, source_name)
        try:
            with logged(self.engine, self.folder) as (connection, log):
                take_turn(connection)
                arrived = arriving(connection, values, again=again)
                refuse_erased(arrived)
                rows = under_present_numbers(connection, arrived)
                check_any_left(rows, source_name)
                values = rows.values
                receipt = add_upload(
                    connection, values, by=by, source_name=source_name, content_hash=content_hash, note=note,
                    replaces=replaces,
                )  # fmt: skip
                detail = upload_detail(connection, receipt, values) | rows.take_in(connection)
                log(who=by, action="added", what="upload", detail=detail)
                return receipt
        except sa.exc.IntegrityError as error:  # explained after the turn is over, so that other writers do not wait
            with reading(self.engine) as connection:
                raise explain_clashes(connection, values) from error

    def withdraw(self, upload_id: int, *, by: str, reason: str = "") -> int:
        """Take an upload out again, so that the store reads as if it had never come; return the new version.

        Rows it had replaced stand again. Earlier versions still read with it. Of uploads that were merged, what stands
        is what the others say.

        Raises
        ------
        StoreError
            When there is no such upload, it was withdrawn already, or a later upload replaced rows of it (named).
        """
        with logged(self.engine, self.folder) as (connection, log):
            version = withdraw_upload(connection, upload_id, by=by, reason=reason)
            log(who=by, action="withdrew", what="upload", detail={"upload_id": int(upload_id), "version": version})
            return version

    def audit(self, *, who: str, action: str, what: str, detail: Mapping[str, Any] | None = None) -> int:
        """Write down who did what: which page was viewed with which filter, what was exported; return the line.

        No family is ever named in it: words in ``what`` and ``detail`` that are the number of a stored family, child
        or referral are written as "[withheld]".

        Raises
        ------
        InputError
            When ``detail`` holds anything but text, numbers, yes/no, lists and mappings of them.
        """
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            said = withheld(connection, {"what": what, "detail": dict(detail or {})})
            return log(who=who, action=action, what=said["what"], detail=said["detail"]).line
