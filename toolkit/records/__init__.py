"""The records: a store whose every row names the upload it came in, and snapshots that never change."""

from __future__ import annotations

from toolkit.records.database.metadata import NOTICE
from toolkit.records.rows.uploads import Receipt
from toolkit.records.snapshots.snapshot import Snapshot
from toolkit.records.snapshots.source import open_source
from toolkit.records.store import Store

__all__ = ["NOTICE", "Receipt", "Snapshot", "Store", "open_source"]
