"""A snapshot: the store's tables as they were at one version, in Parquet files that say when they were changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import StoreError, did_you_mean
from toolkit.records.rows.frames import frame_of_arrow, with_every_column
from toolkit.tables import table as table_named

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A folder with one ``<table>.parquet`` a table, rows sorted by key, and a manifest of hashes.

    Parameters
    ----------
    folder
        Where it is.
    hash
        SHA-256 (hex) over the tables' file hashes and whether they are simulated: the same contents have the same
        hash on any day. The files' bytes also depend on the version of pyarrow that wrote them.
    is_simulated
        Whether the rows are simulated.
    store_version
        The version of the store it was taken at; the first one when later versions have the same rows again.
    rows
        The number of rows by table.
    """

    folder: Path
    hash: str
    is_simulated: bool
    store_version: int
    rows: Mapping[str, int]

    @classmethod
    def open(cls, folder: Path, *, named: str = "", only: Collection[str] | None = None) -> Snapshot:
        """Open a snapshot, having checked that its files are as they were written.

        Parameters
        ----------
        folder
            Where it is.
        named
            What to call it where something is wrong, when the folder is a copy of another place.
        only
            The tables to check, when no other was copied; all of them where not given.

        Raises
        ------
        StoreError
            When there is none, it is of a newer format, or a file is missing or was changed (naming the file).
        """
        folder = Path(folder)
        manifest = _read_manifest(folder, named or str(folder))
        for name, about in manifest["tables"].items():
            if only is None or name in only:
                path = folder / f"{name}.parquet"
                _check_file(path, about, f"{named}/{path.name}" if named else str(path), name)
        rows = MappingProxyType({name: about["rows"] for name, about in manifest["tables"].items()})
        return cls(folder, manifest["hash"], manifest["simulated"], manifest["store_version"], rows)

    def path(self, table: str) -> Path:
        """Return the Parquet file of a table.

        Raises
        ------
        StoreError
            When the snapshot has no such table.
        """
        if table not in self.rows:
            raise StoreError(f'The snapshot has no table "{table}". {did_you_mean(table, self.rows)}'.rstrip())
        return self.folder / f"{table}.parquet"

    def pattern(self, table: str) -> str:
        """Return the Parquet file of a table as DuckDB reads it, which takes ``*``, ``?`` and ``[`` for any letters."""
        return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(self.path(table)))

    def read(self, table: str) -> pd.DataFrame:
        """Return a table, sorted by key, with the dtypes of `Store.read`.

        What the vocabulary got after the snapshot was taken is empty: a table without rows, a column without values.
        """
        asked = table_named(table)
        if table not in self.rows:
            return frame_of_arrow(asked.arrow_schema.empty_table(), asked)
        return frame_of_arrow(with_every_column(pq.read_table(self.path(table)), asked), asked)

    def summary(self) -> str:
        """Return one sentence for a person."""
        kind = "Simulated snapshot" if self.is_simulated else "Snapshot"
        return f"{kind} {self.hash[:16]} of version {self.store_version}: {sum(self.rows.values()):,} rows."


def contents_hash(tables: Mapping[str, Mapping[str, Any]], *, simulated: bool) -> str:
    """Return the hash of a snapshot's contents from its manifest's ``tables``."""
    contents = {"simulated": simulated, "tables": {name: about["sha256"] for name, about in tables.items()}}
    return hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(folder: Path, named: str) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise StoreError(f"There is no snapshot in {named}. Take one with: toolkit snapshot --store DIR --out {named}")
    try:
        text = path.read_bytes()
    except OSError as error:
        raise StoreError(f"The file {path} cannot be read: {error.strerror}. Take the snapshot again.") from error
    return manifest_of(text, named)


def manifest_of(text: bytes, named: str) -> dict[str, Any]:
    """Return the manifest of a snapshot, having checked that it is whole and that its hash is that of its tables.

    Raises
    ------
    StoreError
        When it is none, is of a newer format, or was changed.
    """
    path = f"{named}/{MANIFEST}"
    try:
        manifest: dict[str, Any] = json.loads(text)
        if manifest["format"] > FORMAT:
            raise StoreError(
                f"The snapshot in {named} has format {manifest['format']}, made by a newer version of the toolkit; "
                f"this one reads up to format {FORMAT}. Install the newer version."
            )
        kinds = (("hash", str), ("simulated", bool), ("store_version", int))
        complete = all(isinstance(manifest[name], kind) for name, kind in kinds)
        complete = complete and all(_is_described(name, about) for name, about in manifest["tables"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"The file {path} is not a snapshot's manifest. Take the snapshot again.") from error
    if not complete:
        raise StoreError(f"The file {path} is not a whole manifest. Take the snapshot again.")
    if manifest["hash"] != contents_hash(manifest["tables"], simulated=manifest["simulated"]):
        raise StoreError(f"The snapshot's file {path} was changed. Take the snapshot again.")
    return manifest


def _is_described(name: Any, about: Any) -> bool:
    named = isinstance(name, str) and name.isidentifier()
    return named and isinstance(about["sha256"], str) and isinstance(about["rows"], int) and "file" in about


def _check_file(path: Path, about: Mapping[str, Any], named: str, table: str) -> None:
    if not path.is_file():
        raise StoreError(f"The snapshot's file {named} (table {table}) is missing. Take the snapshot again.")
    try:
        is_same = file_hash(path) == about["sha256"] and pq.read_metadata(path).num_rows == about["rows"]
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"The snapshot's file {named} (table {table}) cannot be read. Take it again.") from error
    if not is_same:
        raise StoreError(f"The snapshot's file {named} (table {table}) was changed. Take the snapshot again.")
