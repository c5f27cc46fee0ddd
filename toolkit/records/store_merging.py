"""What files of other systems say, put together in a store: one row each, whatever came when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from toolkit.errors import InputError
from toolkit.intake.origin import NO_FILE
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading
from toolkit.records.database.schema import SAID
from toolkit.records.database.versions import take_turn
from toolkit.records.rows.arriving import arriving, kept_of, under_present_numbers
from toolkit.records.rows.changes import Changes
from toolkit.records.rows.key_conflicts import check_no_repeats, explain_conflicts
from toolkit.records.rows.uploads import add_upload, by_hand, upload_detail
from toolkit.records.rows.values import values_of
from toolkit.records.store_keeping import StoreKeeping
from toolkit.tables import TABLES
from toolkit.tables import table as table_named

if TYPE_CHECKING:
    from toolkit.intake.origin import Origin
    from toolkit.records.rows.merged import Merged


class StoreMerging(StoreKeeping):
    """The part of `records.Store` that takes in referrals and episodes of several files about the same children."""

    def merge(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        speaks_of: Mapping[str, Sequence[str]],
        origin: Origin,
        by: str,
        source_name: str,
        content_hash: str = "",
        note: str = "",
        again: bool = False,
    ) -> Merged:
        """Store what a file says of referrals and episodes beside what others said, as one upload and one version.

        Every column of a row is the word of the latest file that speaks of it, by the day it speaks of, not by when it
        was imported: so the same files in any order give the same rows, a file that comes twice changes nothing, and
        one that does not speak of a column leaves it. Every word is kept (`row_history` shows them), so an upload can
        be withdrawn whatever came after it.

        Parameters
        ----------
        frames
            Referrals, episodes or both, with exactly their columns.
        speaks_of
            By table, what each row speaks of; see `toolkit.records.rows.statements`.
        origin
            What the file is and as of what day it speaks.
        by, source_name, content_hash, note
            As for `Store.add`.
        again
            Whether rows of families and children that were erased are taken in again; otherwise they are left out,
            and the changes say so.

        Raises
        ------
        InputError
            When a table is neither, there is no row, or values cannot be stored (all named).
        StoreError
            When two rows have the same key.
        """
        from toolkit.records.rows.merge import plan_merge
        from toolkit.records.rows.merged import Merged, write_merge

        values = _checked(frames, speaks_of, source_name)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            rows = arriving(connection, values, again=again)
            if rows.is_empty:
                return Merged(None, rows.told(Changes({}, origin)))
            plan = plan_merge(
                connection, rows.values, kept_of(rows, speaks_of), origin, source_name=source_name,
                content_hash=content_hash,
            )  # fmt: skip
            changes = rows.told(plan.changes)
            if plan.is_empty:
                return Merged(None, changes)
            receipt, written = write_merge(
                connection, plan, origin, by=by, source_name=source_name, content_hash=content_hash, note=note
            )
            detail = upload_detail(connection, receipt, written)
            as_of = {} if origin.as_of is None else {"as_of": origin.as_of.isoformat()}
            detail |= {"changes": changes.counts(), **as_of, **rows.take_in(connection)}
            log(who=by, action="added", what="upload", detail=detail)
            return Merged(receipt, changes)

    def changes_of(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        speaks_of: Mapping[str, Sequence[str]],
        origin: Origin,
        source_name: str,
        content_hash: str = "",
        again: bool = False,
    ) -> Changes:
        """Return what `merge` would change, changing nothing."""
        from toolkit.records.rows.merge import plan_merge

        values = _checked(frames, speaks_of, source_name)
        with reading(self.engine) as connection:
            rows = arriving(connection, values, again=again)
            if rows.is_empty:
                return rows.told(Changes({}, origin))
            plan = plan_merge(
                connection, rows.values, kept_of(rows, speaks_of), origin, source_name=source_name,
                content_hash=content_hash,
            )  # fmt: skip
        return rows.told(plan.changes)

    def fill_in(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        by: str,
        source_name: str,
        content_hash: str = "",
        note: str = "",
        dry_run: bool = False,
        again: bool = False,
    ) -> Merged:
        """Store rows of our own tables that are new, or that fill what is empty in a row stored before.

        A day of leaving, a last day known, an outcome come later: they are stored as a correction, and the row as it
        was stays readable. An empty cell leaves what is stored. Rows that are there already change nothing.

        Parameters
        ----------
        frames, by, source_name, content_hash, note
            As for `Store.add`.
        dry_run
            Whether only to say what would change.
        again
            As for `merge`.

        Raises
        ------
        InputError
            As `Store.add`.
        StoreError
            When two rows have the same key, or a row would put another value in place of a stored one (named).
        """
        from toolkit.records.rows.filling import plan_filling
        from toolkit.records.rows.merged import Merged

        values = checked_values(frames, source_name)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            rows = under_present_numbers(connection, arriving(connection, values, again=again))
            plan = plan_filling(connection, rows.values)
            if plan.conflicts:
                raise explain_conflicts(plan.conflicts)
            changes = rows.told(plan.changes)
            if dry_run or not plan.values:
                return Merged(None, changes)
            what = "corrected" if plan.changes.count("altered") else "added"
            receipt = add_upload(
                connection, plan.values, by=by, source_name=source_name, content_hash=content_hash, note=note,
                replaces=True, what=what, origin=by_hand() if what == "corrected" else NO_FILE,
            )  # fmt: skip
            detail = upload_detail(connection, receipt, plan.values) | {"changes": changes.counts()}
            log(who=by, action=what, what="upload", detail=detail | rows.take_in(connection))
            return Merged(receipt, changes)


def checked_values(frames: Mapping[str, pd.DataFrame], source_name: str) -> dict[str, dict[str, list[Any]]]:
    """Return the values of frames by table and column, having checked them as `Store.add` says."""
    values = {table_named(name).name: values_of(frame, TABLES[name]) for name, frame in frames.items()}
    if not any(len(frame) for frame in frames.values()):
        raise InputError(f"There are no rows to store from {source_name}.")
    for name, columns in values.items():
        check_no_repeats(columns, TABLES[name])
    return values


def _checked(
    frames: Mapping[str, pd.DataFrame], speaks_of: Mapping[str, Sequence[str]], source_name: str
) -> dict[str, dict[str, list[Any]]]:
    if wrong := [name for name in frames if name not in SAID]:
        raise InputError(f"Only {' and '.join(SAID)} are put together from several files, not {', '.join(wrong)}.")
    values = checked_values(frames, source_name)
    for name, frame in frames.items():
        if len(speaks_of.get(name, ())) != len(frame) or not all(speaks_of[name]):
            raise InputError(f"Table {name}: of each row it must be said what it speaks of.")
    return values
