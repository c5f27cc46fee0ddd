"""What a person's word changes in a store: numbers, families and centres, each as an upload that can be withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import InputError
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading, trying
from toolkit.records.database.versions import take_turn
from toolkit.records.rows.arriving import arriving, refuse_erased, under_present_numbers
from toolkit.records.rows.by_hand import ByHand, plan_replacing, write_by_hand
from toolkit.records.rows.changes import Changes
from toolkit.records.rows.correct import only_changed
from toolkit.records.rows.families_and_centres import plan_centres_joining, plan_closing, plan_splitting
from toolkit.records.rows.on_instruments import check_on_instruments
from toolkit.records.rows.one_upload import changes_in
from toolkit.records.rows.renumber import What, is_stored, plan_joining, plan_renumbering
from toolkit.records.rows.uploads import Receipt, add_upload, by_hand, upload_detail
from toolkit.records.rows.withdraw import withdraw_upload
from toolkit.records.store_merging import StoreMerging, checked_values


@dataclass(frozen=True, slots=True)
class Changed:
    """What was changed, and what a person should know of it; there is no receipt where it was only tried."""

    receipt: Receipt | None
    changes: Changes
    notices: tuple[str, ...] = ()


class StoreChanging(StoreMerging):
    """The part of `records.Store` that changes numbers, families and centres.

    Every method says who (``by``) and why, makes one upload and one version, and leaves earlier versions as they were.
    With ``dry_run`` it is only tried: what it would change is returned, and nothing is. Each raises `InputError` where
    the reason is missing, and `StoreError` with every problem at once.
    """

    def correct(
        self,
        frames: Mapping[str, pd.DataFrame],
        *,
        by: str,
        source_name: str,
        content_hash: str = "",
        reason: str = "",
    ) -> Receipt:
        """Give stored rows new values under their keys, as one upload and one version; return what was changed.

        The rows as they were stay readable as of earlier versions and in `row_history`. Rows that are stored with the
        very same values are left as they are.

        Raises
        ------
        InputError
            When nothing differs from what is stored, or values cannot be stored.
        StoreError
            When a row's key is not stored (naming it).
        """
        values = checked_values(frames, source_name)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            receipt, changed = _correct(connection, values, by, source_name, content_hash, reason)
            log(who=by, action="corrected", what="upload", detail=upload_detail(connection, receipt, changed))
            return receipt

    def correction_changes(self, frames: Mapping[str, pd.DataFrame]) -> Changes:
        """Return what `correct` would change, changing nothing."""
        values = checked_values(frames, "these corrections")
        with trying(self.engine) as connection:
            take_turn(connection)
            receipt, _ = _correct(connection, values, "", "", "", "")
            return changes_in(connection, receipt.version)

    def replace_row(
        self, table: str, key: Mapping[str, Any], row: pd.DataFrame, *, by: str, reason: str, source_name: str
    ) -> Receipt:
        """Let one row stand in place of a stored one, under another key too; return what was changed.

        It is one upload and one version, and can be withdrawn: then the row stands again as it was.

        Parameters
        ----------
        table
            Its name.
        key
            The stored row's key by column, as `read` gives it; ``None`` where a part is empty.
        row
            The one row that is to stand.
        by, reason, source_name
            Who, why, and where they said it.

        Raises
        ------
        InputError
            When the row says what is stored already, or its values cannot be stored.
        StoreError
            When the row is not stored any more, the new key is another row's, or somebody was erased.
        """
        values = checked_values({table: row}, source_name)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            arrived = arriving(connection, values, again=False)
            refuse_erased(arrived)
            rows = under_present_numbers(connection, arrived).values
            plan = plan_replacing(connection, table, key, {name: given[0] for name, given in rows[table].items()})
            receipt, written = write_by_hand(connection, plan, by=by, source_name=source_name, note=reason)
            check_on_instruments(connection, receipt.rows, receipt.version)
            detail = upload_detail(connection, receipt, written) | {"by_hand": source_name}
            log(who=by, action="corrected", what="upload", detail=detail)
            return receipt

    def renumber(self, what: What, old: str, new: str, *, by: str, why: str, dry_run: bool = False) -> Changed:
        """Give a family or child another number; files that still bear the old one count under the new."""
        return self._by_hand(
            lambda connection: plan_renumbering(connection, what, old, new), f"renumber-{what}", by, why, dry_run
        )

    def join(self, what: What, old: str, into: str, *, by: str, why: str, dry_run: bool = False) -> Changed:
        """Say that two numbers are of one family or child: the second stands for both, now and in files to come."""
        name = "merge-families" if what == "family" else "merge-children"
        return self._by_hand(lambda connection: plan_joining(connection, what, old, into), name, by, why, dry_run)

    def split_family(
        self, family: str, children: Sequence[str], new: str, *, on: date, by: str, why: str, dry_run: bool = False
    ) -> Changed:
        """Put some children of a family in a family of their own from a day on; see `plan_splitting`."""
        return self._by_hand(
            lambda connection: plan_splitting(connection, family, children, new, on), "split-family", by, why, dry_run
        )

    def close_centre(self, centre: str, *, on: date, by: str, why: str, dry_run: bool = False) -> Changed:
        """Close a centre: who is registered there leaves that day, and the events say so."""
        return self._by_hand(lambda connection: plan_closing(connection, centre, on), "close-centre", by, why, dry_run)

    def join_centres(self, centre: str, into: str, *, on: date, by: str, why: str, dry_run: bool = False) -> Changed:
        """Make a centre part of another from a day on; see `plan_centres_joining`."""
        return self._by_hand(
            lambda connection: plan_centres_joining(connection, centre, into, on), "merge-centres", by, why, dry_run
        )

    def holds(self, what: What, number: str) -> bool:
        """Return whether a row of any version is of a family or child."""
        with reading(self.engine) as connection:
            return is_stored(connection, what, number, ever=True)

    def withdrawal_changes(self, upload_id: int) -> Changes:
        """Return what taking an upload out again would change, changing nothing.

        Raises
        ------
        StoreError
            As `Store.withdraw`.
        """
        with trying(self.engine) as connection:
            take_turn(connection)
            return changes_in(connection, withdraw_upload(connection, upload_id, by="", reason=""))

    def _by_hand(
        self, plan_of: Callable[[sa.Connection], ByHand], name: str, by: str, why: str, dry_run: bool
    ) -> Changed:
        if not why.strip():
            raise InputError(f"Say why with --why, without names or numbers of people: toolkit {name} changes records.")
        if dry_run:
            with trying(self.engine) as connection:
                take_turn(connection)
                plan = plan_of(connection)
                receipt, _ = write_by_hand(connection, plan, by=by, source_name=name, note=why)
                return Changed(None, changes_in(connection, receipt.version), tuple(plan.notices))
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            plan = plan_of(connection)
            receipt, written = write_by_hand(connection, plan, by=by, source_name=name, note=why)
            changes = changes_in(connection, receipt.version)
            detail = upload_detail(connection, receipt, written) | {"by_hand": name, "changes": changes.counts()}
            log(who=by, action="corrected", what="upload", detail=detail)
            return Changed(receipt, changes, tuple(plan.notices))


def _correct(
    connection: sa.Connection,
    values: dict[str, dict[str, list[Any]]],
    by: str,
    source_name: str,
    content_hash: str,
    reason: str,
) -> tuple[Receipt, dict[str, dict[str, list[Any]]]]:
    rows = under_present_numbers(connection, arriving(connection, values, again=True))
    changed = only_changed(connection, rows.values)
    receipt = add_upload(
        connection, changed, by=by, source_name=source_name, content_hash=content_hash, note=reason, replaces=True,
        what="corrected", origin=by_hand(),
    )  # fmt: skip
    return receipt, changed
