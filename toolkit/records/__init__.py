"""The records: a store whose every row names the upload it came in, and snapshots that never change."""

from __future__ import annotations

from toolkit.records.facts import NOTICE
from toolkit.records.snapshot import Snapshot
from toolkit.records.source import open_source
from toolkit.records.store import Store
from toolkit.records.uploads import Receipt

__all__ = ["NOTICE", "Receipt", "Snapshot", "Store", "open_source"]
