"""The rows that could not be stored, as a workbook to mend and upload again."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pandas as pd
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import InputError
from toolkit.intake.cells import column_position
from toolkit.intake.outgoing.safe_cells import new_workbook, write_text
from toolkit.intake.review.headings import WHAT_TO_PUT_RIGHT, plain
from toolkit.intake.review.result import Review

_MADE_ON = datetime(2000, 1, 1)
_WIDTH = 18
_WIDTH_OF_ADVICE = 80


def write_left_out(review: Review, path: Path) -> int:
    """Write the rows with something to put right as a workbook; return how many there are. See `left_out_bytes`.

    Raises
    ------
    InputError
        When the file cannot be written there.
    """
    try:
        path.write_bytes(left_out_bytes(review))
    except OSError as error:
        raise InputError(f"The rows left out cannot be written to {path}: {error.strerror or error}.") from error
    return len(rows_to_mend(review))


def rows_to_mend(review: Review) -> pd.DataFrame:
    """Return the rows left out because something must be put right (not totals, notes, or what is stored already)."""
    if any(problem.row is None for problem in review.problems):  # a fault of the file: every row waits for it
        return review.left_out
    rows = {problem.row for problem in review.problems}
    return review.left_out[review.left_out["row"].isin(rows)]


def left_out_bytes(review: Review) -> bytes:
    """Return a workbook of the rows with something to put right, under the file's own headings.

    Each row ends with what to put right; the cells to look at are coloured. Every value is written as text, so no
    formula runs and no number loses its leading zeros, and it reads the same when the mended workbook comes back.
    """
    rows = rows_to_mend(review)
    rows = rows.drop(columns=[name for name in rows.columns if plain(str(name)) == plain(WHAT_TO_PUT_RIGHT)])
    headings = [str(name) for name in rows.columns[1:-1]]
    wrong = _cells_to_colour(review)
    buffer = io.BytesIO()
    with new_workbook(buffer) as workbook:
        workbook.set_properties({"title": "Rows to put right", "created": _MADE_ON})
        sheet = workbook.add_worksheet("Rows to put right")
        text = workbook.add_format({"num_format": "@"})
        coloured = workbook.add_format({"num_format": "@", "bg_color": "#FFDD99"})
        wrapped = workbook.add_format({"num_format": "@", "text_wrap": True})
        sheet.set_column(0, max(len(headings) - 1, 0), _WIDTH, text)
        sheet.set_column(len(headings), len(headings), _WIDTH_OF_ADVICE, wrapped)
        bold = workbook.add_format({"bold": True})
        for at, heading in enumerate([*headings, WHAT_TO_PUT_RIGHT]):
            write_text(sheet, 0, at, heading, bold)
        for row, values in enumerate(rows.itertuples(index=False, name=None), start=1):
            number, *cells, reason = values
            _write_cells(sheet, row, cells, {at: coloured for at in wrong.get(number, ())})
            write_text(sheet, row, len(headings), reason, wrapped)
        sheet.freeze_panes(1, 0)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    return buffer.getvalue()


def _write_cells(
    sheet: Worksheet,
    row: int,
    cells: Sequence[str],
    formats: Mapping[int, Format],
) -> None:
    for at, cell in enumerate(cells):
        if cell or at in formats:
            write_text(sheet, row, at, cell, formats.get(at))


def _cells_to_colour(review: Review) -> dict[int, list[int]]:
    wrong: dict[int, list[int]] = {}
    for problem in review.problems:
        letters = problem.cell.rstrip("0123456789")
        if problem.row is not None and letters.isalpha() and letters.isascii():
            wrong.setdefault(problem.row, []).append(column_position(letters))
    return wrong
