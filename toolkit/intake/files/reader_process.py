"""Runs as a process of its own: reads a workbook from standard input and writes its rows, a JSON line each.

Started as ``python -I reader_process.py`` by `toolkit.intake.files.workbook`, so that a workbook that makes the reader
abort or run away ends this process and nothing else. It imports nothing of the toolkit. Lines written:
``{"sheet": name, "hidden": bool, "merged": [...]}`` before a sheet's rows; ``[row number, cell, ...]`` for each row
that holds anything, days as ``["d", "2010-03-04"]`` and times as ``["t", "12:30:00"]``; last ``{"end": reason}``
with an empty reason when all went well, or "locked", "damaged" or "too large".
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 800 * 1024 * 1024
CPU_SECONDS = 20
MOST_CELLS = 4_000_000
MOST_WRITTEN = 256 * 1024 * 1024


class _TooLarge(Exception):
    """More cells or more text than is read."""


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows: the look over the parts before, and the time limit of the parent, must do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _tagged(value: object) -> list[str]:
    if isinstance(value, datetime):
        return ["d", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, time):
        return ["t", value.isoformat()]
    if isinstance(value, timedelta):
        return ["x", str(value)]
    raise TypeError(f"a cell of type {type(value).__name__}")


def _rows(sheet: Any) -> Iterator[list[Any]]:
    """Yield a sheet's rows that hold anything, as lists of the row's number and its cells from column A."""
    if sheet.end is None:
        return
    if (sheet.end[0] + 1) * (sheet.end[1] + 1) > MOST_CELLS:
        raise _TooLarge
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        last = len(cells)
        while last and cells[last - 1] == "":
            last -= 1
        if last:
            yield [number, *cells[:last]]


def _write_workbook(data: bytes, write: Callable[[Any], None]) -> None:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    workbook = load_workbook(io.BytesIO(data))
    cells = 0
    for position, about in enumerate(workbook.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            write({"sheet": about.name, "hidden": True, "merged": []})  # a chart: kept so that positions agree
            continue
        sheet = workbook.get_sheet_by_index(position)
        merged = [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]
        write({"sheet": about.name, "hidden": about.visible != SheetVisibleEnum.Visible, "merged": merged})
        for row in _rows(sheet):
            cells += len(row)
            if cells > MOST_CELLS:
                raise _TooLarge
            write(row)


def main() -> None:
    """Read standard input, write lines, and say how it ended."""
    _limit_resources()
    from python_calamine import CalamineError, PasswordError

    encode = json.JSONEncoder(default=_tagged, separators=(",", ":")).encode
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="ascii", newline="\n", write_through=False)
    written = 0

    def write(line: Any) -> None:
        nonlocal written
        text = encode(line)
        written += len(text)
        if written > MOST_WRITTEN:
            raise _TooLarge
        out.write(text + "\n")

    reason = ""
    try:
        _write_workbook(sys.stdin.buffer.read(), write)
    except PasswordError:
        reason = "locked"
    except (_TooLarge, MemoryError):
        reason = "too large"
    except (CalamineError, OSError, ValueError, TypeError, OverflowError):
        reason = "damaged"
    out.write(json.dumps({"end": reason}) + "\n")
    out.flush()


if __name__ == "__main__":
    main()
