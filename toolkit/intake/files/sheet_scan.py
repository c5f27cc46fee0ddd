"""One part of a zipped workbook streamed past a few patterns: what is not sound, and the cells that hold no value."""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterator

from toolkit.errors import InputError
from toolkit.intake.cells import CellFault, column_letters, column_position
from toolkit.intake.files.unreadable import damaged, errors_somewhere, too_large

MOST_CELLS = 4_000_000
"""Cells of the rectangle from A1 to the furthest filled cell of a sheet."""
_CHUNK = 1 << 20
_LONGEST_CARRY = 1 << 16
_ZERO = ord("0")
MOST_FAULTS = 100_000
"""Cells without a value, of one sheet."""

_ODS_ERROR = re.compile(rb"calcext:value-type=[\"']error[\"']")
_DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)")
_ENCODING = re.compile(rb"<\?xml\s[^<>]*?\bencoding\s*=\s*[\"']([^\"']*)[\"']")
# Every pattern stops at the next "<" and looks at a tag's first 400 signs only: one that could run on would, in a part
# made of nothing but beginnings, take hours over a few kilobytes, and hold up everyone.
_TAG = rb"<(?:\w{1,40}:)?"
_IN_TAG = rb"[^<>]{0,400}"
_CELL = re.compile(_TAG + rb"c\s" + _IN_TAG + rb"?\br=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']" + _IN_TAG + rb"(?<!/)>")
# No writer puts spaces round the sign or escapes letters here; the patterns would not see such a cell.
_ODD_CELL = re.compile(_TAG + rb"c(?:[\t\r\n]|\s" + _IN_TAG + rb"?(?:\s=|=\s|&))")
_ODD_SIGNS = (b" =", b"= ", b"&", b"\t", b"\r", b"\n")
"""What such a cell has one of: to look for these first is quicker."""
_LONG_CELL = re.compile(_TAG + rb"c\s[^<>]{400}")
_ERROR = re.compile(_TAG + rb"c\s" + _IN_TAG + rb"?\bt=[\"']e[\"']" + _IN_TAG + rb">")
_ENDS = rb"</(?:\w{1,40}:)?"
_FORMULA = (
    rb"(" + _TAG + rb"c\s" + _IN_TAG + rb">)\s{0,40}" + _TAG + rb"f\b"
    rb"(?:" + _IN_TAG + rb"/>|" + _IN_TAG + rb">[^<]*" + _ENDS + rb"f\s{0,40}>)\s{0,40}"
)  # fmt: skip
_END_OF_CELL = rb"\s{0,40}" + _ENDS + rb"c\s{0,40}>"
_NO_VALUE = (
    rb"(?:" + _TAG + rb"v\s{0,40}/>|" + _TAG + rb"v\s{0,40}>\s{0,40}" + _ENDS + rb"v\s{0,40}>)?"
)  # fmt: skip
_NOT_WORKED_OUT = re.compile(_FORMULA + _NO_VALUE + _END_OF_CELL)
_NOUGHT = re.compile(_FORMULA + _TAG + rb"v\s{0,40}>0" + _ENDS + rb"v\s{0,40}>" + _END_OF_CELL)
_PLACE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")
_SECTIONS = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}

ERROR = CellFault("an error", "Put right the formula in the cell, or type the value.")
NOT_WORKED_OUT = CellFault(
    "a formula that was never worked out", "Open the workbook in Excel, save it and upload it again."
)


def scan(
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    name: str,
    *,
    is_sheet: bool,
    worked_out: bool,
    until: float,
) -> dict[tuple[int, int], CellFault]:
    """Return the cells of a part, as (row from 1, column from 0), that hold no value.

    Parameters
    ----------
    archive
        The workbook.
    info
        The part.
    name
        The file's name, for messages.
    is_sheet
        Whether the part is a sheet.
    worked_out
        Whether the formulas' results were worked out. Where a program wrote the workbook and left that to Excel, it
        puts a 0 in the place of each result.
    until
        When, by `time.monotonic`, it has taken too long.

    Raises
    ------
    InputError
        When the part declares entities, is not UTF-8, shows errors of which no place is known, writes its cells in a
        way that cannot be looked over, or has a filled cell so far out that the sheet would have more than
        `MOST_CELLS` cells.
    """
    faults: dict[tuple[int, int], CellFault] = {}
    filled = _Filled()
    _check_encoding(archive, info, name)
    for chunk in _chunks(archive, info):
        if time.monotonic() > until:
            raise InputError(too_large(name))
        if _DECLARATION.search(chunk):
            raise InputError(
                f'"{name}" declares XML entities, which no spreadsheet needs, and was not opened. '
                "Copy the table into a new workbook and upload that."
            )
        if info.filename == "content.xml" and _ODS_ERROR.search(chunk):
            raise InputError(errors_somewhere(name))
        if is_sheet:
            chunk = _without_sections(chunk, name)
            if _LONG_CELL.search(chunk):
                raise InputError(damaged(name))
            if any(sign in chunk for sign in _ODD_SIGNS) and _ODD_CELL.search(chunk):
                raise InputError(damaged(name))
            if not filled.add(_CELL.findall(chunk)):
                raise InputError(damaged(name))
            faults.update(_faults(chunk, name, worked_out))
            if len(faults) > MOST_FAULTS:
                raise InputError(
                    f'"{name}" has more than {MOST_FAULTS:,} cells that show an error or a formula that was never '
                    "worked out. Open it in Excel, put them right, save it and upload it again."
                )
    _check_extent(filled, name)
    return faults


class _Filled:
    """The filled cells of a sheet, piece by piece."""

    def __init__(self) -> None:
        self.letters: set[bytes] = set()
        self.rows: set[bytes] = set()
        self._last_row = b""
        self._in_last_row: set[bytes] = set()

    def add(self, cells: list[tuple[bytes, bytes]]) -> bool:
        """Add cells; return False when one is given twice, for then either value could be meant."""
        if not cells:
            return True
        letters, rows = {letter for letter, _ in cells}, {row for _, row in cells}
        if len(set(cells)) < len(cells) or any(map(bytes.islower, letters)) or any(row[0] == _ZERO for row in rows):
            return False
        if again := rows & self.rows:  # a row may go on from the piece before, with other cells
            here = {letter for letter, row in cells if row == self._last_row}
            if again != {self._last_row} or here & self._in_last_row:
                return False
        self._in_last_row = {letter for letter, row in cells if row == cells[-1][1]} | (
            self._in_last_row if cells[-1][1] == self._last_row else set()
        )
        self._last_row = cells[-1][1]
        self.letters |= letters
        self.rows |= rows
        return True


def _check_encoding(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> None:
    # In another encoding the patterns would see nothing, and the reader reads nothing or something else.
    with archive.open(info) as stream:
        start = stream.read(200)
    told = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
    if b"\x00" in start or (told and told[1].lower() not in {b"utf-8", b"utf8", b"us-ascii", b"ascii"}):
        raise InputError(damaged(name))


def _without_sections(chunk: bytes, name: str) -> bytes:
    """Return a piece without its comments, and with a sign in the place of each CDATA section."""
    parts: list[bytes] = []
    at = 0
    while (start := chunk.find(b"<!", at)) >= 0:
        opening = next((sign for sign in _SECTIONS if chunk.startswith(sign, start)), b"")
        if not opening:
            parts.append(chunk[at : start + 2])
            at = start + 2
            continue
        end = chunk.find(_SECTIONS[opening], start + len(opening))
        if end < 0:  # it goes on beyond what is looked over at once
            raise InputError(damaged(name))
        parts += [chunk[at:start], b"_" if opening != b"<!--" and end > start + len(opening) else b""]
        at = end + 3
    return b"".join([*parts, chunk[at:]]) if at else chunk


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part in pieces that do not cut a cell in two (a cell longer than the carry may be)."""
    carry = b""
    with archive.open(info) as stream:
        while piece := stream.read(_CHUNK):
            piece = carry + piece
            cell = max(piece.rfind(b"<c "), piece.rfind(b"<", 0, max(piece.rfind(b":c "), 0)))
            cut = max(cell, len(piece) - _LONGEST_CARRY, 0)
            carry = piece[cut:]
            yield piece[:cut]
    yield carry


def _check_extent(filled: _Filled, name: str) -> None:
    if not filled.letters:
        return
    columns = [column_position(letter.decode()) for letter in filled.letters]
    numbers = [int(row) for row in filled.rows]
    cells = (max(columns) + 1) * max(numbers)
    if cells > MOST_CELLS:
        corner = f"{column_letters(max(columns))}{max(numbers)}"
        raise InputError(too_large(name, f": its filled cells reach out to {corner}"))


def _faults(chunk: bytes, name: str, worked_out: bool) -> Iterator[tuple[tuple[int, int], CellFault]]:
    if b't="e"' in chunk or b"t='e'" in chunk:
        for cell in _ERROR.findall(chunk):
            yield _placed(cell, ERROR, name)
    if b"<f" in chunk or b":f" in chunk:
        for cell in _NOT_WORKED_OUT.findall(chunk):
            if not _TEXT_RESULT.search(cell):  # a formula whose result is an empty text was worked out
                yield _placed(cell, NOT_WORKED_OUT, name)
        if not worked_out:
            for cell in _NOUGHT.findall(chunk):
                yield _placed(cell, NOT_WORKED_OUT, name)


def _placed(cell: bytes, fault: CellFault, name: str) -> tuple[tuple[int, int], CellFault]:
    place = _PLACE.search(cell)
    if place is None:  # without its place the cell would be read as blank
        raise InputError(errors_somewhere(name))
    return (int(place[2]), column_position(place[1].decode())), fault
