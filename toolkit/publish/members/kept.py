"""The files of what members were shown: written once, before the row that shows them, and reckoned with ever after.

A file counts as said from the moment it is there, whether or not its row was kept: a process killed in between has
shown nothing, and what it would have said stays protected.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from toolkit.errors import StoreError, ToolkitError
from toolkit.publish.disclosure import Book, Statement
from toolkit.records.erasure.erased_files import read_object
from toolkit.records.publications import FOLDER, Kept

_RENAMED = {"Individuals": "Family, friends, self", "Council services": "Council"}  # until version 0.1.0
_FAR = 1e7
_TRIES = 5
Files = frozenset[tuple[str, int]]
"""What members may have read so far: every file, with when it was written."""
Done = TypeVar("Done")


class Overtaken(ToolkitError):
    """Something was published while this was being protected, so it must be protected together with that too."""


def until_nobody_overtakes(publish: Callable[[], Done]) -> Done:
    """Publish, anew each time something else was published meanwhile.

    Raises
    ------
    StoreError
        When that goes on.
    """
    for _ in range(_TRIES):
        try:
            return publish()
        except Overtaken:
            continue
    raise StoreError("Others are publishing at this moment, so nothing was published. Try again.")


def published_files(store_folder: Path) -> Files:
    """Return what members may have read so far."""
    files = (store_folder / FOLDER).glob("*/*.json")
    return frozenset((file.as_posix(), file.stat().st_mtime_ns) for file in files)


def write_kept(store_folder: Path, question: str, version: int, content: bytes, *, since: Files) -> Kept:
    """Write the file that members are to read, whole and on disk; call it while other writers wait.

    Raises
    ------
    Overtaken
        When something was published ``since`` it was protected.
    """
    if published_files(store_folder) != since:
        raise Overtaken
    digest = hashlib.sha256(content).hexdigest()
    # Named by its content too: a file that a restored backup brought without its row is not written over.
    file = store_folder / FOLDER / question / f"version-{version}-{digest[:8]}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(part, file)
    return Kept(f"{question}/{file.name}", digest)


def said_before(store_folder: Path, book: Book) -> dict[str, Statement]:
    """Return what earlier publications said of a book's figures, where it can still be true of them.

    Two publications may have hidden different figures of the same records; whoever has kept both knows what either
    showed. Where a figure has changed since, what was said of it is taken to say nothing of what it is now: somebody
    who knows exactly by how much it changed is not reckoned with (SECURITY.md).
    """
    found: dict[str, Statement] = {}
    for said in _every_publication(store_folder):
        for named, (least, most) in said.items():
            name = _as_named_now(named)
            if name in book and least <= book[name] <= most:
                known = found.get(name, Statement(0, _FAR))
                found[name] = Statement(max(known.least, least), min(known.most, most))
    return found


def _as_named_now(name: str) -> str:
    """Return a figure's name with the groups of those who refer called as they are now."""
    for before, now in _RENAMED.items():
        name = name.replace(f"/{before}/", f"/{now}/")
    return name


def _every_publication(store_folder: Path) -> Iterator[Mapping[str, tuple[float, float]]]:
    for file in sorted((store_folder / FOLDER).glob("*/*.json")):
        content = read_object(file)
        said = None if content is None else content.get("said")
        if not isinstance(said, dict):
            raise StoreError(
                f"{file.relative_to(store_folder).as_posix()} is damaged, so what it said to members is not known and "
                "nothing can be protected together with it. Put back a copy of it; until then nothing is published."
            )
        yield said
