"""The parts of a zipped workbook, looked over before any reader opens it.

A reader that trusts a workbook can be made to fail by a few bytes: one cell in the last corner of a sheet makes a
dense reader ask for hundreds of gigabytes, and a small archive can unpack to a thousand times its size. So the parts
are first streamed past a few patterns; what is not sound is refused with a sentence. The same pass finds the cells
whose value a reader would silently give as blank: errors, and formulas that were never worked out.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import time
import zipfile
import zlib
from dataclasses import dataclass, field

from toolkit.errors import InputError
from toolkit.intake.cells import CellFault
from toolkit.intake.files.file_kind import locked
from toolkit.intake.files.sheet_scan import scan
from toolkit.intake.files.unreadable import damaged, too_large

LARGEST_UNPACKED = 300_000_000
"""Bytes of all parts together. 100,000 rows of scores unpack to 40 million."""
MOST_PARTS = 2_000
_LARGEST_RATIO = 150
_SMALL_ENOUGH = 20_000_000
_START = 1 << 16
_LARGEST_LIST = 5_000_000
_SECONDS = 30
_ALWAYS_SHEETS = "xl/worksheets/"
_OTHER_FILES = ("xl/externalLinks/", "xl/connections.xml", "xl/queryTables/")

# What zipfile is known to raise over archives whose fields contradict one another, found by fuzzing.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError, KeyError,
    IndexError, OverflowError, RuntimeError,
)  # fmt: skip
_SHEET = re.compile(rb"<(?:\w{1,40}:)?sheet\s[^<>]{0,1000}?\b\w{1,40}:id=[\"']([^\"'<>]{1,200})[\"']")
_RELATION = re.compile(rb"<(?:\w{1,40}:)?Relationship\s[^<>]{0,2000}>")
_ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"'<>]{0,1000})[\"']")
_WORK_OUT = re.compile(rb"\bfullCalcOnLoad=[\"'](1|true)[\"']")
_FROM_1904 = re.compile(rb"\bdate1904=[\"'](1|true)[\"']")


@dataclass(frozen=True, slots=True)
class Parts:
    """What looking over a workbook's parts found.

    Parameters
    ----------
    kind
        "xlsx" or "ods".
    has_macros
        Whether it holds macros (they are never run).
    counts_from_1904
        Whether it counts days from 1904.
    names_other_files
        Whether it refers to other files or databases (they are never opened).
    faults
        By the sheet's position in the workbook: the cells, as (row from 1, column from 0), that hold no value.
    """

    kind: str
    has_macros: bool = False
    counts_from_1904: bool = False
    names_other_files: bool = False
    faults: dict[int, dict[tuple[int, int], CellFault]] = field(default_factory=dict)


def look_over(data: bytes, name: str) -> Parts:
    """Return what a zipped workbook holds, after refusing what is not sound.

    Raises
    ------
    InputError
        When it is damaged, locked, no workbook, unpacks to too much, or a part of it is not sound (`scan`).
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kind = _kind(archive, name)
            _check_sizes(archive, len(data), name)
            return _look_inside(archive, kind, name)
    except _BROKEN as error:
        raise InputError(damaged(name)) from error


def _kind(archive: zipfile.ZipFile, name: str) -> str:
    names = set(archive.namelist())
    if len(names) < len(archive.namelist()):  # which of two parts of one name is read differs between readers
        raise InputError(damaged(name))
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise InputError(locked(name))
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names and b"spreadsheet" in _start(archive, "mimetype", names):
        if b"encryption-data" in _start(archive, "META-INF/manifest.xml", names):
            raise InputError(locked(name))
        return "ods"
    if "xl/workbook.bin" in names:
        what = "is a binary workbook (.xlsb), which is not read here"
    elif "word/document.xml" in names:
        what = "is a Word document, not a spreadsheet"
    elif "ppt/presentation.xml" in names:
        what = "is a presentation, not a spreadsheet"
    elif any(part.endswith(".iwa") for part in names):
        what = "is a Numbers document, which is not read here"
    else:
        raise InputError(f'"{name}" is a zip archive without a workbook in it. Take the file out and upload that.')
    raise InputError(f'"{name}" {what}. Save the table as an Excel Workbook (.xlsx) and upload that.')


def _start(archive: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    if part not in names:
        return b""
    with archive.open(part) as stream:
        return stream.read(_START)


def _check_sizes(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > _SMALL_ENOUGH and unpacked > _LARGEST_RATIO * packed
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or is_bomb:
        raise InputError(too_large(name, f": it unpacks to {unpacked / 1e6:,.0f} million bytes"))


def _look_inside(archive: zipfile.ZipFile, kind: str, name: str) -> Parts:
    faults: dict[str, dict[tuple[int, int], CellFault]] = {}
    workbook = _small(archive, "xl/workbook.xml", name) if kind == "xlsx" else b""
    positions = _sheet_positions(archive, workbook, name) if kind == "xlsx" else {}
    worked_out = not _WORK_OUT.search(workbook)
    until = time.monotonic() + _SECONDS
    for info in archive.infolist():
        is_sheet = info.filename in positions or info.filename.startswith(_ALWAYS_SHEETS)
        if is_sheet or info.filename.endswith((".xml", ".rels")):
            found = scan(archive, info, name, is_sheet=is_sheet, worked_out=worked_out, until=until)
            if found:
                faults[info.filename] = found
    if kind == "ods":
        return Parts(kind)
    return Parts(
        kind,
        has_macros=any(map(_is_macro, archive.namelist())),
        counts_from_1904=bool(_FROM_1904.search(workbook)),
        names_other_files=any(part.startswith(_OTHER_FILES) for part in archive.namelist()),
        faults={positions[part]: cells for part, cells in faults.items() if part in positions},
    )


def _small(archive: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Return a part that lists sheets, which is never large."""
    if archive.getinfo(part).file_size > _LARGEST_LIST:
        raise InputError(damaged(name))
    return archive.read(part)


def _is_macro(part: str) -> bool:
    return part.lower().endswith("vbaproject.bin") or part.lower().startswith("xl/macrosheets/")


def _sheet_positions(archive: zipfile.ZipFile, workbook: bytes, name: str) -> dict[str, int]:
    """Return the position in the workbook of each sheet's part."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in archive.namelist():
        return {}
    targets: dict[bytes, str] = {}
    for relation in _RELATION.findall(_small(archive, relations, name)):
        named = dict(_ATTRIBUTE.findall(relation))
        target = named.get(b"Target", b"").decode("utf-8", "replace")
        target = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        targets[named.get(b"Id", b"")] = posixpath.normpath(target)
    return {targets[found]: at for at, found in enumerate(_SHEET.findall(workbook)) if found in targets}
