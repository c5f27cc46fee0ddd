"""Which result bundles a page shows: the newest of a question for staff, the published one for members."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from toolkit.errors import StoreError
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.published import (
    CENTRES,
    CHANGE,
    DECISION,
    LOST,
    MEANING,
    MONEY_AREAS,
    MONEY_COUNTY,
    MONEY_PANEL,
    MONEY_REAL,
    MONEY_SYNTHETIC,
    REACH,
    REFERRALS,
    ROLLOUT,
    TRUST,
    Published,
    Withdrawn,
    erased_since,
    in_order,
    published,
    records,
)
from toolkit.publish.members.release import preview
from toolkit.publish.sealed.course import Course, course_by
from toolkit.publish.sealed.lines import Line, hash_of_result, lines_of, place_of
from toolkit.records import Store
from toolkit.records.publications import Publication, standing
from toolkit.runs.answer import latest
from toolkit.studies.design_record import DesignRecord
from toolkit.studies.protocol import Protocol

__all__ = [
    "CENTRES",
    "CHANGE",
    "DECISION",
    "LOST",
    "MEANING",
    "MONEY_AREAS",
    "MONEY_COUNTY",
    "MONEY_PANEL",
    "MONEY_REAL",
    "MONEY_SYNTHETIC",
    "REACH",
    "REFERRALS",
    "ROLLOUT",
    "TRUST",
    "Publication",
    "Published",
    "Waiting",
    "Withdrawn",
    "erased_since",
    "in_order",
    "published",
    "records",
]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A result that nobody has opened: what was known before its answer, and nothing of the answer itself.

    Attributes
    ----------
    folder
        The result's.
    title, recommendation
        What was asked.
    design
        Its design, as it was sealed; ``None`` where its file was changed so that it holds none.
    course
        What the audit says of it.
    """

    folder: Path
    title: str
    recommendation: str
    design: DesignRecord | None
    course: Course


def newest(store: Store, question: str) -> tuple[Path, Bundle] | None:
    """Return the folder and content of a question's newest result that is open, for leads and analysts."""
    return next(((folder, bundle) for folder, bundle, course in _results(store, question) if course.is_open), None)


def waiting(store: Store, question: str) -> Waiting | None:
    """Return a question's newest result where nobody has opened it yet."""
    newest_of_all = next(_results(store, question), None)
    return None if newest_of_all is None or newest_of_all[2].is_open else _waiting(*newest_of_all)


def newest_of_each(store: Store) -> dict[str, tuple[Waiting | None, tuple[Path, Bundle] | None]]:
    """Return, by question, what `waiting` and `newest` return of each; the audit is read once for all."""
    found: dict[str, tuple[Waiting | None, tuple[Path, Bundle] | None]] = {}
    lines = lines_of(store)
    for question in latest(store.folder):
        sealed: Waiting | None = None
        opened: tuple[Path, Bundle] | None = None
        for place, (folder, bundle, course) in enumerate(_results(store, question, lines)):
            if course.is_open:
                opened = (folder, bundle)
                break
            if place == 0:
                sealed = _waiting(folder, bundle, course)
        if sealed or opened:
            found[question] = (sealed, opened)
    return found


def every_result(store: Store) -> tuple[dict[Path, Bundle], list[Waiting]]:
    """Return every open result of the store by its folder, and those that nobody has opened; the newest first."""
    opened, sealed = {}, []
    for folder, bundle, course in _results(store):
        if course.is_open:
            opened[folder] = bundle
        else:
            sealed.append(_waiting(folder, bundle, course))
    return opened, sealed


def _results(
    store: Store, question: str = "*", lines: Sequence[Line] | None = None
) -> Iterator[tuple[Path, Bundle, Course]]:
    """Yield the results of a question, or of all, with what the audit says of each, the newest first.

    Parameters
    ----------
    store, question
        Of which results.
    lines
        The audit's of all questions, where they were read already.
    """
    files = sorted(
        (store.folder / "results").glob(f"{question}/*/result.json"), key=lambda file: -file.stat().st_mtime_ns
    )
    if lines is None:
        lines = lines_of(store) if files else ()
    for folder in (file.parent for file in files):
        try:
            bundle = read_bundle(folder)
        except StoreError:  # `damaged` names it; the others are shown
            continue
        its = tuple(line for line in lines if line.detail.get("question") == bundle.question)
        yield folder, bundle, course_by(its, place_of(store, folder), bundle, hash_of_result(folder))


def run_at(folder: Path) -> datetime:
    """Return when a result was written."""
    return datetime.fromtimestamp((folder / "result.json").stat().st_mtime, tz=UTC)


def damaged(store: Store) -> list[str]:
    """Return, as sentences, which results of the store cannot be read."""
    found = []
    for file in sorted((store.folder / "results").glob("*/*/result.json")):
        try:
            read_bundle(file.parent)
        except StoreError as error:
            found.append(str(error))
    return found


def _waiting(folder: Path, bundle: Bundle, course: Course) -> Waiting:
    return Waiting(folder, bundle.title, bundle.recommendation, bundle.design, course)


def questions(store: Store) -> tuple[str, ...]:
    """Return every question that has a result, or had an answer published, in the order of members' answers."""
    return in_order({*latest(store.folder), *records(store)})


def as_members_would(store: Store, folder: Path, *, why: str, by: str, analyses: Path) -> Published:
    """Return a result as members would see it if it were published now; nothing is published."""
    question = folder.parent.name
    view = preview(store, question, folder, analyses=analyses)
    record = store.record(question)
    versions = [one.version for one in record if not one.is_withdrawal]
    stood = standing(record)
    coming = Publication(
        publication_id=0,
        question=question,
        result=folder.name,
        by=by,
        at=datetime.now(UTC),
        what="published",
        version=max(versions, default=0) + 1,
        why=" ".join(why.split()),
        replaces=None if stood is None else stood.version,
    )
    return Published(view=view, record=(*record, coming), erased=erased_since(folder))


def has_been_run(store: Store, protocol: Protocol) -> bool:
    """Whether a protocol, as it is now, has a result on any records."""
    files = (store.folder / "results" / protocol.question).glob("*/result.json")
    return any(
        f'"protocol_hash": "{protocol.hash}"' in file.read_text(encoding="utf-8", errors="replace") for file in files
    )


def is_published(store: Store, folder: Path, record: tuple[Publication, ...] | None = None) -> bool:
    """Whether this very result is what members see now.

    Parameters
    ----------
    store, folder
        The store, and the result's folder.
    record
        What was published and withdrawn of its question, where it was read already.
    """
    stood = standing(store.record(folder.parent.name) if record is None else record)
    return stood is not None and stood.result == folder.resolve().relative_to(store.folder.resolve()).as_posix()
