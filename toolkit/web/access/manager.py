"""A centre manager's view of the store: the scores of their own centre, and its uploads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.accounts.roles import Action
from toolkit.errors import NotPermitted
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.files.spreadsheet import read_sheet
from toolkit.intake.mapping import saved
from toolkit.intake.mapping.mapping import Proposal
from toolkit.intake.mapping.saved import Remembered
from toolkit.project_files import ANALYSES
from toolkit.publish.members.own_centre import OwnCentre, own_centre
from toolkit.records import Receipt
from toolkit.records.rows.listed import listed
from toolkit.studies.progress_change.by_half_year import HalfYears
from toolkit.studies.progress_change.one_centre import CentreProgress
from toolkit.studies.progress_change.second_scores import SecondScores
from toolkit.studies.progress_change.spec import ProgressChangeSpec
from toolkit.studies.protocol_file import load_protocol
from toolkit.web import lookups
from toolkit.web.access.checked_files import own_families
from toolkit.web.access.checked_rows import SCORES, CheckedRows
from toolkit.web.access.one_centre import OneCentre
from toolkit.web.results import CENTRES, CHANGE

__all__ = ["ManagerStore", "RawSheet", "Receipt"]


class ManagerStore(CheckedRows):
    """A centre manager's: the scores of the centre they are at work for, and its uploads."""

    __slots__ = ()

    def progress(self) -> CentreProgress:
        """Return how the centre's families moved from their first score to their last."""
        return self._centre.progress()

    def half_years(self) -> HalfYears:
        """Return how many of the centre's families were scored again and how they moved, by half year."""
        return self._centre.half_years()

    def own_centre(self) -> OwnCentre:
        """Return where the centre lies in the published comparison of centres; nothing of another centre's row.

        It takes no number of a centre: there is no other to ask for than the one the person is at work for.
        """
        return own_centre(self._store, CENTRES, self._person.centre_id)

    def second_scores(self, analyses: Path) -> SecondScores:
        """Return which of the centre's families are due a second score, by the waiting time of the protocol.

        Parameters
        ----------
        analyses
            The folder of protocols; the toolkit's own protocol counts where it has none of the scores. In a simulated
            store today is the last day of the centre's records.
        """
        ours = analyses / f"{CHANGE}.toml"
        protocol = load_protocol(ours if ours.is_file() else ANALYSES / ours.name)
        today = None if self.is_simulated else date.today()
        return self._centre.second_scores(today, protocol.spec_as(ProgressChangeSpec).wait_days)

    def scores_to_check(self) -> pd.DataFrame:
        """Return the centre's stored scores that cannot all be right; see `scores_to_check.scores_to_check`."""
        return self._centre.scores_to_check()

    @property
    def has_pseudonyms(self) -> bool:
        """Whether families are stored under pseudonyms in place of the centre's own numbers."""
        return bool(self._store.key_mark)

    def known_as(self, numbers: Iterable[str]) -> Mapping[str, str]:
        """Return the centre's own numbers of its families by their pseudonyms; nothing of other centres' families.

        It is empty where the app was not started with the key of the pseudonyms.
        """
        stored = lookups.stored_number(self._store)
        own = own_families(self._store, self._person.centre_id) if stored is not None else frozenset()
        return {} if stored is None else {one: number for number in numbers if (one := stored("family", number)) in own}

    @property
    def _centre(self) -> OneCentre:
        return OneCentre(self._store, self._person.centre_id)

    def read_file(self, content: bytes, name: str) -> RawSheet:
        """Return the cells of a file that was uploaded; see `toolkit.intake.files.spreadsheet.read_sheet`."""
        return read_sheet(content, name)

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

    def registered(self) -> tuple[str, ...]:
        """Return the numbers of the families that are with the centre now, as they are stored."""
        joined = self._store.read("registrations", centre_ids=[self._person.centre_id])
        here = (joined["centre_id"] == self._person.centre_id) & joined["left_on"].isna()
        return tuple(sorted(set(joined.loc[here, "family_id"])))

    def scored_families(self) -> int:
        """Return how many families the centre has scored, whoever brought the scores."""
        rows = self._store.read(SCORES.name, centre_ids=[self._person.centre_id], columns=["family_id"])
        return int(rows["family_id"].nunique())

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
