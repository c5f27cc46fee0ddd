"""What members are shown of a store's results: published with a version, withdrawn with a reason, never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.records.audit.transaction import logged
from toolkit.records.database.connect import reading
from toolkit.records.database.versions import take_turn
from toolkit.records.decisions import Decision, decisions_of, write_decision
from toolkit.records.publications import (
    PUBLISHED,
    Keep,
    Kept,
    Publication,
    figures_kept,
    folder_in_store,
    record_of,
    write_publication,
    write_withdrawal,
)
from toolkit.records.store_reading import StoreReading


class StorePublishing(StoreReading):
    """The part of `records.Store` that publishes."""

    def record(self, question: str | None = None) -> tuple[Publication, ...]:
        """Return what was published and withdrawn of a question, or of all, the oldest first."""
        with reading(self.engine) as connection:
            return record_of(connection, question)

    def publish(
        self,
        question: str,
        result_folder: Path,
        *,
        by: str,
        why: str = "",
        seen: int | None = None,
        keep: Keep | None = None,
    ) -> Publication:
        """Show a result of this store as the answer to a question, as its next version.

        Parameters
        ----------
        question, result_folder
            The question and the folder of the result.
        by, why
            Who does it, and the reason, which is asked from the second version on.
        seen
            The ``publication_id`` of the newest row of the question's record that this person has seen, 0 for none:
            publishing is refused where there is a newer one. ``None`` takes whatever stands.
        keep
            Writes the file that members read, given the version's number; where it fails, nothing is published.

        Raises
        ------
        StoreError
            When the result's folder is not there or not under the store's ``results``, or the state is not as seen.
        InputError
            When a reason is missing, too long, or names a family by its number.
        """
        result = folder_in_store(Path(result_folder), self.folder)
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            made = write_publication(connection, question, result, by=by, why=why, seen=seen, keep=keep)
            about = {"question": question, "result": result, "version": made.version, "why": made.why}
            log(who=by, action="published", what="result", detail={**about, "replaces": made.replaces})
            if made.view:
                detail = {"question": question, "version": made.version, "file": made.view, "sha256": made.view_hash}
                log(who=by, action="exported", what="member view", detail=detail)
            return made

    def withdraw_publication(self, question: str, *, by: str, why: str, seen: int | None = None) -> Publication:
        """Take back the answer that stands to a question; what it said stays on record, and is not shown any more.

        Parameters
        ----------
        question, by, why, seen
            As for `publish`; a reason is always asked.

        Raises
        ------
        StoreError
            When no answer stands, or the state is not as seen.
        InputError
            When the reason is missing, too long, or names a family by its number.
        """
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            made = write_withdrawal(connection, question, by=by, why=why, seen=seen)
            detail = {"question": question, "result": made.result, "version": made.version, "why": made.why}
            log(who=by, action="withdrew", what="publication", detail=detail)
            return made

    def decisions(self, about: str | None = None) -> tuple[Decision, ...]:
        """Return what was decided on a recommendation, or on all of them, the oldest first."""
        with reading(self.engine) as connection:
            return decisions_of(connection, about)

    def decide(
        self,
        about: str,
        *,
        words: str,
        look_again_on: date,
        answer: tuple[str, int],
        by: str,
        seen: int | None = None,
    ) -> Decision:
        """Write down what was decided on a recommendation; what was decided before stays on record.

        Parameters and errors are those of `toolkit.records.decisions.write_decision`.
        """
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            made = write_decision(
                connection, about, words=words, look_again_on=look_again_on, answer=answer, by=by, seen=seen
            )
            detail = {"about": about, "decision": made.decision_id, "words": made.words}
            detail |= {"look again on": f"{look_again_on}", "question": made.question, "version": made.version}
            log(who=by, action="decided", what="decision", detail=detail)
            return made

    def publish_figures(self, what: str, *, by: str, detail: Mapping[str, Any], keep: Keep) -> Kept:
        """Let members look up figures that answer no question, such as those they may explore.

        Parameters
        ----------
        what
            What they are, for the audit.
        by, detail
            Who does it, and what the audit says of them.
        keep
            As for `publish`; given the number of this publication of theirs, from 1.
        """
        with logged(self.engine, self.folder) as (connection, log):
            take_turn(connection)
            kept = keep(len(figures_kept(connection, what)) + 1)
            log(who=by, action=PUBLISHED, what=what, detail={**detail, "file": kept.view, "sha256": kept.view_hash})
            return kept

    def published_figures(self, what: str) -> Kept | None:
        """Return the file of figures that members may look up now; ``None`` where the audit names none."""
        with reading(self.engine) as connection:
            kept = figures_kept(connection, what)
        return kept[-1] if kept else None
