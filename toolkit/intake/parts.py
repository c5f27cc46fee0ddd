"""The parts of a zipped workbook, looked over before any reader opens it.

A reader that trusts a workbook can be made to fail by a few bytes: one cell in the last corner of a sheet makes a
dense reader ask for hundreds of gigabytes, and a small archive can unpack to a thousand times its size. So the parts
are first streamed past a few patterns; what is not sound is refused with a sentence. The same pass finds the cells
whose value a reader would silently give as blank: errors, and formulas that were never worked out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.errors import InputError
from toolkit.intake.cells import CellFault, column_letters, column_position
from toolkit.intake.preflight import locked

LARGEST_UNPACKED = 300_000_000
"""Bytes of all parts together. 100,000 rows of scores unpack to 40 million."""
MOST_PARTS = 2_000
MOST_CELLS = 4_000_000
"""Cells of the rectangle from A1 to the furthest filled cell of a sheet."""
_LARGEST_RATIO = 150
_SMALL_ENOUGH = 20_000_000
_CHUNK = 1 << 20
_LONGEST_CARRY = 1 << 16
_MOST_FAULTS = 100_000

_ODS_ERROR = re.compile(rb"calcext:value-type=[\"']error[\"']")
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)")
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br=["\']([A-Za-z]{1,3})([0-9]{1,7})["\'][^>]*(?<!/)>')
_ERROR = re.compile(rb"<(?:\w+:)?c\s[^>]*?\bt=[\"']e[\"'][^>]*>")
_NOT_WORKED_OUT = re.compile(
    rb"(<(?:\w+:)?c\s[^>]*>)\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_PLACE = re.compile(rb'\br=["\']([A-Za-z]{1,3})([0-9]{1,7})["\']')
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\br:id=[\"']([^\"']+)[\"'][^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"']*)[\"']")
_FROM_1904 = re.compile(rb"\bdate1904=[\"'](1|true)[\"']")

ERROR = CellFault("an error", "Put right the formula in the cell, or type the value.")
NOT_WORKED_OUT = CellFault(
    "a formula that was never worked out", "Open the workbook in Excel, save it and upload it again."
)


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
    faults
        By the sheet's position in the workbook: the cells, as (row from 1, column from 0), that hold no value.
    """

    kind: str
    has_macros: bool = False
    counts_from_1904: bool = False
    faults: dict[int, dict[tuple[int, int], CellFault]] = field(default_factory=dict)


def look_over(data: bytes, name: str) -> Parts:
    """Return what a zipped workbook holds, after refusing what is not sound.

    Raises
    ------
    InputError
        When it is damaged, locked, no workbook, unpacks to too much, declares entities, or has a filled cell so far
        out that the sheet would have more than `MOST_CELLS` cells.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kind = _kind(archive, name)
            _check_sizes(archive, len(data), name)
            return _look_inside(archive, kind, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OSError) as error:
        raise InputError(damaged(name)) from error


def damaged(name: str) -> str:
    """Return the sentence for a workbook that cannot be unpacked or understood."""
    return (
        f'"{name}" is damaged: it cannot be read as a workbook. Open it in Excel; if it opens, save it under a new '
        "name and upload that."
    )


def too_large(name: str, where: str = "") -> str:
    """Return the sentence for a workbook that would need too much memory."""
    return (
        f'"{name}" is too large to read{where}. Something may have been typed or pasted far below or far to the right '
        "of the table. Copy only the table into a new workbook and upload that."
    )


def _kind(archive: zipfile.ZipFile, name: str) -> str:
    names = set(archive.namelist())
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
    elif any(part.endswith(".iwa") for part in names):
        what = "is a Numbers document, which is not read here"
    else:
        raise InputError(f'"{name}" is a zip archive without a workbook in it. Take the file out and upload that.')
    raise InputError(f'"{name}" {what}. Save the table as an Excel Workbook (.xlsx) and upload that.')


def _start(archive: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    if part not in names:
        return b""
    with archive.open(part) as stream:
        return stream.read(_LONGEST_CARRY)


def _check_sizes(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    is_bomb = unpacked > _SMALL_ENOUGH and unpacked > _LARGEST_RATIO * packed
    if len(parts) > MOST_PARTS or unpacked > LARGEST_UNPACKED or is_bomb:
        raise InputError(too_large(name, f": it unpacks to {unpacked / 1e6:,.0f} million bytes"))


def _look_inside(archive: zipfile.ZipFile, kind: str, name: str) -> Parts:
    faults: dict[str, dict[tuple[int, int], CellFault]] = {}
    for info in archive.infolist():
        if info.filename.endswith((".xml", ".rels")):
            is_sheet = info.filename.startswith("xl/worksheets/")
            found = _scan(archive, info, name, is_sheet=is_sheet)
            if found:
                faults[info.filename] = found
    if kind == "ods":
        return Parts(kind)
    workbook = archive.read("xl/workbook.xml")
    positions = _sheet_positions(archive, workbook)
    return Parts(
        kind,
        has_macros=any(part.lower().endswith("vbaproject.bin") for part in archive.namelist()),
        counts_from_1904=bool(_FROM_1904.search(workbook)),
        faults={positions[part]: cells for part, cells in faults.items() if part in positions},
    )


def _scan(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, *, is_sheet: bool
) -> dict[tuple[int, int], CellFault]:
    faults: dict[tuple[int, int], CellFault] = {}
    letters: set[bytes] = set()
    rows: set[bytes] = set()
    for chunk in _chunks(archive, info):
        if _DECLARATION.search(chunk):
            raise InputError(
                f'"{name}" declares XML entities, which no spreadsheet needs, and was not opened. '
                "Copy the table into a new workbook and upload that."
            )
        if info.filename == "content.xml" and _ODS_ERROR.search(chunk):
            raise InputError(
                f'"{name}" has cells that show an error, such as #N/A, and what they stand for is not known. '
                "Put their formulas right, or type the values, and upload it again."
            )
        if is_sheet:
            for letter, row in _CELL.findall(chunk):
                letters.add(letter)
                rows.add(row)
            if len(faults) < _MOST_FAULTS:
                faults.update(_faults(chunk))
    _check_extent(letters, rows, name)
    return faults


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces that do not cut a cell in two (a cell longer than the carry may be)."""
    carry = b""
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            piece = carry + piece
            cut = max(piece.rfind(b"<c "), piece.rfind(b":c "), len(piece) - _LONGEST_CARRY)
            carry = piece[cut:]
            yield piece[:cut]
    yield carry


def _check_extent(letters: set[bytes], rows: set[bytes], name: str) -> None:
    if not letters:
        return
    columns = [column_position(letter.decode()) for letter in letters]
    numbers = [int(row) for row in rows]
    cells = (max(columns) + 1) * max(numbers)
    if cells > MOST_CELLS:
        corner = f"{column_letters(max(columns))}{max(numbers)}"
        raise InputError(too_large(name, f": its filled cells reach out to {corner}"))


def _faults(chunk: bytes) -> Iterator[tuple[tuple[int, int], CellFault]]:
    if b't="e"' in chunk or b"t='e'" in chunk:
        for cell in _ERROR.findall(chunk):
            yield from _placed(cell, ERROR)
    if b"<f" in chunk or b":f" in chunk:
        for cell in _NOT_WORKED_OUT.findall(chunk):
            if not _TEXT_RESULT.search(cell):  # a formula whose result is an empty text was worked out
                yield from _placed(cell, NOT_WORKED_OUT)


def _placed(cell: bytes, fault: CellFault) -> Iterator[tuple[tuple[int, int], CellFault]]:
    if place := _PLACE.search(cell):
        yield (int(place[2]), column_position(place[1].decode())), fault


def _sheet_positions(archive: zipfile.ZipFile, workbook: bytes) -> dict[str, int]:
    """Return the position in the workbook of each sheet's part."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in archive.namelist():
        return {}
    targets: dict[bytes, str] = {}
    for relation in _RELATION.findall(archive.read(relations)):
        named = dict(_ATTRIBUTE.findall(relation))
        target = named.get(b"Target", b"").decode("utf-8", "replace")
        targets[named.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return {targets[found]: at for at, found in enumerate(_SHEET.findall(workbook)) if found in targets}
