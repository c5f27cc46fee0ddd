"""What is written of a run: a folder ``<store>/runs/<id>`` with what was asked, where it has got to, and its log.

``request.json`` is written once, by whoever starts the run; ``status.json`` by the process that does it, each time as
a whole, so that a reader never sees half of it; ``cancelled.json`` by whoever stops it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from toolkit.records.erasure.erased_files import read_object

AskedFor = Literal["answer", "first_look", "power", "planted"]
State = Literal["queued", "running", "done", "failed", "cancelled", "lost"]
ACTIVE: tuple[State, ...] = ("queued", "running")
RUNS = "runs"
REQUEST, PROCESS, STATUS, CANCELLED = "request.json", "process.json", "status.json", "cancelled.json"
LOG = "log.txt"

LOST = (
    "This run stopped without saying why: the computer was switched off, or something ended it. "
    "Nothing of it was kept. Start it again."
)


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a protocol, as it stood when it was read.

    Attributes
    ----------
    id
        The name of its folder; ids sort by the time they were made.
    question
        The protocol's file name without its ending.
    state
        ``queued`` (asked for, its process not yet up), ``running``, ``done``, ``failed``, ``cancelled`` or ``lost``
        (its process ended without a word).
    step, share
        What is being done, and the share done, from 0 to 1.
    started_at, ended_at
        In UTC; ``ended_at`` is ``None`` while it runs, and where nobody knows.
    by
        Who started it.
    result_folder
        The bundle, once it is done.
    message
        A sentence for people: how it ended.
    folder
        Where the run's own files are.
    asked_for
        The whole ``answer``; a ``first_look``, the primary result only, which is kept with the run and never published;
        the ``power``, what the records could show, which is kept with the run too; or ``planted``, the plan tried on
        planted effects, which is kept beside the answer.
    """

    id: str
    question: str
    state: State
    step: str
    share: float
    started_at: datetime
    ended_at: datetime | None
    by: str
    result_folder: Path | None
    message: str
    folder: Path
    asked_for: AskedFor = "answer"

    @property
    def is_active(self) -> bool:
        """Whether it is still to end."""
        return self.state in ACTIVE


def read_job(folder: Path, *, is_alive: bool) -> Job:
    """Return a run as its files tell it.

    Parameters
    ----------
    folder
        The run's own folder.
    is_alive
        Whether its process was there, asked *before* this: a process says how it ended before it goes.
    """
    request, status = read_json(folder / REQUEST), read_json(folder / STATUS)
    stopped = read_json(folder / CANCELLED)
    state: State = status.get("state", "queued")
    message = status.get("message", "")
    ended_at = _moment(status.get("ended_at"))
    if state in ACTIVE and stopped:
        by = f" by {stopped['by']}" if stopped.get("by") else ""
        state, message = "cancelled", f"Cancelled{by}. Earlier results are as they were."
        ended_at = _moment(stopped.get("at"))
    elif state in ACTIVE and not is_alive:
        state, message = "lost", LOST
    result = status.get("result_folder")
    return Job(
        id=folder.name,
        question=request.get("question", ""),
        state=state,
        step=status.get("step", "Starting"),
        share=float(status.get("share", 0.0)),
        started_at=_moment(request.get("started_at")) or datetime.fromtimestamp(folder.stat().st_mtime, UTC),
        ended_at=ended_at,
        by=request.get("by", ""),
        result_folder=folder.parent.parent / result if result else None,
        message=message,
        folder=folder,
        asked_for=asked_for(request),
    )


def asked_for(request: Mapping[str, Any]) -> AskedFor:
    """Return what a request asks for; those of earlier versions say ``primary_only``."""
    found: AskedFor = request.get("asked_for") or ("first_look" if request.get("primary_only") else "answer")
    return found


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part."""
    part = file.with_name(f".{file.name}.part")
    part.write_text(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(part, file)


def read_json(file: Path) -> dict[str, Any]:
    """Return a file's content; nothing for one that is not there, or is damaged: of its run, the rest is shown."""
    return read_object(file) or {}


def now() -> str:
    """Return this moment in UTC, as the files write it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
