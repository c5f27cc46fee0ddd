"""A workbook's sheets, read by a process of its own under limits of memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from toolkit.errors import InputError
from toolkit.intake.cells import Cell, CellFault
from toolkit.intake.files.file_kind import locked
from toolkit.intake.files.raw_sheet import Row, Sheet
from toolkit.intake.files.unreadable import damaged, too_large
from toolkit.intake.files.zip_parts import Parts

SECONDS = 60
"""How long reading one workbook may take on the clock; the process itself may use 20 seconds of processor."""

_READER = Path(__file__).with_name("reader_process.py")
_SENTENCES = {"locked": locked, "damaged": damaged, "too large": too_large}
# Each process may take 800 MB, so only a few run at once, however many people upload.
_AT_ONCE = threading.BoundedSemaphore(2)


def read_workbook(data: bytes, name: str, parts: Parts) -> tuple[Sheet, ...]:
    """Return a workbook's sheets, the cells without a value marked as such.

    Parameters
    ----------
    data
        The workbook's bytes (xlsx, xls or ods).
    name
        The file's name, for messages.
    parts
        What looking over its parts found.

    Raises
    ------
    InputError
        When it is locked, damaged, or too large for the limits.
    """
    lines = _lines(_run(data, name), name)
    sheets: list[Sheet] = []
    heads = [at for at, line in enumerate(lines) if isinstance(line, dict)]
    if not heads:  # a workbook has at least one sheet
        raise InputError(damaged(name))
    for position, (start, end) in enumerate(zip(heads, [*heads[1:], len(lines)], strict=True)):
        sheets.append(_sheet(lines[start], lines[start + 1 : end], parts.faults.get(position, {})))
    return tuple(sheets)


def _run(data: bytes, name: str) -> bytes:
    command = [sys.executable, "-I", str(_READER)]  # -I: no PYTHON… variables, nothing of the current folder
    with _AT_ONCE:
        try:
            done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise InputError(too_large(name)) from error
    if done.returncode > 0:  # the reader broke off over what it could not understand
        raise InputError(damaged(name))
    if done.returncode < 0:  # it was ended by a limit
        raise InputError(too_large(name))
    return done.stdout


def _lines(output: bytes, name: str) -> list[Any]:
    lines: list[Any] = json.loads(b"[" + output.strip().replace(b"\n", b",") + b"]")
    reason = lines.pop()["end"]
    if reason:
        raise InputError(_SENTENCES[reason](name))
    return lines


def _sheet(head: dict[str, Any], lines: list[list[Any]], faults: dict[tuple[int, int], CellFault]) -> Sheet:
    rows: dict[int, list[Cell]] = {line[0]: _cells(line) for line in lines}
    for (number, column), fault in faults.items():
        cells = rows.setdefault(number, [])
        cells.extend([None] * (column + 1 - len(cells)))
        cells[column] = fault
    ordered: list[Row] = [(number, tuple(rows[number])) for number in (sorted(rows) if faults else rows)]
    merged = tuple((top + 1, left, bottom + 1, right) for top, left, bottom, right in head["merged"])
    return Sheet(head["sheet"], tuple(ordered), is_hidden=head["hidden"], merged=merged)


def _cells(line: list[Any]) -> list[Cell]:
    return [_untagged(cell) if type(cell) is list else cell if cell != "" else None for cell in line[1:]]


def _untagged(tagged: list[str]) -> Cell:
    kind, text = tagged
    if kind == "t":
        return time.fromisoformat(text)
    if kind == "x":
        return text
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
