"""Writing a snapshot's folder: the same rows give the same bytes, and a folder is there whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import StoreError
from toolkit.records.database.metadata import NOTICE
from toolkit.records.snapshots.snapshot import FORMAT, MANIFEST, Snapshot, contents_hash, file_hash


def write_snapshot(
    tables: Mapping[str, pa.Table], *, simulated: bool, version: int, beside: Path, out: Path | None
) -> Snapshot:
    """Write tables (sorted by key) as a snapshot and open it.

    Parameters
    ----------
    tables
        By name.
    simulated
        Whether the rows are simulated; every file then says so.
    version
        The store's version they were read at.
    beside
        The store's folder of snapshots, for ``<first 16 of the hash>`` when ``out`` is not given.
    out
        The folder to write.

    Raises
    ------
    StoreError
        When ``out`` holds something else already.
    """
    parent = beside if out is None else out.resolve().parent
    with _made_apart(parent) as making:
        described = {name: _write_table(making, name, table, simulated) for name, table in tables.items()}
        made = contents_hash(described, simulated=simulated)
        manifest = {
            "format": FORMAT,
            "simulated": simulated,
            **({"notice": NOTICE} if simulated else {}),
            "store_version": version,
            "hash": made,
            "tables": described,
        }
        _write_text(making / MANIFEST, json.dumps(manifest, indent=2) + "\n")
        return _put_in_place(making, beside / made[:16] if out is None else out, made)


def copy_snapshot(snapshot: Snapshot, out: Path) -> Snapshot:
    """Copy a snapshot to another folder; see `write_snapshot` for what is refused."""
    with _made_apart(out.resolve().parent) as making:
        for file in [MANIFEST, *(snapshot.path(name).name for name in snapshot.rows)]:
            shutil.copyfile(snapshot.folder / file, making / file)
        return _put_in_place(making, out, snapshot.hash)


@contextmanager
def _made_apart(parent: Path) -> Iterator[Path]:
    """Give a folder beside the final one, so that putting it in place is one rename; gone if it was not."""
    making = parent / f".making-{uuid4().hex}"
    try:
        making.mkdir(parents=True)
    except OSError as error:
        raise StoreError(f"A snapshot cannot be written in {parent}: {error.strerror}.") from error
    try:
        yield making
    except OSError as error:
        raise StoreError(f"The snapshot could not be written in {parent}: {error.strerror}.") from error
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _write_table(folder: Path, name: str, table: pa.Table, simulated: bool) -> dict[str, Any]:
    file = folder / f"{name}.parquet"
    marked = table.replace_schema_metadata({"notice": NOTICE} if simulated else None)
    # Every option that shapes the bytes is fixed here; the writer puts no clock time in.
    pq.write_table(
        marked,
        file,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        row_group_size=2**20,
    )
    _keep_on_disk(file)
    return {"file": file.name, "rows": table.num_rows, "sha256": file_hash(file)}


def _put_in_place(making: Path, folder: Path, made: str) -> Snapshot:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    try:
        if not folder.exists():
            making.rename(folder)
            return Snapshot.open(folder)
    except OSError:
        if not folder.exists():
            raise
    there = Snapshot.open(folder) if (folder / MANIFEST).is_file() else None
    if there is None or there.hash != made:
        raise StoreError(f"{folder} holds something else already. Name a new folder for the snapshot.")
    return there


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _keep_on_disk(path)


def _keep_on_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
