"""What the audit holds of a result's files: their hashes as they were written, and as an erasure left them.

So a result that was edited, lost rows or was removed is found. A result of before this was written down is in no line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT

WROTE, CLEANED = "wrote", "cleaned"
RESULT, FILES = "result", "files"
_OTHERWISE = ("timings.json", "erased.json", "planted.json")
"""Files beside a result that are not part of it: they come later, or differ from run to run."""
_REMEDY = "Put back a copy of it, or run the protocol again."


@dataclass(frozen=True, slots=True)
class ResultsCheck:
    """What was found of results: each problem as a sentence, and how many of them no line speaks of."""

    problems: tuple[str, ...]
    unknown: int


def written_detail(store_folder: Path, files: Iterable[Path]) -> dict[str, Any]:
    """Return the detail of the line that says which files were written, each with the SHA-256 of its bytes."""
    return {FILES: {_named(file, store_folder): _sha256(file.read_bytes()) for file in sorted(files)}}


def files_of_result(folder: Path) -> list[Path]:
    """Return the files of a result's folder that are as they were for ever."""
    return [
        file
        for file in sorted(folder.iterdir())
        if file.is_file() and file.name not in _OTHERWISE and not file.name.endswith(".part")
    ]


def cleaned_detail(store_folder: Path, made: Mapping[Path, Path | None], erasures: Collection[int]) -> dict[str, Any]:
    """Return the detail of the line that says what an erasure leaves of files; nothing of one that goes.

    Parameters
    ----------
    store_folder
        The store's folder.
    made
        By file, the one that takes its place; ``None`` where it goes.
    erasures
        The numbers of the erasures.
    """
    left = {
        _named(file, store_folder): None if part is None else _sha256(part.read_bytes()) for file, part in made.items()
    }
    return {FILES: left, "erasures": sorted(erasures)}


def check_results(connection: sa.Connection, store_folder: Path) -> ResultsCheck:
    """Return which files of results are not as the audit has them, and how many results it does not speak of."""
    lines = (
        sa.select(AUDIT.c.detail)
        .where(AUDIT.c.action.in_((WROTE, CLEANED)), AUDIT.c.what.in_((RESULT, FILES)))
        .order_by(AUDIT.c.line)
    )
    expected: dict[str, str | None] = {}
    for text in connection.execute(lines).scalars():
        expected |= json.loads(text).get(FILES, {})
    there = [file for file in (store_folder / "results").glob("*/*/result.json")]
    unknown = sum(_named(file, store_folder) not in expected for file in there)
    return ResultsCheck(tuple(_wrong(store_folder, expected)), unknown)


def _wrong(store_folder: Path, expected: Mapping[str, str | None]) -> Iterator[str]:
    for name, sha256 in sorted(expected.items()):
        file = store_folder / name
        if sha256 is None:
            continue  # an erasure removed it; whoever puts one there again is found by what is in it
        try:
            found = _sha256(file.read_bytes())
        except OSError as error:
            missing = isinstance(error, FileNotFoundError)
            yield f"The file {name} is {'missing' if missing else 'not to be read'}. {_REMEDY}"
            continue
        if found != sha256:
            yield f"The file {name} is not as it was written: it was changed since. {_REMEDY}"


def _named(file: Path, store_folder: Path) -> str:
    return file.resolve().relative_to(store_folder.resolve()).as_posix()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
