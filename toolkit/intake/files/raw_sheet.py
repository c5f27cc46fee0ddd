"""A spreadsheet as it was read: its sheets with typed cells and their true rows, before anyone says what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.intake.cells import Cell
from toolkit.intake.problems import Notice

Row = tuple[int, tuple[Cell, ...]]
"""A row's number in Excel and its cells from column A, without the blank ones at its end."""


FORM = "form"
"""The kind of what was no file: a row that a person filled in on a page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    name
        The sheet's name; empty for a csv file.
    rows
        The rows that hold anything, in order.
    is_hidden
        Whether Excel hides it.
    merged
        The merged ranges: first row, first column, last row, last column; rows from 1 as in Excel, columns from 0.
    """

    name: str
    rows: tuple[Row, ...]
    is_hidden: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A spreadsheet file as it was read.

    Parameters
    ----------
    name
        The file's name.
    content_hash
        SHA-256 of the file's bytes, as hexadecimal.
    kind
        "xlsx", "xls", "ods" or "csv", by its contents and not by its name; or `FORM`.
    sheets
        Its sheets in the workbook's order; a csv file is one sheet.
    notices
        What a person should know about how it was read.
    counts_from_1904
        Whether the workbook counts days from 1904, so that a plain number cannot be taken for a day.
    """

    name: str
    content_hash: str
    kind: str
    sheets: tuple[Sheet, ...]
    notices: tuple[Notice, ...] = ()
    counts_from_1904: bool = False
