"""The one place that writes cells of workbooks and csv files: no text that leaves runs as a formula or opens a link.

Everything handed out as a workbook or csv file is written here; a test walks the source and fails on any other writer.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.intake.cells import neutralised

_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$')


def new_workbook(buffer: io.BytesIO) -> xlsxwriter.Workbook:
    """Return a workbook to be written into a buffer, in which text stays text."""
    return xlsxwriter.Workbook(buffer, dict(_OPTIONS))


def write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    """Write one cell of text (row and column from 0), made safe by `toolkit.intake.cells.neutralised`."""
    sheet.write_string(row, column, neutralised(text), style)


def write_texts(
    sheet: Worksheet,
    row: int,
    column: int,
    texts: Iterable[str],
    style: Format | None = None,
    *,
    downwards: bool = False,
) -> None:
    """Write cells of text, rightwards from the first or downwards."""
    for at, text in enumerate(texts):
        write_text(sheet, row + at if downwards else row, column if downwards else column + at, text, style)


def write_note(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Write a note that is shown when a cell is pointed at; its text is never a cell's."""
    lines = text.split("\n")
    size = {"width": 320, "height": min(600, 24 + 18 * len(lines))}
    sheet.write_comment(row, column, text, {"author": "", **size})


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    r"""Return rows as csv text, each line ended by ``\n``; None is an empty cell.

    >>> csv_text([("F1", "=1+1", 4), ("F2", "a, b", None)])
    'F1,\'=1+1,4\nF2,"a, b",\n'
    """
    return "".join(",".join(map(_csv_cell, row)) + "\n" for row in rows)


def _csv_cell(value: object) -> str:
    text = "" if value is None else neutralised(str(value))
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
