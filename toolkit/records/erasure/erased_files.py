"""Files of a store that hold rows: Parquet files of snapshots and results, cleaned of whoever the store erased.

A result's totals stay as they were, and ``erased.json`` beside them says that somebody was erased since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Set
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.records.database.schema import PSEUDONYMS

MARK = "erased.json"
SENTENCE = "Somebody in these records was erased since this result was made. Its totals are as they were."

Known = Mapping[str, Set[str]]
"""By column (family_id, child_id, referral_id): every number that the database holds."""


def is_clean(file: Path, known: Known) -> bool:
    """Whether a Parquet file holds no number that the store does not know."""
    held = [name for name in PSEUDONYMS if name in pq.read_schema(file).names]
    if not held:
        return True
    table = pq.read_table(file, columns=held)
    return all(set(pc.unique(table.column(name)).to_pylist()) - {None} <= known[name] for name in held)


def row_level_files(folder: Path) -> list[Path]:
    """Return the Parquet files of a store's results that name families, children or referrals."""
    files = sorted((folder / "results").rglob("*.parquet"))
    return [file for file in files if set(PSEUDONYMS) & set(pq.read_schema(file).names)]


def clean_results(
    folder: Path, known: Known, erasures: Collection[int], *, retaken: Mapping[str, str], before: int
) -> None:
    """Take unknown rows out of every result's row-level files, and mark the results that counted them."""
    changed = {file.parent for file in row_level_files(folder) if _without_unknown(file, known)}
    for result in sorted((folder / "results").glob("*/*/result.json")):
        bundle = json.loads(result.read_text(encoding="utf-8"))
        made_from = bundle.get("snapshot_hash")
        there = (folder / "snapshots" / str(made_from)[:16]).is_dir()
        # Without its snapshot nobody can tell whether a result counted those erased: it may have.
        is_older = int((bundle.get("as_of") or {}).get("store_version") or 0) < before
        if result.parent in changed or made_from in retaken or (is_older and not there):
            _mark(result.parent, erasures, snapshot_now=retaken.get(str(made_from)))


def erasure_mark(result_folder: Path) -> dict[str, Any] | None:
    """Return what ``erased.json`` beside a result says (``sentence``, ``erasures``), ``None`` where there is none."""
    file = Path(result_folder) / MARK
    if not file.is_file():
        return None
    mark: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return mark


def _without_unknown(file: Path, known: Known) -> bool:
    if is_clean(file, known):
        return False
    table = pq.read_table(file)
    keep = pa.array([True] * table.num_rows)
    for name in PSEUDONYMS:
        if name in table.column_names:
            among = pa.array(sorted(known[name]), type=pa.string())
            column = table.column(name).cast(pa.string()).combine_chunks()
            keep = pc.and_(keep, pc.or_(pc.is_in(column, value_set=among), pc.is_null(column)))
    part = file.with_name(f"{file.name}.part")
    pq.write_table(table.filter(keep), part, compression="zstd")
    os.replace(part, file)
    return True


def _mark(folder: Path, erasures: Collection[int], *, snapshot_now: str | None) -> None:
    before = erasure_mark(folder) or {"erasures": []}
    mark = {
        "sentence": SENTENCE,
        "erasures": sorted({*before["erasures"], *erasures}),
        "snapshot_now": snapshot_now or before.get("snapshot_now"),
    }
    part = folder / f"{MARK}.part"
    part.write_text(json.dumps(mark, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(part, folder / MARK)
