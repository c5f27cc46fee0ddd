"""A store in one file, and back: its database as of one moment, snapshots, results and what lies beside them.

The file holds families: keep it where the store itself may be kept, and no longer. What was erased after a backup was
made comes back with it: `restore_backup` says so, and the erasures since must be done again.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.heads import HEADS
from toolkit.records.audit.transaction import logged
from toolkit.records.backup_file import FORMAT, LEFT_OUT, MANIFEST, made_apart, remove_left_behind, unpack
from toolkit.records.database.account_tables import SESSIONS
from toolkit.records.database.connect import DATABASE, engine_for, is_sqlite, reading
from toolkit.records.database.location import checked_url, has_store, name_database
from toolkit.records.database.versions import current_version, take_turn
from toolkit.records.database_copy import copy_database, fill_database
from toolkit.records.snapshots.snapshot import file_hash
from toolkit.records.store import Store
from toolkit.records.upgrade import STEPS


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup's file, and what its manifest says: which version of which store, made when, how many files."""

    file: Path
    sha256: str
    version: int
    made_at: str
    files: int

    def summary(self) -> str:
        """Return one sentence for a person."""
        return f"Backup of version {self.version} made {self.made_at} is in {self.file} ({self.files:,} files)."


def write_backup(store: Store, file: Path, *, by: str) -> Backup:
    """Write a store to one compressed file, which only its owner may read.

    Raises
    ------
    StoreError
        When the file is there already, is inside the store's folder, or cannot be written.
    """
    file = Path(file)
    if file.exists():
        raise StoreError(f"{file} is there already. Name a new file.")
    if file.resolve().is_relative_to(store.folder.resolve()):
        raise StoreError(
            f"{file} is in the store's own folder, where a backup would be lost with it. Name another place."
        )
    remove_left_behind(file.parent)
    try:
        with made_apart(file.parent, ".backup-") as made:
            part = made / "whole.part"
            manifest = _pack(store, made, part)
            os.replace(part, file)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The backup could not be written to {file}: {error}.") from error
    backup = Backup(file, file_hash(file), manifest["version"], manifest["made_at"], len(manifest["files"]))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        log(who=by, action="backed up", what="store", detail={"version": backup.version, "sha256": backup.sha256})
    return backup


def restore_backup(file: Path, folder: Path, *, by: str, database: str | None = None) -> Store:
    """Make a store again from a backup, in a folder that is new or empty; every file is checked first.

    Parameters
    ----------
    file, folder
        The backup, and where the store is to be.
    by
        Who restores it (for the audit).
    database
        For a backup of a store on PostgreSQL: the URL of an empty database.

    Raises
    ------
    StoreError
        When the file is not a whole backup, the folder or database holds something already, or one is needed.
    """
    file, folder = Path(file), Path(folder)
    if folder.exists() and (has_store(folder) or any(folder.iterdir())):
        raise StoreError(f"{folder} is not empty. Name a new folder for the restored store.")
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
        remove_left_behind(folder.resolve().parent)
        with made_apart(folder.resolve().parent, ".restoring-", mode=0o777) as making:
            manifest = unpack(file, making)
            _place_database(making, manifest, database)
            if folder.exists():
                folder.rmdir()
            making.rename(folder)
    except OSError as error:
        raise StoreError(f"The backup {file} could not be restored to {folder}: {error.strerror or error}.") from error
    store = Store.open(folder)
    with logged(store.engine, folder) as (connection, log):
        take_turn(connection)
        connection.execute(sa.delete(SESSIONS))  # whoever has signed out since stays out
        log(
            who=by,
            action="restored",
            what="store",
            detail={"version": manifest["version"], "made_at": manifest["made_at"]},
        )
    return store


def _pack(store: Store, made: Path, part: Path) -> dict[str, Any]:
    copied = made / "database"
    copied.mkdir()
    # The notes of the audit's last lines come first: they must not name lines that the copy does not have yet.
    heads = made / HEADS
    heads.write_bytes((store.folder / HEADS).read_bytes() if (store.folder / HEADS).is_file() else b"")
    copy_database(store.engine, copied)
    with reading(store.engine) as connection:
        version = current_version(connection)
    files = {f"database/{path.name}": path for path in sorted(copied.iterdir())}
    files |= {f"folder/{path.relative_to(store.folder).as_posix()}": path for path in _beside(store.folder)}
    files[f"folder/{HEADS}"] = heads
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "database": "sqlite" if is_sqlite(store.engine) else "postgresql",
        "step": STEPS[-1],
        "version": version,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "files": {},
    }
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as tar:
            for name, path in files.items():
                manifest["files"][name] = file_hash(path)
                tar.add(path, name, recursive=False)
            text = made / MANIFEST
            text.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
            tar.add(text, MANIFEST)
        raw.flush()
        os.fsync(raw.fileno())
    return manifest


def _beside(folder: Path) -> Iterator[Path]:
    """Yield the store's files other than its database, leaving out what is half made."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if parts[0] not in LEFT_OUT and path.is_file() and not any(part.startswith(".") for part in parts):
            yield path


def _place_database(making: Path, manifest: Mapping[str, Any], database: str | None) -> None:
    """Put the database where the restored store looks for it, and the other files beside it."""
    copied = making / "database"
    if (making / "folder").is_dir():
        for path in (making / "folder").iterdir():
            path.rename(making / path.name)
        (making / "folder").rmdir()
    (making / MANIFEST).unlink()
    if manifest["database"] == "sqlite":
        if database is not None:
            raise StoreError("This backup is of a store on SQLite, which needs no database. Leave out --database.")
        (copied / DATABASE).rename(making / DATABASE)
    else:
        if database is None:
            raise StoreError("This backup is of a store on PostgreSQL: name an empty database for it with --database.")
        engine = engine_for(checked_url(database))
        with reading(engine) as connection:
            if sa.inspect(connection).has_table("facts"):
                raise StoreError(f"The database {engine.url.database} holds a store already. Name a new one.")
        fill_database(engine, copied, manifest["step"])
        name_database(making, engine.url)
    shutil.rmtree(copied)
