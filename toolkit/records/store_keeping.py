"""What is done to a store as a whole: erasing families, keeping rows no longer than is right."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pandas as pd

from toolkit.errors import InputError, StoreError
from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading
from toolkit.records.database.numbers import tell_key
from toolkit.records.database.versions import take_turn
from toolkit.records.erasure.clean_files import finish, unfinished
from toolkit.records.erasure.erase import Erased, erase_rows
from toolkit.records.erasure.rekey import Renamed, rekey_rows
from toolkit.records.erasure.remembered import count_remembered, numbers_erased, remember
from toolkit.records.erasure.retention import RetentionPolicy, due, due_table
from toolkit.records.erasure.whose import check_any, rows_of_people
from toolkit.records.store_publishing import StorePublishing

_SURELY_STOPPED = timedelta(minutes=10)


class StoreKeeping(StorePublishing):
    """The part of `records.Store` that erases."""

    def erase_family(self, family_id: str, by: str, reason: str) -> Erased:
        """Remove a family for good: from every version, the journals, snapshots and row-level files of results.

        Its children go with it, with their referrals and episodes, under every number they had. Earlier versions still
        read, without it. Results keep their totals and are marked
        (`toolkit.records.erasure.erased_files.erasure_mark`). The audit and the list of erasures say that it was done,
        by whom and why, without the family's number. What comes again in a file is
        known by a keyed hash (`erasure.remembered`) and left out.

        Raises
        ------
        StoreError
            When the store holds nothing of it; or the files could not be cleaned yet (it says how to finish).
        """
        return self._erase("family", str(family_id), by=by, reason=reason)

    def erase_child(self, child_id: str, by: str, reason: str) -> Erased:
        """Remove a child for good, as `erase_family` does, whether it stands in a family or in none.

        Its family stays, with the number of children that was recorded of it.

        Raises
        ------
        StoreError
            As `erase_family`.
        """
        return self._erase("child", str(child_id), by=by, reason=reason)

    def _erase(self, what: Literal["family", "child"], number: str, *, by: str, reason: str) -> Erased:
        if not number.strip() or not reason.strip():
            raise InputError(f"To erase a {what}, give its number and the reason.")
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            families, children = ([number], []) if what == "family" else ([], [number])
            whose = rows_of_people(connection, families=families, children=children)
            check_any(whose, what)
            erased = erase_rows(
                connection, whose.rows, numbers=whose.numbers, families=len(families), by=by, kind=what, reason=reason
            )
            remember(connection, erased.erasure_id, families=whose.families, children=whose.children)
            log(who=by, action="erased", what=what, detail=erased.detail)
        self.finish_erasures()
        return erased

    def erased_people(self) -> int:
        """Return how many numbers of families and children are remembered as erased."""
        with reading(self.engine) as connection:
            return count_remembered(connection)

    def erased_among(self, what: Literal["family", "child"], numbers: Collection[str]) -> set[str]:
        """Return those of some numbers that are remembered as erased."""
        with reading(self.engine) as connection:
            return numbers_erased(connection, what, numbers)

    def change_key(self, renamed: Renamed, *, by: str, key_mark: str = "") -> int:
        """Give every pseudonym another one, in every version; return the new version.

        Snapshots are taken again, row-level files of results lose their rows and the results are marked, as after an
        erasure.

        Parameters
        ----------
        renamed
            Kind ("family", "child", "referral") and old pseudonym → new one.
        by
            Who changes the key.
        key_mark
            The mark of the new key, which the store keeps.

        Raises
        ------
        StoreError
            When files could not be cleaned yet (it says how to finish).
        """
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            detail = rekey_rows(connection, renamed, by=by)
            if key_mark:
                tell_key(connection, key_mark)
            log(who=by, action="changed key", what="pseudonyms", detail=detail)
        self.finish_erasures()
        return int(str(detail["version"]))

    def retention_due(self, policy: RetentionPolicy, *, today: date) -> pd.DataFrame:
        """Return what a policy would remove today: rule, table, kept_from, rows, families, why."""
        with reading(self.engine) as connection:
            return due_table(connection, policy, today)

    def apply_retention(self, policy: RetentionPolicy, *, today: date, by: str) -> Erased | None:
        """Remove for good what a policy no longer keeps; return what was removed, ``None`` when nothing was due."""
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            found = due(connection, policy, today)
            if not found.rows:
                return None
            reason = f"retention rules as of {today.isoformat()}"
            erased = erase_rows(
                connection,
                found.rows,
                numbers=found.numbers,
                families=len(found.families),
                by=by,
                kind="retention",
                reason=reason,
            )
            log(who=by, action="erased", what="retention", detail=erased.detail)
        self.finish_erasures()
        return erased

    def finish_erasures(self) -> None:
        """Clean the files after erasures that were interrupted or could not finish; nothing to do is no error.

        Raises
        ------
        StoreError
            When the files still cannot be cleaned.
        """
        finish(self.engine, self.folder, simulated=self.is_simulated)

    def resume_erasures(self) -> None:
        """Finish erasures whose process surely stopped; what cannot be finished now stays for `toolkit erase`."""
        with reading(self.engine) as connection:
            pending = unfinished(connection, before=datetime.now(UTC) - _SURELY_STOPPED)
        if pending:
            with suppress(StoreError):  # the store may be opened all the same; verify-store says what is unfinished
                self.finish_erasures()
