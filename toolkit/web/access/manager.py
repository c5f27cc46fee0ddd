"""A centre manager's view of the store: the scores of their own centre, and its uploads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from toolkit.accounts.roles import Action
from toolkit.errors import NotPermitted
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping import saved
from toolkit.intake.mapping.mapping import Proposal
from toolkit.intake.mapping.saved import Remembered
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.result import Review
from toolkit.records import Receipt, Store
from toolkit.records.rows.listed import listed
from toolkit.studies.progress_change.one_centre import CentreProgress, centre_progress
from toolkit.tables import table as table_named
from toolkit.tables.instrument_scale import Instrument
from toolkit.web import lookups
from toolkit.web.access.checked_files import own_families, write_checked
from toolkit.web.access.view import StoreView

__all__ = ["ManagerStore", "RawSheet", "Receipt"]

SCORES = table_named("progress_scores")
"""The table a manager uploads."""


class ManagerStore(StoreView):
    """A centre manager's: the scores of the centre they are at work for, and its uploads."""

    __slots__ = ()

    def progress(self) -> CentreProgress:
        """Return how the centre's families moved from their first score to their last."""
        return centre_progress(_RowsOf(self._store, self._person.centre_id))

    def read_file(self, content: bytes, name: str) -> RawSheet:
        """Return the cells of a file that was uploaded; see `toolkit.intake.files.spreadsheet.read_sheet`."""
        return read_sheet(content, name)

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

    def recall(self, proposal: Proposal) -> Remembered | None:
        """Return what the centre said before of a file with these headings."""
        return saved.recall(self._store.folder, self._person.centre_id, SCORES, proposal)

    def remember(self, proposal: Proposal, columns: Mapping[int, str], declared: Mapping[str, str]) -> None:
        """Keep what the centre says of a file's columns."""
        saved.remember(self._store.folder, self._person.centre_id, SCORES, proposal, columns, declared)

    def last_declared(self) -> Mapping[str, str]:
        """Return what the centre declared last for a file of scores."""
        return saved.last_declared(self._store.folder, self._person.centre_id, SCORES)

    def find_upload(self, content_hash: str) -> Receipt | None:
        """Return the standing upload of this very file, if there is one."""
        return self._store.find_upload(content_hash)

    def add_scores(self, rows: pd.DataFrame, *, source_name: str, content_hash: str, note: str) -> Receipt:
        """Store scores of the manager's own centres as one upload; see `toolkit.records.Store.add`.

        Raises
        ------
        NotPermitted
            When a row is of another centre; the audit then has a line of it.
        """
        others = sorted(set(rows["centre_id"]) - self._person.own_centres)
        if others:
            self.audit(action="refused", what=str(Action.UPLOAD), detail={"centre_id": others[0]})
            raise NotPermitted("These scores are not all of your own centre.")
        return self._store.add(
            {SCORES.name: rows}, by=self._person.name, source_name=source_name, content_hash=content_hash, note=note
        )

    def uploads(self) -> pd.DataFrame:
        """Return the uploads of scores of which every row is the centre's, the newest first, whoever made them."""
        uploads = self._store.uploads()
        return uploads[(uploads["table"] == SCORES.name) & uploads["upload_id"].isin(self._own_uploads())]

    def what_changed(self, upload_id: int) -> tuple[str, ...]:
        """Return what one of the centre's uploads added, altered and took out, in sentences.

        Raises
        ------
        NotPermitted
            When not every row of it is of the centre.
        """
        if upload_id not in self._own_uploads():
            raise NotPermitted("This upload is not one of your centre's.")
        return tuple(listed(self._store.upload(upload_id).changes))

    def withdraw(self, upload_id: int, *, reason: str) -> int:
        """Take one of the centre's uploads out again; return the new version.

        Raises
        ------
        NotPermitted
            When not every row of it is of the centre; the audit then has a line of it.
        """
        if upload_id not in self._own_uploads():
            detail = {"upload_id": upload_id, "centre_id": self._person.centre_id}
            self.audit(action="refused", what=str(Action.WITHDRAW), detail=detail)
            raise NotPermitted("This upload is not one of your centre's.")
        return self._store.withdraw(upload_id, by=self._person.name, reason=reason)

    def _own_uploads(self) -> frozenset[int]:
        return self._store.uploads_only_of(SCORES.name, {self._person.centre_id})


class _RowsOf:
    """The rows of one centre, as a study of that centre reads them."""

    __slots__ = ("_centre_id", "_store")

    def __init__(self, store: Store, centre_id: str) -> None:
        self._store = store
        self._centre_id = centre_id

    def read(self, name: str) -> pd.DataFrame:
        return self._store.read(name, centre_ids=[self._centre_id])
