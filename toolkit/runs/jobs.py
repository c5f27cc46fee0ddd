"""Runs in a process of their own: they go on when the browser closes, can be cancelled, and say where they are.

One at a time for a store. All that is known of a run is in its folder (`toolkit.runs.files`), so that any page
in any browser, and the app after a restart, sees the same.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import toolkit
from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.runs import lock as job_lock
from toolkit.runs.files import (
    CANCELLED,
    LOG,
    PROCESS,
    REQUEST,
    RUNS,
    AskedFor,
    Job,
    now,
    read_job,
    read_json,
    write_json,
)
from toolkit.studies.protocol_file import load_protocol

_GRACE = 5.0  # seconds a run is given to end by itself


class AnotherRun(ToolkitError):
    """A run was asked for while another is under way."""


def start_job(store_folder: Path, protocol: Path, *, by: str, asked_for: AskedFor = "answer") -> Job:
    """Start a run of a protocol on the store as it is now, and return at once.

    Parameters
    ----------
    store_folder
        The store.
    protocol
        The protocol's file.
    by
        Who asks for it.
    asked_for
        The whole answer; a first look, which stops after the primary result; the power, what the records could show;
        or the plan tried on planted effects. Looks and power are kept with the run and not among the results.

    Raises
    ------
    ProtocolError
        When the protocol cannot be used as it is.
    StoreError
        When there is no store.
    AnotherRun
        When a run of this store is under way.
    """
    question = load_protocol(protocol).question
    runs = Store.open(Path(store_folder).resolve()).folder / RUNS
    runs.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(2)}"
    lock = job_lock.take(_lock_file(runs), name)
    if lock is None:
        raise AnotherRun(_under_way(runs))
    try:
        folder = runs / name
        folder.mkdir()
        request = {
            "question": question,
            "protocol": str(Path(protocol).resolve()),
            "store": str(runs.parent),
            "asked_for": asked_for,
            "by": by,
            "started_at": now(),
        }
        write_json(folder / REQUEST, request)
        _launch(folder, lock)
    finally:
        os.close(lock)  # the process has its own hold on it now
    return read_job(folder, is_alive=True)


def jobs(store_folder: Path) -> list[Job]:
    """Return every run of a store, the newest first."""
    runs = Path(store_folder).resolve() / RUNS
    alive = job_lock.holder_of(_lock_file(runs))
    folders = sorted((file.parent for file in runs.glob(f"*/{REQUEST}")), reverse=True)
    return [read_job(folder, is_alive=folder.name == alive) for folder in folders]


def cancel(job: Job, *, by: str = "") -> Job:
    """End a run and everything it started, and return it as it is then; a run that has ended is left as it ended."""
    if not _is_alive(job):
        return read_job(job.folder, is_alive=False)
    write_json(job.folder / CANCELLED, {"by": by, "at": now()})
    for how in (signal.SIGTERM, signal.SIGKILL):
        _signal(job, how)
        ends = time.monotonic() + _GRACE
        while _is_alive(job) and time.monotonic() < ends:
            time.sleep(0.05)
        if not _is_alive(job):
            break
    return read_job(job.folder, is_alive=_is_alive(job))


def _launch(folder: Path, lock: int) -> None:
    """Start the process that does the run, in a session of its own, with the package that is running here."""
    command = [sys.executable, "-m", "toolkit.runs.process", str(folder), str(lock)]
    home = Path(toolkit.__file__).resolve().parents[1]
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        process = subprocess.Popen(
            command,
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=(lock,),
        )
    finally:
        os.close(log)
    # The process leads a group of its own number, which stays its own for as long as it lives.
    write_json(folder / PROCESS, {"group": process.pid})
    threading.Thread(target=process.wait, daemon=True).start()  # so that it leaves nothing behind when it ends


def _signal(job: Job, how: signal.Signals) -> None:
    group = read_json(job.folder / PROCESS).get("group")
    if group and _is_alive(job):
        try:
            os.killpg(int(group), how)
        except ProcessLookupError:
            return  # it ended in between


def _is_alive(job: Job) -> bool:
    return job_lock.holder_of(_lock_file(job.folder.parent)) == job.id


def _lock_file(runs: Path) -> Path:
    return runs / "lock"


def _under_way(runs: Path) -> str:
    name = job_lock.holder_of(_lock_file(runs))
    if not name or not (runs / name / REQUEST).is_file():
        return "Another run is just starting. Wait for it to end, or cancel it."
    job = read_job(runs / name, is_alive=True)
    return (
        f"{job.question} is being run already, started by {job.by or 'someone else'}. "
        "Wait for it to end, or cancel it first."
    )


__all__ = ["AnotherRun", "Job", "cancel", "jobs", "start_job"]
