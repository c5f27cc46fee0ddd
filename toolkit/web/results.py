"""Which result bundles a page shows: the newest of a question for staff, the published one for members."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.publish.bundle.bundle import read_bundle
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.members.model import MemberView
from toolkit.publish.members.release import published_view
from toolkit.records import Store
from toolkit.records.erasure.erased_files import erasure_mark
from toolkit.runs.answer import latest
from toolkit.studies.protocol import Protocol

REFERRALS = "rec11_referrals"
PROGRESS = "para73_change"
MONEY = "rec10_worcestershire_series"
MONEY_HERE = "rec10_store_series"
_ORDER = (REFERRALS, PROGRESS, MONEY_HERE, MONEY)


def newest(store: Store, question: str) -> tuple[Path, Bundle] | None:
    """Return the folder and content of a question's newest result, for leads and analysts."""
    folder = latest(store.folder).get(question)
    return None if folder is None else (folder, read_bundle(folder))


def every_result(store: Store) -> dict[Path, Bundle]:
    """Return every result of the store by its folder, the newest first, for analysts."""
    files = sorted((store.folder / "results").glob("*/*/result.json"), key=lambda file: -file.stat().st_mtime_ns)
    return {file.parent: read_bundle(file.parent) for file in files}


@dataclass(frozen=True, slots=True)
class Published:
    """A published answer.

    Attributes
    ----------
    view
        What members may see of it.
    published_at
        When it was published, as the store has it.
    erased
        That somebody in it was erased since, in a sentence; empty where nobody was.
    """

    view: MemberView
    published_at: pd.Timestamp
    erased: str


def published(store: Store) -> list[Published]:
    """Return what members may see of the latest published result of every question."""
    rows = store.publications()
    place = {question: number for number, question in enumerate(_ORDER)}
    shown = []
    for row in rows[rows["is_latest"]].itertuples(index=False):
        view = published_view(store.folder, str(row.question), store.folder / str(row.result))
        erased = erased_since(store.folder / str(row.result))
        shown.append(Published(view=view, published_at=pd.Timestamp(str(row.at)), erased=erased))
    return sorted(shown, key=lambda one: (place.get(one.view.question, len(place)), one.view.question))


def has_been_run(store: Store, protocol: Protocol) -> bool:
    """Whether a protocol, as it is now, has a result on any records."""
    files = (store.folder / "results" / protocol.question).glob("*/result.json")
    return any(f'"protocol_hash": "{protocol.hash}"' in file.read_text(encoding="utf-8") for file in files)


def erased_since(folder: Path) -> str:
    """Return the sentence that somebody in a result was erased since it was made; empty where nobody was."""
    mark = erasure_mark(folder)
    return mark["sentence"] if mark else ""


def is_published(store: Store, folder: Path) -> bool:
    """Whether this very result is what members see now."""
    rows = store.publications()
    here = folder.resolve().relative_to(store.folder.resolve()).as_posix()
    return bool(((rows["result"] == here) & rows["is_latest"]).any())


def published_on(store: Store, question: str) -> pd.Timestamp | None:
    """Return when a result of the question was last published, if ever."""
    rows = store.publications()
    of_it = rows[(rows["question"] == question) & rows["is_latest"]]
    return None if of_it.empty else pd.Timestamp(of_it["at"].iloc[0])
