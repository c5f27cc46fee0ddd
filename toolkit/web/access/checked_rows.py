"""What a manager's rows are held against, in a file or written on a page, and what corrects them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from toolkit.accounts.roles import Action
from toolkit.errors import NotPermitted
from toolkit.intake.review.amending import as_file
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.result import Review
from toolkit.intake.review.review import review
from toolkit.records import Receipt
from toolkit.tables import table as table_named
from toolkit.tables.instrument_scale import Instrument
from toolkit.web import lookups
from toolkit.web.access.checked_files import own_families, write_checked
from toolkit.web.access.view import StoreView

SCORES = table_named("progress_scores")
"""The table a manager uploads."""
INSTRUMENTS, ANCHORS = table_named("instruments"), table_named("instrument_anchors")
CORRECTED_HERE = "corrected on the page"
"""What a correction came from, where a file would be named."""
ADDED_HERE = "added on the page"


def key_of(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the key of a stored score, as the store asks for it: ``None`` where a part is empty."""
    return {name: None if pd.isna(row[name]) else _plain(row[name]) for name in SCORES.key}


def _plain(value: Any) -> Any:
    return value.date() if isinstance(value, pd.Timestamp) else value


class CheckedRows(StoreView):
    """The part of a centre manager's view that checks rows and puts stored ones right."""

    __slots__ = ()

    def context(self, declared: Mapping[str, str]) -> ReviewContext:
        """Return what a file of scores is held against: the county's numbers and the centre's own scores."""
        own = self._person.centre_id
        return ReviewContext(
            centre_ids=frozenset(lookups.centre_names(self._store)),
            permitted_centre_ids=frozenset({own}),
            family_ids=frozenset(self._store.renames().all_of("family", lookups.family_ids(self._store))),
            existing=self._store.read(SCORES.name, centre_ids=[own]),
            registrations=self._store.read("registrations", centre_ids=[own]),
            declared=dict(declared),
            own_family_ids=self._own_families(),
            stored_number=lookups.stored_number(self._store),
            instruments=self.instruments(),
        )

    def instruments(self) -> Mapping[str, Instrument]:
        """Return the instruments that scores may name, by number, the built-in first."""
        return self._store.instruments()

    def write_checked(self, found: Review) -> None:
        """Write what a file asks of families of other centres, or refuse it; see `checked_files.write_checked`."""
        write_checked(self._store, self._person, found, self._own_families())

    def not_of_centre(self, family_ids: Iterable[str]) -> frozenset[str]:
        """Return those of some families that neither live in the centre's area nor registered or were scored there."""
        return frozenset(family_ids) - self._own_families()

    def _own_families(self) -> frozenset[str]:
        own = own_families(self._store, self._person.centre_id)
        return frozenset(self._store.renames().all_of("family", own))

    def scores_of(self, number: str) -> pd.DataFrame:
        """Return the centre's stored scores of one family, the oldest first; nothing of another centre's scores.

        Parameters
        ----------
        number
            The family's number, as the centre or as the store has it.
        """
        asked = number.strip()
        stored = lookups.stored_number(self._store)
        numbers = {asked} | (set() if stored is None or not asked else {stored("family", asked)})
        numbers |= {self._store.renames().now("family", one) for one in numbers}
        rows = self._store.read(SCORES.name, centre_ids=[self._person.centre_id])
        return rows[rows["family_id"].isin(numbers)].sort_values("scored_on", ignore_index=True)

    def checked_row(self, stored: Mapping[str, Any], written: Mapping[str, str]) -> Review:
        """Return a review of one row that is to stand in place of a stored one, by the same checks as any file.

        Parameters
        ----------
        stored
            The stored row's key, as `scores_of` has it.
        written
            The row as a person wrote it, by column; the centre is their own, whatever it says.
        """
        own = self._own_scores_but(stored)
        context = replace(self.context({}), existing=own)
        if written.get("family_id", "").strip() == stored["family_id"]:
            context = replace(context, stored_number=None)  # it is written as it is stored
        raw = as_file(SCORES, {**written, "centre_id": self._person.centre_id}, CORRECTED_HERE)
        found = review(raw, SCORES, context)
        self.write_checked(found)
        return found

    def correct(self, stored: Mapping[str, Any], row: pd.DataFrame, *, why: str) -> Receipt:
        """Let a row stand in place of one of the centre's stored scores; see `toolkit.records.Store.replace_row`.

        Raises
        ------
        NotPermitted
            When either is another centre's; the audit then has a line of it.
        """
        others = ({str(stored["centre_id"])} | set(row["centre_id"])) - {self._person.centre_id}
        if others:
            self.audit(action="refused", what=str(Action.CORRECT), detail={"centre_id": min(others)})
            raise NotPermitted("This score is not one of your centre's.")
        return self._store.replace_row(
            SCORES.name, stored, row, by=self._person.name, reason=why, source_name=CORRECTED_HERE
        )

    def history_of(self, stored: Mapping[str, Any]) -> pd.DataFrame:
        """Return every version of one of the centre's stored scores, the oldest first; see `Store.row_history`."""
        if str(stored["centre_id"]) != self._person.centre_id:
            raise NotPermitted("This score is not one of your centre's.")
        return self._store.row_history(SCORES.name, dict(stored))

    def _own_scores_but(self, stored: Mapping[str, Any]) -> pd.DataFrame:
        rows = self._store.read(SCORES.name, centre_ids=[self._person.centre_id])
        same = [key_of(row) == dict(stored) for row in rows.to_dict("records")]
        return rows[[not one for one in same]]

    def checked_instrument(self, written: Mapping[str, str]) -> Review:
        """Return a review of one instrument as a person wrote it, by column; see `toolkit.tables.instruments`."""
        context = ReviewContext(existing=self._store.read(INSTRUMENTS.name))
        return review(as_file(INSTRUMENTS, written, ADDED_HERE), INSTRUMENTS, context)

    def add_instrument(self, rows: pd.DataFrame, anchors: pd.DataFrame) -> Receipt:
        """Store an instrument with what its values mean; one that is stored already is never changed.

        Raises
        ------
        StoreError
            When its number is stored already.
        InputError
            When an anchor is of a value that it does not have.
        """
        frames = {INSTRUMENTS.name: rows} | ({ANCHORS.name: anchors} if len(anchors) else {})
        return self._store.add(frames, by=self._person.name, source_name=ADDED_HERE)
