"""What a centre said of its system's columns, kept beside the store so that it need be said once.

A file a centre, written whole or not at all. Headings are kept as hashes only: nothing of a file can be read back.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from toolkit.errors import InputError
from toolkit.intake.mapping.mapping import Proposal
from toolkit.intake.review.headings import plain
from toolkit.tables import Table

FOLDER = "mappings"
MOST_KEPT = 20
"""How many layouts are kept of a centre and table; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What was said of files with certain headings.

    Parameters
    ----------
    columns
        The table's column by the position in the file at hand.
    declared
        What was declared of the whole upload, such as which way the scale runs.
    """

    columns: Mapping[int, str]
    declared: Mapping[str, str]


def remember(
    store_folder: Path,
    centre_id: str,
    table: Table,
    proposal: Proposal,
    columns: Mapping[int, str],
    declared: Mapping[str, str],
) -> None:
    """Keep what a centre said of a file's columns; what was said before of the same headings is replaced.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    path = _path(store_folder, centre_id)
    known = [one for one in _known(path) if not _is_of(one, table, proposal.headings)]
    headings = {one.position: _hash(one.heading) for one in proposal.suggestions}
    known.append(
        {
            "table": table.name,
            "headings": _key(proposal.headings),
            "columns": {headings[at]: name for at, name in sorted(columns.items()) if name and at in headings},
            "declared": dict(sorted(declared.items())),
        }
    )
    try:
        write_whole(path, {"format": 1, "layouts": known[-MOST_KEPT:]})
    except OSError as error:
        raise InputError(f"What was said of the columns cannot be kept: {error.strerror or error}.") from error


def recall(store_folder: Path, centre_id: str, table: Table, proposal: Proposal) -> Remembered | None:
    """Return what the centre said of a file with these headings, in any order; None when it said nothing yet."""
    for one in reversed(_known(_path(store_folder, centre_id))):
        if _is_of(one, table, proposal.headings):
            said = one["columns"]
            columns = {
                each.position: said[_hash(each.heading)] for each in proposal.suggestions if _hash(each.heading) in said
            }
            if set(columns.values()) <= set(table.names):
                return Remembered(columns, one["declared"])
    return None


def last_declared(store_folder: Path, centre_id: str, table: Table) -> dict[str, str]:
    """Return what the centre declared last for a table; empty when it declared nothing yet."""
    for one in reversed(_known(_path(store_folder, centre_id))):
        if one["table"] == table.name:
            return dict(one["declared"])
    return {}


def _path(store_folder: Path, centre_id: str) -> Path:
    return store_folder / FOLDER / f"{quote(centre_id, safe='')}.json"


def _hash(heading: str) -> str:
    return hashlib.sha256(plain(heading).encode()).hexdigest()[:32]


def _key(headings: Sequence[str]) -> list[str]:
    return sorted(map(_hash, headings))


def _is_of(one: Mapping[str, Any], table: Table, headings: Sequence[str]) -> bool:
    return bool(one["table"] == table.name and one["headings"] == _key(headings))


def _known(path: Path) -> list[dict[str, Any]]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        layouts = held["layouts"]
        return [one for one in layouts if {"table", "headings", "columns", "declared"} <= one.keys()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # none yet, or spoilt: it is asked again
        return []


def write_whole(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file of JSON whole or not at all.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
