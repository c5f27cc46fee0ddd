"""What ``--store`` names: a store's folder, or a snapshot's."""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import StoreError
from toolkit.records.database.location import has_store
from toolkit.records.database.metadata import HOW_TO_MAKE_ONE
from toolkit.records.snapshots.snapshot import MANIFEST, Snapshot
from toolkit.records.store import Store


def open_source(folder: Path) -> Snapshot:
    """Return the snapshot in a folder, or one of the current version of the store in it.

    Raises
    ------
    StoreError
        When the folder holds neither.
    """
    folder = Path(folder)
    if (folder / MANIFEST).is_file():
        return Snapshot.open(folder)
    if has_store(folder):
        return Store.open(folder).snapshot()
    raise StoreError(f"There is no store and no snapshot in {folder}. {HOW_TO_MAKE_ONE}")
