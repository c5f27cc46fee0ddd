"""The result bundle: a folder that holds one result for ever, the same bytes for the same inputs.

``result.json`` depends on the protocol, the snapshot, the version and the seed alone; the seconds a run took are in
``timings.json``, beside it. ``matched_sets.parquet`` is row level and never reaches a member.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import InputError, StoreError
from toolkit.publish.bundle.json_values import as_json, rows_of
from toolkit.publish.bundle.model import FORMAT, Bundle, KeptCheck
from toolkit.publish.verdicts.rule import UNSAID, Verdict
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.studies.result import StudyResult


def write_bundle(result: StudyResult, verdict: Verdict, out: Path | str) -> Path:
    """Write a result and its verdict to a folder, made where needed, and return the folder.

    ``result.json`` is written last, so a folder that has one is whole.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    frames = {"balance": result.balance, "matched_sets": result.matched_sets}
    for name, frame in frames.items():
        _write_parquet(frame, folder / f"{name}.parquet", simulated=result.simulated)
    _write_text(folder / "timings.json", as_json(dict(result.timings)))
    _write_text(folder / "result.json", as_json(bundle_of(result, verdict).to_json()))
    return folder


def bundle_of(result: StudyResult, verdict: Verdict = UNSAID) -> Bundle:
    """Return a result with its verdict as its file holds it, and as `read_bundle` would return it."""
    whole = Bundle(
        question=result.question,
        title=result.title,
        kind=result.kind,
        recommendation=result.recommendation,
        simulated=result.simulated,
        notice=SIMULATED if result.simulated else None,
        protocol_hash=result.protocol_hash,
        protocol_text=result.protocol_text,
        registered=result.registered,
        snapshot_hash=result.snapshot_hash,
        version=result.version,
        seed=result.seed,
        as_of=result.as_of,
        estimates=result.estimates,
        balance=None if result.balance is None else rows_of(result.balance),
        gates=result.gates,
        checks=tuple(KeptCheck.of(check) for check in result.checks),
        flow=result.flow,
        tables={name: rows_of(table) for name, table in result.tables.items()},
        facts=result.facts,
        verdict=verdict,
        design=result.design,
    )
    return Bundle.from_json(whole.to_json())  # with the digits a file keeps


def read_bundle(folder: Path | str) -> Bundle:
    """Return what a bundle's ``result.json`` holds.

    Raises
    ------
    StoreError
        When the folder holds no whole result, or one of a format or kind this version does not know.
    """
    file = Path(folder) / "result.json"
    named = "/".join(file.parts[-3:])  # the rest of the path is the server's own
    if not file.is_file():
        raise StoreError(f"There is no result in {folder}: result.json is missing. Run the protocol again.")
    try:
        return _held_by(file.read_bytes(), named)
    except OSError as error:
        raise StoreError(f"{named} is damaged: it cannot be read. Run the protocol again.") from error


@lru_cache(maxsize=32)  # every question's newest, and those they are held against: by the file's bytes, so never old
def _held_by(written: bytes, named: str) -> Bundle:
    try:
        content = json.loads(written.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise StoreError(f"{named} is damaged (line {error.lineno}). Run the protocol again.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{named} is damaged: it cannot be read. Run the protocol again.") from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != FORMAT:
        raise StoreError(f"{named} is of format {found}; this version reads format {FORMAT}.")
    try:
        return Bundle.from_json(content)
    except InputError as error:
        raise StoreError(f"{named} is not a whole result. {error} Run the protocol again.") from error


def _write_parquet(frame: pd.DataFrame | None, file: Path, *, simulated: bool) -> None:
    if frame is None:
        file.unlink(missing_ok=True)
        return
    table = pa.Table.from_pandas(frame)
    if simulated:
        table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"notice": SIMULATED.encode()})
    part = file.with_name(file.name + ".part")
    pq.write_table(table, part, compression="zstd")
    os.replace(part, file)


def _write_text(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
