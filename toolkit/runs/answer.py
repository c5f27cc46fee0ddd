"""From a protocol and a snapshot to an answer on disk: run the study, decide the verdict, write the bundle."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from toolkit.progress import Progress, part, silent
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.sealed.lines import FIRST_LOOK, note_answered, note_sealed, note_seen, place_of
from toolkit.publish.target.checklist import write_target
from toolkit.publish.verdicts.rule import Verdict
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.records import Store
from toolkit.records.audit.result_files import RESULT, WROTE, files_of_result, written_detail
from toolkit.records.database.location import has_store
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.studies.design_record import Sealed, untold
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult
from toolkit.studies.run import STUDIES, run_study

SOMEBODY = "toolkit"
"""Who runs a study, for the audit, where nobody is named."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A study's result with its verdict, and the folder of the bundle that holds both."""

    folder: Path
    result: StudyResult
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A study's primary result and what it says, before it was put to the test."""

    result: StudyResult
    verdict: Verdict


def answer(
    protocol: Protocol,
    snapshot: Snapshot,
    out: Path | None = None,
    *,
    store_folder: Path | None = None,
    seed: int | None = None,
    by: str = SOMEBODY,
    progress: Progress = silent,
) -> Answer:
    """Run a protocol on a snapshot and write the result bundle.

    Where a store is named, its audit is told of a sealed design before the answer is read, and of the bundle once it is
    written.

    Parameters
    ----------
    protocol, snapshot
        What is asked, and of which data.
    out
        The bundle's folder; without it the bundle goes to its place in ``store_folder``.
    store_folder
        The store of the snapshot, whose ``results`` folder the bundle goes to when ``out`` is not given.
    seed
        Replaces the protocol's seed.
    by
        Who runs it, for the audit.
    progress
        Told what is being done.
    """
    store = store_in(store_folder)
    result = run_study(protocol, snapshot, seed=seed, progress=part(progress, 0.0, 0.95), sealed=_told_to(store, by=by))
    progress("Writing the answer", 0.95)
    verdict = verdict_for(result)
    if out is None:
        if store_folder is None:
            raise ValueError("answer() needs out or store_folder")
        out = result_folder(store_folder, result)
    folder = write_bundle(result, verdict, out)
    if STUDIES[protocol.kind].emulates_a_trial:
        write_target(result, protocol, folder)
    if store is not None and place_of(store, folder):
        note_written(store, files_of_result(folder), by=by)
    if store is not None and result.design is not None:
        note_answered(store, result.design, folder, by=by)
    progress("Done", 1.0)
    return Answer(folder, result, verdict)


def first_look(
    protocol: Protocol,
    snapshot: Snapshot,
    *,
    store_folder: Path | None = None,
    seed: int | None = None,
    by: str = SOMEBODY,
    progress: Progress = silent,
) -> FirstLook:
    """Return a protocol's primary result before its checks have run; nothing is written, so nobody can publish it.

    Where a store is named, its audit says that the design was sealed, and that somebody then saw what it answers.
    """
    store = store_in(store_folder)
    told = _told_to(store, by=by)
    result = run_study(protocol, snapshot, seed=seed, primary_only=True, progress=progress, sealed=told)
    if store is not None and result.design is not None:
        note_seen(store, result.design, what=FIRST_LOOK, by=by)
    return FirstLook(result, verdict_for(result))


def note_written(store: Store, files: Iterable[Path], *, by: str) -> None:
    """Write in the audit which files of a result were written, and their hashes, so that a change is found."""
    store.audit(who=by, action=WROTE, what=RESULT, detail=written_detail(store.folder, files))


def store_in(folder: Path | None) -> Store | None:
    """Return the store in a folder; ``None`` where there is none, as in a snapshot's."""
    return Store.open(folder) if folder is not None and has_store(folder) else None


def _told_to(store: Store | None, *, by: str) -> Sealed:
    return untold if store is None else partial(note_sealed, store, by=by)


def result_folder(store_folder: Path, result: StudyResult) -> Path:
    """Return where a store keeps this result: see `folder_of`."""
    return folder_of(
        store_folder,
        result.question,
        protocol_hash=result.protocol_hash,
        snapshot_hash=result.snapshot_hash,
        version=result.version,
        seed=result.seed,
    )


def folder_of(
    store_folder: Path, question: str, *, protocol_hash: str, snapshot_hash: str, version: str, seed: int
) -> Path:
    """Return where a store keeps a result: one folder for each protocol, snapshot, version and seed."""
    four = "\n".join([protocol_hash, snapshot_hash, version, str(seed)])
    return store_folder / "results" / question / hashlib.sha256(four.encode()).hexdigest()[:16]


def latest(store_folder: Path) -> dict[str, Path]:
    """Return the newest bundle of each question in a store, by the time its ``result.json`` was written."""
    newest: dict[str, Path] = {}
    for file in sorted((store_folder / "results").glob("*/*/result.json"), key=lambda file: file.stat().st_mtime_ns):
        newest[file.parent.parent.name] = file.parent
    return newest
