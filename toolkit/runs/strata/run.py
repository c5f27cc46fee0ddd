"""A protocol on a lake, authority by authority, in processes side by side: what fails is tried again, and named.

Each authority that is done is a file of a few kilobytes. A run that was stopped, however roughly, takes up what is
there and does the rest; so does one with more authorities. What another protocol, seed, version or snapshot made is
made again.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from toolkit import __version__
from toolkit.engine.setting import MEMORY
from toolkit.engine.workers import lost_workers
from toolkit.errors import NotReached, ToolkitError
from toolkit.progress import Progress, silent
from toolkit.records.snapshots.bucket_lake import BucketLake
from toolkit.records.snapshots.lake import Lake
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.runs.strata.cost import BEGINNING_MEGABYTES, NEEDED, Cost, cost_of, must_spare
from toolkit.runs.strata.processes import TO_REMOVE, pool, scratch
from toolkit.studies.matched_cohort.strata.nation import Nation, nation_of
from toolkit.studies.matched_cohort.strata.stratum import stratum_sums
from toolkit.studies.matched_cohort.strata.sums import StratumSums
from toolkit.studies.protocol_file import load_protocol

ATTEMPTS = 2
"""How often an authority is tried before it is named as failed."""
PAUSE = 5.0
"""Seconds before what did not end is tried again; as often again for each one in a row that could not be reached."""
GIVE_UP = 5
"""How many in a row that cannot be reached end a run: a lake or an engine that is gone is not waited for by each."""
LOG = "log.txt"
"""The file beside the results that says when each authority was done, tried again or given up, and why."""


@dataclass
class _State:
    """What is known of a run while it goes on."""

    done: dict[str, StratumSums] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)
    unreached: int = 0  # in a row
    last: str = ""  # what the last of them said

    @property
    def is_cut_off(self) -> bool:
        return self.unreached >= GIVE_UP


def run_lake(
    protocol: Path,
    lake: Lake | BucketLake,
    out: Path,
    *,
    processes: int = 1,
    memory_mb: int | None = None,
    seed: int | None = None,
    progress: Progress = silent,
) -> Nation:
    """Run a protocol's primary comparison on every authority of a lake, and put them together.

    Parameters
    ----------
    protocol
        Its file.
    lake
        The authorities.
    out
        Where what is done is kept, and taken up again.
    processes
        How many authorities at a time.
    memory_mb
        What all of them together may take, this process among them. An authority that needs more than its share is run
        one draw at a time, and refused with its size where that is too much as well.
    seed
        Another than the protocol's.
    progress
        Told of each authority.

    Raises
    ------
    InputError
        When no authority could be compared. One that could not be is named in the result.
    """
    asked = load_protocol(protocol)
    seed = asked.seed if seed is None else seed
    state, folder = _State(), Path(out) / "strata"
    folder.mkdir(parents=True, exist_ok=True)
    waiting = []
    for authority in lake.authorities:
        kept = _kept(folder, authority, lake, asked.hash, seed)
        if kept is None:
            waiting.append(authority)
        else:
            state.done[authority] = kept
    each_mb = None if memory_mb is None else max(memory_mb - int(BEGINNING_MEGABYTES), 0) // processes
    with scratch() as brought:
        tasks = {one: _Task(protocol, lake, one, folder, brought, seed, each_mb) for one in waiting}
        _run_all(tasks, state, processes, len(lake.authorities), _logged(Path(out) / LOG, progress))
    nation = nation_of(list(state.done.values()), asked.gates, state.failed)
    progress("Every authority done", 1.0)
    return nation


@dataclass(frozen=True, slots=True)
class _Task:
    """One authority to run, in a process of its own."""

    protocol: Path
    lake: Lake | BucketLake
    authority: str
    folder: Path
    scratch: Path
    seed: int
    memory_mb: int | None


def _logged(log: Path, progress: Progress) -> Progress:
    """Return a progress that also keeps what it is told, with the time; a bar shows one line of it."""

    def told(step: str, share_done: float) -> None:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {step}\n")
        progress(step.partition("\n")[0], share_done)

    return told


def _run_all(tasks: Mapping[str, _Task], state: _State, processes: int, of: int, progress: Progress) -> None:
    already = f", {len(state.done)} of them already" if state.done else ""
    progress(f"Running {len(tasks) + len(state.done)} authorities{already}", len(state.done) / of)

    lost = set(lost_workers())  # before it began

    def ended(authority: str, said: str, why: str = "") -> None:
        count = len(state.done) + len(state.failed)
        for worker, how in lost_workers().items():
            if worker not in lost:
                progress(f"Spark lost a worker, and goes on with what it has\n    {how}", count / of)
                lost.add(worker)
        progress(f"{authority} {said}, {count} of {of}" + (f"\n    {why}" if why else ""), count / of)

    waiting, again = list(tasks), list[str]()
    while waiting and not state.is_cut_off:
        waiting, unsure = _side_by_side(waiting, tasks, state, processes, ended)
        again += unsure
    # When a process dies, whoever was at work beside it is lost too: alone, each is judged by itself.
    if again:
        time.sleep(PAUSE)
    while again and not state.is_cut_off:
        state.attempts[again[0]] = ATTEMPTS - 1
        _side_by_side([again.pop(0)], tasks, state, 1, ended)
    for authority in [*again, *waiting]:
        state.failed[authority] = f"not run to its end, since {GIVE_UP} in a row could not be reached: {state.last}"
        ended(authority, "failed", state.failed[authority])


def _side_by_side(
    waiting: Sequence[str],
    tasks: Mapping[str, _Task],
    state: _State,
    processes: int,
    ended: Callable[..., None],
) -> tuple[list[str], list[str]]:
    """Run authorities until none is left or a process dies; return those not begun, and those to be tried again."""
    left, again, died = deque(waiting), list[str](), False
    with pool(min(processes, len(left))) as running:
        asked: dict[Future[str], str] = {}
        while asked or (left and not died and not state.is_cut_off):
            while left and not died and not state.is_cut_off and len(asked) < processes:
                authority = left.popleft()
                asked[running.submit(_run_one, tasks[authority])] = authority
            for future in wait(asked, return_when=FIRST_COMPLETED).done:
                authority = asked.pop(future)
                died |= isinstance(future.exception(), BrokenProcessPool)
                if not _is_settled(future, authority, state):
                    again.append(authority)
                    ended(authority, "did not end, to be tried again", _why(future.exception()))
                elif authority in state.done:
                    ended(authority, "done")
                else:
                    ended(authority, "failed", state.failed[authority])
                time.sleep(PAUSE * state.unreached)
    return list(left), again


def _is_settled(future: Future[str], authority: str, state: _State) -> bool:
    """Take what one authority's process gave; return whether that is the end of it."""
    state.attempts[authority] = state.attempts.get(authority, 0) + 1
    error = future.exception()
    state.unreached = state.unreached + 1 if isinstance(error, NotReached) else 0
    state.last = str(error) if isinstance(error, NotReached) else state.last
    if error is None:
        state.done[authority] = StratumSums.of_text(future.result())
        return True
    if isinstance(error, ToolkitError) and not isinstance(error, NotReached):  # the same again, however often
        state.failed[authority] = str(error)
        return True
    if state.attempts[authority] < ATTEMPTS:
        return False
    state.failed[authority] = f"tried {ATTEMPTS} times: {_why(error)}"
    return True


def _why(error: BaseException | None) -> str:
    if isinstance(error, BrokenProcessPool):
        return "its process was killed, which is what happens when memory runs out"
    return str(error) if isinstance(error, NotReached) else f"{type(error).__name__}: {error}"


def _run_one(task: _Task) -> str:
    """Run one authority and keep what it adds; the file is there whole or not at all."""
    TO_REMOVE.add(task.scratch)
    asked = load_protocol(task.protocol)
    with task.lake.brought(task.authority, task.scratch) as snapshot:
        sparing = False
        if task.memory_mb is not None:
            os.environ[MEMORY] = str(max(task.memory_mb // 2, 256))  # the other half is for what matches and estimates
            sparing = must_spare(task.authority, cost_of(asked, snapshot), task.memory_mb)
        text = stratum_sums(asked, snapshot, task.authority, task.seed, sparing=sparing).as_text()
    making = task.folder / f".{task.authority}.{os.getpid()}"
    with making.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    making.replace(_file(task.folder, task.authority))
    return text


def _file(folder: Path, authority: str) -> Path:
    return folder / f"{authority}.json"


def _kept(folder: Path, authority: str, lake: Lake | BucketLake, protocol_hash: str, seed: int) -> StratumSums | None:
    """Return what an earlier run kept of an authority, where it is of this protocol, seed, version and snapshot."""
    try:
        found = StratumSums.of_text(_file(folder, authority).read_text(encoding="utf-8"))
        wanted = (protocol_hash, lake.hash_of(authority), seed, __version__)
    # Whatever is wrong is found again, and said, in the run.
    except (OSError, ValueError, TypeError, KeyError, ToolkitError):
        return None
    return found if wanted == (found.protocol_hash, found.snapshot_hash, found.seed, found.version) else None


def plan_lake(protocol: Path, lake: Lake | BucketLake) -> list[tuple[str, Cost]]:
    """Return what each authority will cost, before anything is run; of a bucket, only what tells that is brought."""
    asked, costs = load_protocol(protocol), []
    with scratch() as brought:
        for authority in lake.authorities:
            with lake.brought(authority, brought, NEEDED) as snapshot:
                costs.append((authority, cost_of(asked, snapshot)))
    return costs


def plan_snapshot(protocol: Path, snapshot: Snapshot) -> Cost:
    """Return what one snapshot will cost.

    Raises
    ------
    InputError
        When the protocol is of another kind than a matched cohort.
    """
    return cost_of(load_protocol(protocol), snapshot)
