"""Makes format-1.sqlite.gz and format-1.json: a store as version 0.1 of the toolkit made it, and what it read.

Run once, with that version: python tests/records/old_stores/make_format_1.py (the files are kept, not made again).
"""

from __future__ import annotations

import gzip
import json
import runpy
import sqlite3
import tempfile
from pathlib import Path

from toolkit.records import Store
from toolkit.tables import TABLES

HERE = Path(__file__).resolve().parent


def read_all(store: Store) -> dict[str, dict[str, str]]:
    """Return every table at every version as CSV."""
    versions = range(store.version + 1)
    return {str(v): {name: store.read(name, version=v).to_csv(index=False) for name in TABLES} for v in versions}


def main() -> None:
    made = runpy.run_path(str(HERE.parent / "conftest.py"))
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", note="made by version 0.1")
        store.add(made["small_county"](), by="Ann", source_name="county.xlsx", content_hash="ab12", note="first")
        changed = made["frame"]("progress_scores", made["score"](1, value=5), made["score"](9, value=4))
        store.add({"progress_scores": changed}, by="Bob", source_name="second.xlsx", replaces=True)
        store.add({"families": made["frame"]("families", made["family"](9))}, by="Cy", source_name="third.xlsx")
        store.withdraw(3, by="Cy", reason="wrong month")
        result = store.folder / "results" / "question" / "abc"
        result.mkdir(parents=True)
        store.publish("question", result, by="Ann")
        store.snapshot()
        (HERE / "format-1.json").write_text(json.dumps(read_all(store), indent=1) + "\n", encoding="utf-8")
        database = store.folder / "store.sqlite"
        with sqlite3.connect(database) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
        connection.close()
        (HERE / "format-1.sqlite.gz").write_bytes(gzip.compress(database.read_bytes(), 9, mtime=0))


if __name__ == "__main__":
    main()
