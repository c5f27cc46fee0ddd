"""The result bundle: a folder that holds one result for ever, the same bytes for the same inputs.

``result.json`` depends on the protocol, the snapshot, the version and the seed alone; the seconds a run took are in
``timings.json``, beside it. ``matched_sets.parquet`` is row level and never reaches a member.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import StoreError
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.publish.verdicts.verdict import Verdict
from toolkit.studies.result import Check, StudyResult

FORMAT = 1
_DIGITS = 10  # significant; beyond them machines differ in the last bits of a sum


def write_bundle(result: StudyResult, verdict: Verdict, out: Path | str) -> Path:
    """Write a result and its verdict to a folder, made where needed, and return the folder.

    ``result.json`` is written last, so a folder that has one is whole.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    frames = {"balance": result.balance, "matched_sets": result.matched_sets}
    for name, frame in frames.items():
        _write_parquet(frame, folder / f"{name}.parquet", simulated=result.simulated)
    _write_text(folder / "timings.json", _as_json(dict(result.timings)))
    _write_text(folder / "result.json", _as_json(bundle_of(result, verdict)))
    return folder


def bundle_of(result: StudyResult, verdict: Verdict) -> dict[str, Any]:
    """Return the content of ``result.json``: everything but the timings and the row-level sets."""
    bundle: dict[str, Any] = {
        "format": FORMAT,
        "question": result.question,
        "title": result.title,
        "kind": result.kind,
        "recommendation": result.recommendation,
        "simulated": result.simulated,
        "protocol_hash": result.protocol_hash,
        "protocol_text": result.protocol_text,
        "snapshot_hash": result.snapshot_hash,
        "version": result.version,
        "seed": result.seed,
        "as_of": asdict(result.as_of),
        "estimates": [asdict(estimate) for estimate in result.estimates],
        "balance": None if result.balance is None else _records(result.balance),
        "gates": [asdict(gate) for gate in result.gates],
        "checks": [_check(check) for check in result.checks],
        "flow": [asdict(step) for step in result.flow],
        "tables": {name: _records(table) for name, table in result.tables.items()},
        "facts": result.facts.to_json(),
        "verdict": asdict(verdict),
    }
    if result.simulated:
        bundle["notice"] = SIMULATED
    plain: dict[str, Any] = stable(bundle)
    return plain


def read_bundle(folder: Path | str) -> dict[str, Any]:
    """Return the content of a bundle's ``result.json``.

    Raises
    ------
    StoreError
        When the folder holds no whole result, or one of a format this version does not know.
    """
    file = Path(folder) / "result.json"
    if not file.is_file():
        raise StoreError(f"There is no result in {folder}: result.json is missing. Run the protocol again.")
    try:
        bundle: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise StoreError(f"{file} is damaged (line {error.lineno}). Run the protocol again.") from error
    if bundle.get("format") != FORMAT:
        raise StoreError(f"{file} is of format {bundle.get('format')}; this version reads format {FORMAT}.")
    return bundle


def stable(value: Any) -> Any:
    """Return a value as JSON can hold it, floats to 10 significant digits, anything not a number as ``None``.

    >>> stable({"a": np.float64(0.1 + 0.2), "b": float("nan"), "c": (1, date(2010, 4, 1))})
    {'a': 0.3, 'b': None, 'c': [1, '2010-04-01']}
    """
    if isinstance(value, Mapping):
        return {str(key): stable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [stable(inner) for inner in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        number = float(value)
        return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else None
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _check(check: Check) -> dict[str, Any]:
    table = None if check.table is None else _records(check.table)
    return {field.name: getattr(check, field.name) for field in fields(check)} | {"table": table}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    # Named indexes carry meaning (a term's name); plain row numbers do not.
    named = frame.reset_index() if frame.index.names != [None] else frame
    return [{str(key): row[key] for key in named.columns} for row in named.to_dict("records")]


def _as_json(value: Any) -> str:
    return json.dumps(stable(value), indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


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
