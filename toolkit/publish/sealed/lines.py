"""The audit's lines of one answer: its design was sealed, it was answered, somebody opened it.

The first is written by the study itself, between its two stages: before it stands in the audit no outcome of a joiner
is read. The second names the bundle by its hash. The third says who looked at the answer, having seen the design.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from toolkit.records import Store
from toolkit.studies.design_record import DesignRecord

SEALED, ANSWERED, OPENED, PUBLISHED = "sealed", "answered", "opened", "published"
"""Actions, in the order in which they are to stand."""
DESIGN, RESULT, ANSWER = "design", "result", "answer"
"""What was sealed, answered, opened."""
FIRST_LOOK, OUTSIDE = "first look", "answer outside the store"
"""Other ways in which somebody saw what a design would answer."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the audit: its number, when (UTC), who did what, with which detail."""

    number: int
    at: datetime
    who: str
    action: str
    what: str
    detail: Mapping[str, Any]


_READ: WeakKeyDictionary[Store, tuple[int, tuple[Line, ...]]] = WeakKeyDictionary()
"""Of each store, up to which line of the audit it was read, and what was found."""


def lines_of(store: Store, question: str = "") -> tuple[Line, ...]:
    """Return the lines of a question's designs and answers, or of all, the oldest first.

    No line of an audit changes once it is written, so only those are read that were written since the last time.
    """
    read_to, known = _READ.get(store, (0, ()))
    newest, frame = store.audit_since(read_to, (SEALED, ANSWERED, OPENED, PUBLISHED))
    if newest < read_to:  # an older store was put in this one's place
        del _READ[store]
        return lines_of(store, question)
    if newest != read_to:
        known += tuple(map(_line, reversed(frame.to_dict("records"))))
        _READ[store] = (newest, known)
    return tuple(line for line in known if not question or line.detail.get("question") == question)


def note_sealed(store: Store, record: DesignRecord, *, by: str) -> None:
    """Write that a design stands: from here on what became of the joiners may be read."""
    store.audit(who=by, action=SEALED, what=DESIGN, detail=_of(record))


def note_answered(store: Store, record: DesignRecord, folder: Path, *, by: str) -> None:
    """Write that a sealed design was answered, by which result, and the hash of its file."""
    detail = {**_of(record), RESULT: place_of(store, folder), "sha256": hash_of_result(folder)}
    store.audit(who=by, action=ANSWERED, what=RESULT, detail=detail)


def note_seen(store: Store, record: DesignRecord, *, what: str, by: str) -> None:
    """Write that somebody saw what a design answers otherwise than by opening a result of the store."""
    store.audit(who=by, action=OPENED, what=what, detail=_of(record))


def place_of(store: Store, folder: Path) -> str:
    """Return a result's folder relative to the store's; nothing for one that lies elsewhere."""
    here, there = folder.resolve(), store.folder.resolve()
    return here.relative_to(there).as_posix() if here.is_relative_to(there) else ""


def hash_of_result(folder: Path) -> str:
    """Return the SHA-256 (hex) of a bundle's ``result.json``."""
    return hashlib.sha256((folder / "result.json").read_bytes()).hexdigest()


def _line(row: Mapping[Any, Any]) -> Line:
    at, detail = datetime.fromisoformat(row["at"]), json.loads(row["detail"])
    return Line(int(row["line"]), at, row["who"], row["action"], row["what"], detail)


def _of(record: DesignRecord) -> dict[str, Any]:
    return {
        "question": record.question,
        DESIGN: record.hash,
        "plan": record.protocol_hash,
        "data": record.snapshot_hash,
        "toolkit": record.version,
        "seed": record.seed,
    }
