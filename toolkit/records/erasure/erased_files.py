"""Files of a store that hold rows, outside its snapshots: cleaned of whoever the store erased.

They are the Parquet files of results, of first looks and of whatever else a run leaves. A result's totals stay as they
were, and ``erased.json`` beside them says that somebody was erased since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.records.database.schema import PSEUDONYMS

MARK = "erased.json"
SENTENCE = "Somebody in these records was erased since this result was made. Its totals are as they were."

Known = Mapping[str, Set[str]]
"""By column (family_id, child_id, referral_id): every number that the database holds."""

State = Literal["clean", "unclean", "unreadable"]
SNAPSHOTS_FOLDER = "snapshots"
_RESULTS = ("results/*/*/result.json", "runs/*/*/result.json")
_UNREADABLE = (pa.ArrowException, OSError, ValueError, TypeError, KeyError)
"""What a Parquet file that is damaged, or was never one, may raise while it is read."""


def state_of(file: Path, known: Known) -> State:
    """Return whether a Parquet file holds a number that the store does not know, or cannot be read at all."""
    try:
        return "clean" if _is_clean(file, known) else "unclean"
    except _UNREADABLE:
        return "unreadable"


def row_level_files(folder: Path) -> list[Path]:
    """Return the Parquet files of a store that may hold rows, wherever they are, other than its snapshots'."""
    return sorted(file for file in folder.rglob("*.parquet") if file.is_file() and not _is_in_snapshot(file, folder))


def cleaned_apart(files: Iterable[Path], known: Known) -> dict[Path, Path | None]:
    """Write what is left of each file that must change to a file beside it, to take its place later.

    Returns
    -------
    dict
        The file beside it, by the file that holds a number the store does not know; ``None`` for one that cannot be
        read: nobody can tell what is in it, so it goes.
    """
    made: dict[Path, Path | None] = {}
    for file in files:
        state = state_of(file, known)
        if state == "unreadable":
            made[file] = None
        elif state == "unclean":
            made[file] = _without_unknown(file, known)
    return made


def put_in_place(made: Mapping[Path, Path | None]) -> None:
    """Let what `cleaned_apart` wrote take the place of what held too much, and remove what cannot be read."""
    for file, part in made.items():
        if part is None:
            file.unlink(missing_ok=True)
        else:
            os.replace(part, file)


def mark_results(
    folder: Path, changed: Collection[Path], erasures: Collection[int], *, retaken: Mapping[str, str], before: int
) -> None:
    """Mark the results that counted, or may have counted, somebody who was erased.

    Parameters
    ----------
    folder
        The store's.
    changed
        The files that lost rows or could not be read.
    erasures
        Their numbers.
    retaken
        The hashes of snapshots that were taken again, each with its new one.
    before
        The version of the newest erasure.
    """
    touched = {file.parent for file in changed}
    for result in sorted(file for pattern in _RESULTS for file in folder.glob(pattern)):
        made_from, version = _made_from(result)
        there = (folder / SNAPSHOTS_FOLDER / made_from[:16]).is_dir() if made_from else False
        # Without its snapshot nobody can tell whether a result counted those erased: it may have.
        is_older = version is None or version < before
        if result.parent in touched or made_from in retaken or (is_older and not there):
            _mark(result.parent, erasures, snapshot_now=retaken.get(made_from))


def erasure_mark(result_folder: Path) -> dict[str, Any] | None:
    """Return what ``erased.json`` beside a result says (``sentence``, ``erasures``), ``None`` where there is none.

    Of one that is damaged only the sentence is known.
    """
    file = Path(result_folder) / MARK
    if not file.is_file():
        return None
    mark = read_object(file)
    if mark is None or not _is_whole_mark(mark):
        return {"sentence": SENTENCE, "erasures": [], "snapshot_now": None}
    return mark


def damaged_results(folder: Path) -> Iterator[Path]:
    """Yield the results of a store whose file is not JSON's any more."""
    for file in sorted(file for pattern in _RESULTS for file in folder.glob(pattern)):
        if read_object(file) is None:
            yield file


def read_object(file: Path) -> dict[str, Any] | None:
    """Return the JSON object in a file, ``None`` for a file that cannot be read or holds anything else."""
    try:
        content = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _made_from(result: Path) -> tuple[str, int | None]:
    """Return the hash of the snapshot a result was made from and the version of that; of a damaged one neither."""
    bundle = read_object(result) or {}
    as_of = bundle.get("as_of")
    version = as_of.get("store_version") if isinstance(as_of, dict) else None
    made_from = bundle.get("snapshot_hash")
    return made_from if isinstance(made_from, str) else "", version if isinstance(version, int) else None


def _is_whole_mark(mark: Mapping[str, Any]) -> bool:
    erasures = mark.get("erasures")
    is_list = isinstance(erasures, list) and all(isinstance(number, int) for number in erasures)
    return is_list and isinstance(mark.get("sentence"), str)


def _is_in_snapshot(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    return parts[0] == SNAPSHOTS_FOLDER and len(parts) > 2


def _is_clean(file: Path, known: Known) -> bool:
    held = [name for name in PSEUDONYMS if name in pq.read_schema(file).names]
    if not held:
        return True
    table = pq.read_table(file, columns=held)
    return all(set(pc.unique(table.column(name)).to_pylist()) - {None} <= known[name] for name in held)


def _without_unknown(file: Path, known: Known) -> Path | None:
    """Write a file's rows of those the store knows beside it, and return where; ``None`` where that cannot be done."""
    part = file.with_name(f"{file.name}.part")
    try:
        table = pq.read_table(file)
        keep = pa.array([True] * table.num_rows)
        for name in PSEUDONYMS:
            if name in table.column_names:
                among = pa.array(sorted(known[name]), type=pa.string())
                column = table.column(name).cast(pa.string()).combine_chunks()
                keep = pc.and_(keep, pc.or_(pc.is_in(column, value_set=among), pc.is_null(column)))
        left = table.filter(keep)
    except _UNREADABLE:
        return None
    pq.write_table(left, part, compression="zstd")
    return part


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
