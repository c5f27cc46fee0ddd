"""Reading a spreadsheet file: workbook or csv, whatever its name says, into typed cells with their true rows."""

from __future__ import annotations

import hashlib
from pathlib import Path

from toolkit.errors import InputError
from toolkit.intake.files.delimited import read_delimited
from toolkit.intake.files.file_kind import LARGEST_FILE, kind_of
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.files.workbook import read_workbook
from toolkit.intake.files.xls_errors import error_cells
from toolkit.intake.files.zip_parts import Parts, look_over
from toolkit.intake.problems import Notice

KINDS = {".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods", ".csv": "csv", ".txt": "csv", ".tsv": "csv"}
"""The endings of file names that are read, and the kind of file each promises."""

_NAMES = {
    "xlsx": "an Excel workbook",
    "xls": "an old Excel workbook",
    "ods": "an OpenDocument sheet",
    "csv": "csv text",
}


def read_sheet(source: Path | bytes, name: str) -> RawSheet:
    """Return a spreadsheet's cells as the file holds them: days as days, numbers as numbers, text as text.

    Workbooks are looked over first and then read by a process of its own under limits of memory and time, so that a
    hostile or broken file ends in a sentence.

    Parameters
    ----------
    source
        The file, or its bytes.
    name
        The file's name as the person knows it, for messages and the record.

    Raises
    ------
    InputError
        When the file is missing, empty, too large, locked, damaged, or no spreadsheet, with what to do.
    """
    data = _bytes(source, name)
    content_hash = hashlib.sha256(data).hexdigest()
    container = kind_of(data, name)
    if container == "text":
        sheet, notices = read_delimited(data, name)
        return RawSheet(name, content_hash, "csv", (sheet,), (*_misnamed(name, "csv"), *notices))
    parts = look_over(data, name) if container == "zip" else Parts("xls", faults=error_cells(data, name))
    sheets = read_workbook(data, name, parts)
    notices = _misnamed(name, parts.kind)
    if parts.has_macros:
        notices = (*notices, Notice("The workbook holds macros. They were not run."))
    if parts.names_other_files:
        notices = (*notices, Notice("The workbook refers to other files. They were not opened."))
    return RawSheet(name, content_hash, parts.kind, sheets, notices, parts.counts_from_1904)


def _bytes(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        with source.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise InputError(f'"{name}" cannot be read: {error.strerror or error}.') from error


def _misnamed(name: str, kind: str) -> tuple[Notice, ...]:
    promised = KINDS.get(Path(name).suffix.lower())
    if promised in {kind, None}:
        return ()
    return (Notice(f'"{name}" is named like {_NAMES[promised or kind]} but is {_NAMES[kind]}; it was read as that.'),)
