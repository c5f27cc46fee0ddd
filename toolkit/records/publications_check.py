"""Whether what members see is what was published: the record's rows and its files against the audit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT
from toolkit.records.publications import EXPLORER, FOLDER, PUBLISHED, WITHDRAWN, Kept, figures_kept, record_of

_LINES = {
    ("published", "result"): PUBLISHED,
    ("withdrew", "publication"): WITHDRAWN,
    ("exported", "member view"): "view",
}
_Key = tuple[str, int, str]
"""A question, a version, and what was done."""


def wrong_publications(connection: sa.Connection, store_folder: Path) -> Iterator[str]:
    """Yield what is wrong with the files that members read, and rows that the audit has otherwise, as sentences."""
    told, record, before = _told(connection), record_of(connection), _untold(connection)
    for one in record:
        key, named = (one.question, one.version), f"Version {one.version} of {one.question}"
        line, view = told.get((*key, one.what)), told.get((*key, "view"))
        if line is None and (one.view or one.publication_id > before):
            yield f"{named} has no line in the audit."
        for name in ("result", "why", "by"):
            if line is not None and line[name] != getattr(one, name):
                yield f"{named}: the database names another {_WORDS[name]} than the audit, for what was {one.what}."
        if view is not None and (view["file"], view["sha256"]) != (one.view, one.view_hash):
            yield f"{named}: the database names another file for members than the audit."
        if one.view and not one.is_withdrawal:
            yield from _file(store_folder, Kept(one.view, one.view_hash), named)
    there = {(one.question, one.version, one.what) for one in record}
    for question, version, what in sorted(key for key in told if key[2] != "view" and key not in there):
        yield f"Version {version} of {question} was {what} by the audit, and the record of publications has no row."
    for kept in figures_kept(connection, EXPLORER):
        yield from _file(store_folder, kept, "What members may explore")


_WORDS = {"result": "result", "why": "reason", "by": "person"}


def _told(connection: sa.Connection) -> dict[_Key, Mapping[str, Any]]:
    """Return what the lines say of each publication that they number; before format 4 they did not."""
    query = sa.select(AUDIT.c.who, AUDIT.c.action, AUDIT.c.what, AUDIT.c.detail).order_by(AUDIT.c.line)
    told: dict[_Key, Mapping[str, Any]] = {}
    for who, action, what, text in connection.execute(query.where(AUDIT.c.what.in_({what for _, what in _LINES}))):
        did, detail = _LINES.get((action, what)), json.loads(text)
        if did is not None and isinstance(detail.get("version"), int) and "question" in detail:
            told[detail["question"], detail["version"], did] = {**detail, "by": who}
    return told


def _untold(connection: sa.Connection) -> int:
    """Return the number of the last row that may be without a line that numbers it, by the newest upgrade's line."""
    upgrades = sa.select(AUDIT.c.detail).where(AUDIT.c.action == "upgraded", AUDIT.c.what == "store")
    return max((json.loads(text).get("publications", 0) for text in connection.execute(upgrades).scalars()), default=0)


def _file(store_folder: Path, kept: Kept, named: str) -> Iterator[str]:
    file = store_folder / FOLDER / kept.view
    if not file.is_file():
        yield f"{named}: the file that members read is missing ({FOLDER}/{kept.view}). Put back a copy of it."
    elif hashlib.sha256(file.read_bytes()).hexdigest() != kept.view_hash:
        yield f"{named}: the file that members read ({FOLDER}/{kept.view}) was changed after it was published."
