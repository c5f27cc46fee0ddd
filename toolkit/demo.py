"""The whole road on a simulated county: simulate, store, snapshot, answer every question, publish the answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

from toolkit import __version__
from toolkit.errors import InputError
from toolkit.progress import Progress, part, silent
from toolkit.project_files import ANALYSES
from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.members.explore import publish_explorer
from toolkit.publish.members.release import has_records, publish_result
from toolkit.publish.plans.standing import note_run
from toolkit.publish.sealed.course import open_answer
from toolkit.records import Store
from toolkit.runs.answer import answer
from toolkit.simulate import CountyOptions, simulate_county, write_county
from toolkit.studies.protocol_file import list_protocols, load_protocol

MADE = "demo.json"


def make_demo(folder: Path, options: CountyOptions, *, progress: Progress = silent) -> Store:
    """Make a demo county in a folder that is new or empty, with every analysis in `analyses/` run and published.

    Raises
    ------
    InputError
        When the folder holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty. Name a new folder, or remove this one first.")
    county = simulate_county(options, progress=part(progress, 0.0, 0.4))
    progress("Storing the simulated records", 0.4)
    store = write_county(county, folder)
    answer_all(store, progress=part(progress, 0.55, 1.0))
    (folder / MADE).write_text(json.dumps(_made_from(options), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    progress("Ready", 1.0)
    return store


def answer_all(store: Store, *, publish: bool = True, progress: Progress = silent) -> None:
    """Run every protocol in `analyses/` on the store as it is now, and publish each answer to scrutiny members.

    Each answer is opened once it is there, with its line in the audit. A question that nothing on record is about has
    none to publish.
    """
    progress("Taking a snapshot", 0.0)
    snapshot = store.snapshot()
    protocols = [load_protocol(path) for path in list_protocols(ANALYSES)]
    for i, protocol in enumerate(protocols):
        share = part(progress, 0.1 + 0.9 * i / len(protocols), 0.1 + 0.9 * (i + 1) / len(protocols))
        note_run(store, protocol, by="demo")
        done = answer(protocol, snapshot, store_folder=store.folder, by="demo", progress=share)
        open_answer(store, done.folder, by="demo")
        if publish and has_records(read_bundle(done.folder)):
            publish_result(store, done.result.question, done.folder, by="demo")
    if publish:
        publish_explorer(store, by="demo")


def is_current(folder: Path, options: CountyOptions) -> bool:
    """Whether the folder holds a demo county made by this version of the toolkit with the same options."""
    made = folder / MADE
    return made.is_file() and json.loads(made.read_text(encoding="utf-8")) == _made_from(options)


def remove_demo(folder: Path) -> None:
    """Remove a demo county.

    Raises
    ------
    InputError
        When the folder does not say that it is one: nothing else is ever removed.
    """
    if not folder.exists():
        return
    if not (folder / MADE).is_file() and not (folder / "SIMULATED.txt").is_file() and any(folder.iterdir()):
        raise InputError(f"{folder} is not a demo county, so it is left as it is. Name another folder with --folder.")
    shutil.rmtree(folder)


def _made_from(options: CountyOptions) -> dict[str, object]:
    # The protocols are part of it: a changed analysis must be run again.
    protocols = {path.stem: load_protocol(path).hash for path in list_protocols(ANALYSES)}
    return {"version": __version__, "options": asdict(options), "protocols": protocols}
