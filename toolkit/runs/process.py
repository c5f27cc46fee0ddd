"""The process that does one run: ``python -m toolkit.runs.process RUN_FOLDER LOCK``, started by `runs.jobs`.

It gives way to people who use the app, writes where it has got to, and ends with one sentence: what a person can put
right is said as it is; a fault of ours gets a number, under which its log holds the rest.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.progress import Progress, part
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.plans.standing import note_run
from toolkit.publish.sealed.course import course_of
from toolkit.records import Store
from toolkit.runs.answer import SOMEBODY, answer, first_look
from toolkit.runs.files import REQUEST, STATUS, AskedFor, State, asked_for, now, read_json, write_json
from toolkit.runs.planted import keep, try_out
from toolkit.runs.power import work_out
from toolkit.studies.protocol_file import load_protocol

NICE = 10
FIRST_LOOK = "first-look"
_KINDS: Mapping[AskedFor, str] = MappingProxyType(
    {
        "answer": "",
        "first_look": "This was a first look. ",
        "power": "This worked out what these records could show. ",
        "planted": "This tried the plan on planted effects. ",
    }
)
_EVERY = 0.2  # seconds between two writings of where it has got to


class Status:
    """Where the run has got to, on disk."""

    def __init__(self, file: Path, lock: int | None) -> None:
        self.file = file
        self.lock = lock
        self.now: dict[str, Any] = {"state": "running", "step": "Starting", "share": 0.0}
        self._written = 0.0

    def progress(self, step: str, share_done: float) -> None:
        """Write a step, unless one was written just now."""
        is_new = step != self.now["step"]
        self.now |= {"step": step, "share": round(min(max(share_done, 0.0), 1.0), 4)}
        if is_new or time.monotonic() - self._written >= _EVERY:
            self.write()

    def write(self, **changes: Any) -> None:
        """Write the status as it is, with changes."""
        self.now |= changes
        self._written = time.monotonic()
        write_json(self.file, self.now)

    def end(self, state: State, message: str, **changes: Any) -> None:
        """Write how the run ended, and let the next one start."""
        self.write(state=state, message=message, ended_at=now(), **changes)
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def main(folder: Path, lock: int | None = None) -> int:
    """Do the run that a folder asks for, and return the exit code.

    Parameters
    ----------
    folder
        The run's own folder.
    lock
        The file descriptor by which this process holds the store's lock.
    """
    os.nice(NICE)
    status = Status(folder / STATUS, lock)
    status.write()

    def fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        number = fault_number(error)
        sys.stderr.write(f"{now()} fault {number}\n{''.join(traceback.format_exception(kind, error, trace))}")
        status.end("failed", _fault_sentence(number))

    sys.excepthook = fault
    request = read_json(folder / REQUEST)
    try:
        done = _run(folder, request, status.progress)
    except ToolkitError as error:
        sys.stderr.write(f"{now()} {error}\n")
        status.end("failed", str(error))
        return 2
    kept = done.relative_to(Path(request["store"])).as_posix()
    status.end(
        "done", _done_sentence(request) + _sealed_sentence(request, done), step="Done", share=1.0, result_folder=kept
    )
    return 0


def _run(folder: Path, request: dict[str, Any], progress: Progress) -> Path:
    """Do the run and return the folder of what it made."""
    progress("Reading the protocol", 0.0)
    protocol = load_protocol(Path(request["protocol"]))
    store = Store.open(Path(request["store"]))
    if asked_for(request) != "power":  # which looks at nothing that became of the joiners
        note_run(store, protocol, by=request.get("by", ""))
    progress("Taking a snapshot of the records", 0.0)
    snapshot, rest = store.snapshot(), part(progress, 0.05, 1.0)
    asked = asked_for(request)
    if asked == "power":
        return work_out(protocol, snapshot, folder, progress=rest)
    if asked == "planted":
        found = try_out(protocol, snapshot, progress=rest)
        return keep(found, protocol, snapshot, store.folder, by=request.get("by") or SOMEBODY)
    whose: dict[str, Any] = {"store_folder": store.folder, "by": request.get("by") or SOMEBODY}
    if asked == "answer":
        return answer(protocol, snapshot, **whose, progress=rest).folder
    look = first_look(protocol, snapshot, **whose, progress=part(rest, 0.0, 0.95))
    return write_bundle(look.result, look.verdict, folder / FIRST_LOOK)


def fault_number(error: BaseException) -> str:
    """Return the number of a fault: the same for the same error from the same place, and saying nothing of the data."""
    frames = [f"{Path(frame.filename).name}:{frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return hashlib.sha256("\n".join([type(error).__name__, *frames]).encode()).hexdigest()[:8]


def _fault_sentence(number: str) -> str:
    return (
        f"Something went wrong in the toolkit itself: fault {number}. Earlier results are as they were. "
        "Tell whoever looks after it the number; the log of this run has the rest."
    )


def _done_sentence(request: dict[str, Any]) -> str:
    took = datetime.now(UTC) - datetime.fromisoformat(request["started_at"])
    return f"{_KINDS[asked_for(request)]}It took {_in_words(took.total_seconds())}. Earlier results are as they were."


def _sealed_sentence(request: dict[str, Any], done: Path) -> str:
    """Return that nobody sees the answer yet, where it is sealed."""
    if asked_for(request) != "answer" or course_of(Store.open(Path(request["store"])), done).is_open:
        return ""
    return " Its answer is sealed until an early intervention lead opens it."


def _in_words(seconds: float) -> str:
    if seconds < 90:
        return f"{max(round(seconds), 1)} seconds" if round(seconds) > 1 else "a second"
    return f"{round(seconds / 60)} minutes"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *map(int, sys.argv[2:])))
