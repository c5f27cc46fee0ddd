"""A backup's file: what may be in it, opened with nothing taken on trust, and the folders it is made in."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from toolkit.errors import StoreError
from toolkit.records.database.location import DATABASE, ELSEWHERE
from toolkit.records.snapshots.snapshot import file_hash
from toolkit.records.upgrade import KEPT, STEPS

FORMAT = 1
MANIFEST = "backup.json"
LEFT_OUT = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", f"{DATABASE}-journal", ELSEWHERE, KEPT)
"""What of a store's folder is never copied: the database is, in its own way, and where it is is said when restoring."""

_NONE = "{file} is not a whole backup"
_HALF_MADE = (".backup-", ".restoring-")
_MOST_TIMES = 100
"""A backup may unpack to so many times its size: a county's is some ten times as large."""
_LEAST_ROOM = 16 * 2**20
_BLOCK = 4096
"""What a file takes on a disk however small it is."""


@contextmanager
def made_apart(parent: Path, prefix: str, *, mode: int = 0o700) -> Iterator[Path]:
    """Give a new folder that is held while something is made in it, and gone afterwards unless it was moved."""
    made = parent / f"{prefix}{uuid4().hex}"
    made.mkdir(mode=mode)
    with _hold(made):
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


def remove_left_behind(parent: Path) -> None:
    """Remove what a killed process left half made in a folder; what is being made now is held, and stays."""
    for left in [path for prefix in _HALF_MADE for path in parent.glob(f"{prefix}*") if path.is_dir()]:
        with suppress(OSError), _hold(left) as is_ours:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _hold(folder: Path) -> Iterator[bool]:
    """Hold a folder, and say whether nobody else does: the system lets go when a process ends, however it ends."""
    try:
        import fcntl
    except ImportError:  # a system without such locks: nothing is held there, and nothing removed
        yield False
        return
    holding = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(holding, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_ours = True
    except BlockingIOError:
        is_ours = False
    try:
        yield is_ours
    finally:
        os.close(holding)


def unpack(file: Path, making: Path) -> dict[str, Any]:
    """Unpack a backup into an empty folder, every file of it checked, and return its manifest.

    Raises
    ------
    StoreError
        When there is none, it is not whole or of a newer version, or holds what no backup holds.
    """
    if not file.is_file():
        raise StoreError(f"There is no backup {file}.")
    try:
        _extract(file, making)
        manifest: dict[str, Any] = json.loads((making / MANIFEST).read_text(encoding="utf-8"))
        is_newer = manifest["format"] > FORMAT or manifest["step"] not in STEPS
        is_whole = manifest["database"] in ("sqlite", "postgresql") and all(
            isinstance(name, str) and isinstance(sha, str) for name, sha in manifest["files"].items()
        )
        is_whole = is_whole and isinstance(manifest["version"], int) and isinstance(manifest["made_at"], str)
    except _NOT_WHOLE as error:
        raise StoreError(f"{_NONE.format(file=file)}, so nothing was restored. Use another one.") from error
    if is_newer:
        raise StoreError(f"{file} was made by a newer version of the toolkit. Install the newer version.")
    if not is_whole:
        raise StoreError(f"{_NONE.format(file=file)}, so nothing was restored. Use another one.")
    _check_files(file, making, manifest["files"])
    return manifest


_NOT_WHOLE = (
    tarfile.TarError, EOFError, ValueError, KeyError, TypeError, AttributeError, FileNotFoundError, zlib.error,
    gzip.BadGzipFile, RecursionError,
)  # fmt: skip


def _extract(file: Path, making: Path) -> None:
    room = _MOST_TIMES * file.stat().st_size + _LEAST_ROOM
    with tarfile.open(file, "r:gz") as tar:
        for member in tar:
            room -= max(member.size, _BLOCK)
            if room < 0:
                raise StoreError(
                    f"{file} is not a whole backup: it unpacks to far more than one does. Nothing was restored."
                )
            name = member.name
            if not (member.isdir() or (member.isreg() and is_in_backup(member.name))):
                raise StoreError(
                    f"{file} is not a whole backup: it holds {name!r}, which none does. Nothing was restored."
                )
            tar.extract(member, making, filter="data")


def is_in_backup(name: str) -> bool:
    """Whether a backup may hold a file of this name: its manifest, the database, and what lies beside it."""
    parts = [part for part in name.split("/") if part != "."]
    if parts == [MANIFEST]:
        return True
    if len(parts) < 2 or ".." in parts:
        return False
    if parts[0] == "database":
        return len(parts) == 2 and (parts[1] == DATABASE or parts[1].endswith(".copy"))
    kept_out = (*LEFT_OUT, MANIFEST, "database", "folder")
    return parts[0] == "folder" and parts[1].casefold() not in kept_out and not any(p.startswith(".") for p in parts)


def _check_files(file: Path, making: Path, listed: Mapping[str, str]) -> None:
    there = {path.relative_to(making).as_posix() for path in making.rglob("*") if path.is_file()} - {MANIFEST}
    wrong = sorted(there ^ set(listed)) or [name for name, sha in listed.items() if file_hash(making / name) != sha]
    if wrong:
        raise StoreError(f"The backup {file} was changed since it was made ({wrong[0]}), so nothing was restored.")
