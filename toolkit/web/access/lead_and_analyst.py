"""What leads and analysts see of the store: every result and run, and for leads what members are shown of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.decisions import decide
from toolkit.publish.members.explore import Explorer, explorer, publish_explorer
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.release import publish_result, withdraw_answer
from toolkit.publish.plans.standing import about_plan
from toolkit.publish.sealed.course import Course, course_of, open_answer
from toolkit.records.decisions import Decision
from toolkit.records.publications import Publication
from toolkit.report.model import Block
from toolkit.report.translation_form import keep_form
from toolkit.report.translations import kept_summaries
from toolkit.runs import jobs
from toolkit.runs.files import AskedFor
from toolkit.runs.jobs import Job
from toolkit.runs.planted import kept_planted
from toolkit.runs.planted_effects import PlantedEffects
from toolkit.runs.power import kept_power
from toolkit.studies.matched_cohort.power import PowerPlan
from toolkit.studies.preregistration import Entry, register
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_editing import save
from toolkit.web import lookups, results
from toolkit.web.access.view import StoreView
from toolkit.web.every_question import Question, every_question, titles
from toolkit.web.results import Published, Waiting


class ResultsStore(StoreView):
    """What leads and analysts share: every result, the money on record, and runs."""

    __slots__ = ()

    def newest(self, question: str) -> tuple[Path, Bundle] | None:
        """Return the folder and content of a question's newest result that is open."""
        return results.newest(self._store, question)

    def waiting(self, question: str) -> Waiting | None:
        """Return the design of a question's newest result, where nobody has opened its answer yet."""
        return results.waiting(self._store, question)

    def newest_of_each(self) -> Mapping[str, tuple[Waiting | None, tuple[Path, Bundle] | None]]:
        """Return what `waiting` and `newest` return of each question that has a result; the audit is read once."""
        return results.newest_of_each(self._store)

    def every_result(self) -> tuple[dict[Path, Bundle], list[Waiting]]:
        """Return every open result by its folder, and those that nobody has opened; the newest first."""
        return results.every_result(self._store)

    def questions(self) -> tuple[str, ...]:
        """Return every question that has a result, or had an answer published."""
        return results.questions(self._store)

    def every_question(self, analyses: Path) -> list[Question]:
        """Return how every question stands, those of a protocol that was not run among them."""
        return every_question(self._store, analyses)

    def titles(self, analyses: Path) -> Mapping[str, str]:
        """Return the title of every protocol that can be read, by its question."""
        return titles(analyses)

    def damaged(self) -> list[str]:
        """Return, as sentences, which results cannot be read and are not among them."""
        return results.damaged(self._store)

    def course(self, folder: Path, bundle: Bundle) -> Course:
        """Return what the audit says of a result: when it was sealed, answered, opened and published, and by whom."""
        return course_of(self._store, folder, bundle)

    def has_been_run(self, protocol: Protocol) -> bool:
        """Whether a protocol, as it is now, has a result on any records."""
        return results.has_been_run(self._store, protocol)

    def is_published(self, folder: Path, record: tuple[Publication, ...] | None = None) -> bool:
        """Whether this very result is what members see now, given its question's record where it was read already."""
        return results.is_published(self._store, folder, record)

    def records(self) -> Mapping[str, tuple[Publication, ...]]:
        """Return what was published and withdrawn of every question, the oldest first."""
        return results.records(self._store)

    def record(self, question: str) -> tuple[Publication, ...]:
        """Return what was published and withdrawn of a question, the oldest first."""
        return self._store.record(question)

    def investments(self) -> pd.DataFrame:
        """Return the spending on record: programme, starts_on, amount_gbp."""
        return self._store.read("investments", columns=["programme", "starts_on", "amount_gbp"])

    def centre_names(self) -> Mapping[str, str]:
        """Return every centre's name by its number."""
        return lookups.centre_names(self._store)

    def jobs(self) -> list[Job]:
        """Return every run, the newest first."""
        return jobs.jobs(self._store.folder)

    def start_job(self, protocol: Path, *, asked_for: AskedFor = "answer") -> Job:
        """Start a run of a protocol; see `toolkit.runs.jobs.start_job`."""
        return jobs.start_job(self._store.folder, protocol, by=self._person.name, asked_for=asked_for)

    def power_of(self, protocol: Protocol) -> PowerPlan | str | None:
        """Return what a run worked out that these records could show; see `toolkit.runs.power.kept_power`."""
        return kept_power(self.jobs(), protocol, self.version)

    def planted_of(self, folder: Path, bundle: Bundle) -> PlantedEffects | None:
        """Return how a result's plan did on planted effects, where it was tried on the same records."""
        return kept_planted(folder, bundle)

    def cancel(self, job: Job) -> Job:
        """End a run and return it as it is then."""
        return jobs.cancel(job, by=self._person.name)


class AnalystStore(ResultsStore):
    """An analyst's: results, runs and the plans of runs, and no way to publish."""

    __slots__ = ()

    def save_plan(self, file: Path, text: str, *, seen: str) -> Protocol:
        """Keep a changed plan; see `toolkit.studies.protocol_editing.save`. The audit has its hash before and after."""
        saved = save(file, text, seen=seen)
        detail = {"question": saved.question, "from": seen, "to": saved.hash}
        self.audit(action="changed", what="plan", detail=detail)
        return saved

    def register_plan(self, file: Path, *, why: str) -> Entry:
        """Register a plan as it is now; see `toolkit.studies.preregistration.register`."""
        entry = register(file, on=datetime.now(UTC).date(), why=why)
        self.audit(action="registered", what="plan", detail={"question": file.stem, "plan": entry.hash, "why": why})
        return entry


class LeadStore(ResultsStore):
    """An early intervention lead's: results and runs, and what members are shown of them."""

    __slots__ = ()

    def open_answer(self, folder: Path) -> None:
        """Open an answer for every lead and analyst; see `toolkit.publish.sealed.course.open_answer`."""
        open_answer(self._store, folder, by=self._person.name)

    def about_plan(self, bundle: Bundle, *, analyses: Path) -> str:
        """Return what members are told first of a result's plan; see `toolkit.publish.plans.standing.about_plan`."""
        return about_plan(self._store, bundle, analyses)

    def preview(self, folder: Path, *, why: str, analyses: Path) -> Published:
        """Return a result as members would see it if it were published now; the audit has a line of it."""
        shown = results.as_members_would(self._store, folder, why=why, by=self._person.name, analyses=analyses)
        self.audit(action="previewed", what="member view", detail={"result": f"{folder.parent.name}/{folder.name}"})
        return shown

    def publish(self, question: str, folder: Path, *, why: str, seen: int, analyses: Path) -> None:
        """Show a result to scrutiny members; see `toolkit.publish.members.release.publish_result`."""
        publish_result(self._store, question, folder, by=self._person.name, why=why, seen=seen, analyses=analyses)

    def withdraw(self, question: str, *, why: str, seen: int) -> None:
        """Take back the answer that members see; see `toolkit.publish.members.release.withdraw_answer`."""
        withdraw_answer(self._store, question, by=self._person.name, why=why, seen=seen)

    def translated(self, views: Sequence[MemberView]) -> tuple[dict[str, tuple[Block, ...]], tuple[str, ...]]:
        """Return the council's translated summaries of answers, and what is wrong with those that are left out."""
        return kept_summaries(self._store.folder, views)

    def add_translation(self, view: MemberView, file_name: str, content: bytes, *, tag: str, name: str) -> None:
        """Keep a translated summary of a published answer; see `toolkit.report.translation_form.keep_form`."""
        kept, digest = keep_form(self._store.folder, view, file_name, content, tag=tag, name=name)
        detail = {"question": view.question, "language": tag, "file": kept.name, "sha256": digest}
        self.audit(action="added", what="translation", detail=detail)

    def published(self, question: str) -> list[Published]:
        """Return the answer to a question that members see now, where one stands."""
        found = results.published(self._store)
        return [one for one in found if isinstance(one, Published) and one.view.question == question]

    def explorer(self) -> Explorer | None:
        """Return the referrals that members may explore now, if anything was published."""
        return explorer(self._store)

    def publish_explorer(self) -> None:
        """Let members explore the referrals the store holds now."""
        publish_explorer(self._store, by=self._person.name)

    def decisions(self) -> tuple[Decision, ...]:
        """Return what was decided on the recommendations, the oldest first."""
        return self._store.decisions()

    def decide(self, about: str, *, words: str, look_again: str, seen: int) -> None:
        """Write down what was decided on a recommendation; see `toolkit.publish.members.decisions.decide`."""
        decide(self._store, about, words=words, look_again=look_again, by=self._person.name, seen=seen)
