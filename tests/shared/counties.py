"""Simulated counties and their answers, made once for all rooms and workers and kept until what makes them changes.

A county is kept under a hash of its options, of the code and of the libraries that decide its bytes; an answer under
one of the whole toolkit, its protocols and its data. Whoever comes first makes it, the others wait. Nobody is given
what is kept itself: each worker reads copies of its own, and a test that changes a store has a copy to itself.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pickle
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import distributions
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from toolkit.demo import answer_all
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.members.explore import publish_explorer
from toolkit.publish.members.release import has_records, publish_result
from toolkit.records import Snapshot, Store
from toolkit.runs.answer import latest
from toolkit.simulate import County, CountyOptions, simulate_county, write_county
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.result import StudyResult
from toolkit.studies.run import run_study

ROOT = Path(__file__).resolve().parents[2]
MAKES_COUNTIES = ("simulate", "records", "intake", "tables", "wording")
"""The rooms whose code decides what is in a county's store, beside the modules at the top of the package."""

HOUR = 3600
Thing = TypeVar("Thing")


@dataclass
class Counties:
    """The counties of a run of tests.

    Attributes
    ----------
    kept
        The folder in which they outlive the run.
    own
        A folder of this worker's, gone after the run.
    """

    kept: Path
    own: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _read: dict[object, Any] = field(default_factory=dict)

    def county(self, seed: int = 1, scale: str = "tenth", effect: str = "none", **options: float) -> County:
        """Return a county's tables, truth and options: the same object each time, so its frames are not changed."""
        folder = self._county_kept(CountyOptions(seed, scale, effect, **options))
        return self._once(folder / "county.pickle", _unpickle)

    def store(self, seed: int = 1, scale: str = "tenth", effect: str = "none", **options: float) -> Store:
        """Return this worker's store of a county, its snapshot taken: to be read, and not changed."""
        folder = self._store_kept(CountyOptions(seed, scale, effect, **options))
        return self._once(folder / "store", lambda kept: Store.open(shutil.copytree(kept, self._next())))

    def snapshot(self, seed: int = 1, scale: str = "tenth", effect: str = "none", **options: float) -> Snapshot:
        """Return the snapshot of a county's store."""
        return self.store(seed, scale, effect, **options).snapshot()

    def copy(self, to: Path, seed: int = 1, scale: str = "tenth", effect: str = "none", **options: float) -> Store:
        """Copy a county's store to a new folder, where a test may change it."""
        folder = self._store_kept(CountyOptions(seed, scale, effect, **options))
        return Store.open(shutil.copytree(folder / "store", to))

    def answered(self, to: Path, *, published: bool = False) -> Store:
        """Copy to a new folder a county with every analysis run, and published or not."""
        county = self._store_kept(CountyOptions(1, "tenth"))
        kept = self._keep("answered", self.of_answers, {}, lambda out: _answer(county / "store", out / "store"))
        if published:
            answers = kept / "store"
            kept = self._keep("published", self.of_answers, {}, lambda out: _publish(answers, out / "store"))
        return Store.open(shutil.copytree(kept / "store", to))

    def result(self, protocol: Path | Protocol, on: Snapshot, **how: Any) -> StudyResult:
        """Return what a protocol finds on a snapshot, run once however many ask: its frames are not changed."""
        read = load_protocol(protocol) if isinstance(protocol, Path) else protocol
        asked = {"protocol": read.model_dump_json(), "snapshot": on.hash, **how}

        def run(out: Path) -> None:
            (out / "result.pickle").write_bytes(pickle.dumps(run_study(read, on, **how)))

        return self._once(self._keep("result", self.of_answers, asked, run) / "result.pickle", _unpickle)

    @cached_property
    def of_counties(self) -> str:
        """The hash of all that decides a county's bytes, but for its options."""
        return hash_of([*(ROOT / "toolkit" / room for room in MAKES_COUNTIES), *(ROOT / "toolkit").glob("*.py")])

    @cached_property
    def of_answers(self) -> str:
        """The hash of all that decides an answer's bytes, but for the county."""
        return hash_of([ROOT / "toolkit", ROOT / "analyses", ROOT / "data"])

    def remove_stale(self) -> None:
        """Remove what other code made, unless it was used within the hour: that code's tests may be running."""
        with locked(self.kept / "removing.lock"):
            for current in (self.of_counties, self.of_answers):
                (self.kept / current).mkdir(exist_ok=True)
                os.utime(self.kept / current)
            for other in self.kept.iterdir():
                if other.is_dir() and other.stat().st_mtime < time.time() - HOUR:
                    shutil.rmtree(other)

    def _county_kept(self, options: CountyOptions) -> Path:
        return self._keep("county", self.of_counties, options.as_dict(), lambda out: _make(options, out))

    def _store_kept(self, options: CountyOptions) -> Path:
        """Return where a county's store is kept: many tests want the tables alone, which take half as long."""
        county = self._county_kept(options)
        return self._keep("store", self.of_counties, options.as_dict(), lambda out: _store(county, out))

    def _keep(self, kind: str, made_by: str, asked: dict[str, Any], make: Callable[[Path], None]) -> Path:
        """Return the folder in which something is kept, made if it was not there."""
        name = f"{kind}-{hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]}"
        folder = self.kept / made_by / name
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.with_suffix(".lock")):
            if not folder.exists():
                begun = folder.with_suffix(".begun")
                shutil.rmtree(begun, ignore_errors=True)  # of a run that was interrupted
                begun.mkdir()
                make(begun)
                begun.rename(folder)
        return folder

    def _once(self, kept: Path, read: Callable[[Path], Thing]) -> Thing:
        if kept not in self._read:
            self._read[kept] = read(kept)
        return self._read[kept]

    def _next(self) -> Path:
        return self.own / f"county-{next(self._numbers)}"


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Wait for a file's lock and hold it; a process that ends gives it up."""
    with file.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def hash_of(places: Iterable[Path]) -> str:
    """Return a hash of files, with all in folders, of this module, and of the versions of Python and every library."""
    files = {file for place in [*places, Path(__file__)] for file in (place.rglob("*") if place.is_dir() else [place])}
    libraries = sorted(f"{one.name}=={one.version}" for one in distributions())
    found = hashlib.sha256("\n".join([sys.version, *libraries]).encode())
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            found.update(f"\n{file.relative_to(ROOT).as_posix()}\n".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _unpickle(file: Path) -> Any:
    return pickle.loads(file.read_bytes())


def _make(options: CountyOptions, out: Path) -> None:
    (out / "county.pickle").write_bytes(pickle.dumps(simulate_county(options)))


def _store(county: Path, out: Path) -> None:
    write_county(_unpickle(county / "county.pickle"), out / "store").snapshot()


def _answer(county: Path, out: Path) -> None:
    answer_all(Store.open(shutil.copytree(county, out)), publish=False)


def _publish(answered: Path, out: Path) -> None:
    store = Store.open(shutil.copytree(answered, out))
    for question, folder in latest(store.folder).items():
        if not has_records(read_bundle(folder)):
            continue
        publish_result(store, question, folder, by="Early intervention lead")
    publish_explorer(store, by="Early intervention lead")
