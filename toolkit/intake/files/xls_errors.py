"""The cells of an old workbook (xls) that show an error, which the reader would silently give as blank.

The file is a compound file (MS-CFB) of sectors chained by tables; its stream "Workbook" (or "Book") holds the records
of MS-XLS. Only as much of either is read as is needed to find the errors.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from toolkit.errors import InputError
from toolkit.intake.cells import CellFault
from toolkit.intake.files.sheet_scan import ERROR, MOST_FAULTS
from toolkit.intake.files.unreadable import damaged, errors_somewhere

_LAST = 0xFFFFFFFA
"""Numbers above this are no sectors, but marks."""
_SMALL = 4096
_NAMES = ("Workbook", "Book")
_BOUND_SHEET, _BOF, _EOF, _FORMULA, _TRUTH_OR_ERROR = 0x0085, 0x0809, 0x000A, 0x0006, 0x0205


def error_cells(data: bytes, name: str) -> dict[int, dict[tuple[int, int], CellFault]]:
    """Return, by the sheet's position, the cells as (row from 1, column from 0) that show an error.

    Parameters
    ----------
    data
        The file's bytes.
    name
        Its name, for messages.

    Raises
    ------
    InputError
        When its sectors or records contradict one another, or it has more than `MOST_FAULTS` errors.
    """
    found: dict[int, dict[tuple[int, int], CellFault]] = {}
    try:
        stream = _stream(data)
        left = 2 * len(stream)
        for at, start in enumerate(_sheet_starts(stream)):
            cells, end = _errors(stream, start)
            left -= end - start
            if left < 0:
                raise ValueError("sheets within one another, to be read again and again")
            found[at] = dict.fromkeys(cells, ERROR)
    except (struct.error, LookupError, ValueError) as error:
        raise InputError(damaged(name)) from error
    if sum(map(len, found.values())) > MOST_FAULTS:
        raise InputError(errors_somewhere(name))
    return {at: cells for at, cells in found.items() if cells}


def _stream(data: bytes) -> bytes:
    """Return the workbook's stream; a `ValueError`, `IndexError` or `struct.error` when the chains are broken."""
    shift, small_shift = struct.unpack_from("<HH", data, 30)
    if shift not in {9, 12} or small_shift != 6:
        raise ValueError("sectors of an unlikely size")
    size = 1 << shift
    first_folder, small_first = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 60)[0]
    table = _table(data, size)
    folder = _chained(data[size:], table, first_folder, size)
    entries = {name: (start, length) for name, start, length in _entries(folder)}
    stream = next((name for name in _NAMES if name in entries), "")
    start, length = entries.get(stream, (0, 0))
    if not length:
        raise ValueError("no stream of a workbook")
    if length >= _SMALL:
        return _chained(data[size:], table, start, size)[:length]
    small_table = _numbers(_chained(data[size:], table, small_first, size))
    root_start, root_length = entries["Root Entry"]
    small = _chained(data[size:], table, root_start, size)[:root_length]
    return _chained(small, small_table, start, 64)[:length]


def _table(data: bytes, size: int) -> tuple[int, ...]:
    sectors = [number for number in struct.unpack_from("<109I", data, 76) if number < _LAST]
    further, seen = struct.unpack_from("<I", data, 68)[0], set()
    while further < _LAST:
        if further in seen:
            raise ValueError("a chain that bites its tail")
        seen.add(further)
        numbers = _numbers(data[(further + 1) * size : (further + 2) * size])
        sectors += [number for number in numbers[:-1] if number < _LAST]
        further = numbers[-1]
    if len(sectors) > len(data) // size:  # the same sector many times over would fill the memory
        raise ValueError("a table larger than the file")
    return _numbers(b"".join(data[(sector + 1) * size : (sector + 2) * size] for sector in sectors))


def _numbers(table: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])


def _chained(sectors: bytes, table: tuple[int, ...], start: int, size: int) -> bytes:
    parts: list[bytes] = []
    at = start
    while at < _LAST:
        if len(parts) > len(sectors) // size:
            raise ValueError("a chain that bites its tail")
        parts.append(sectors[at * size : (at + 1) * size])
        at = table[at]
    return b"".join(parts)


def _entries(folder: bytes) -> Iterator[tuple[str, int, int]]:
    for at in range(0, len(folder) - 127, 128):
        length, kind = struct.unpack_from("<HB", folder, at + 64)
        if kind:
            name = folder[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", folder, at + 116)
            yield name, start, size


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield each record's number, where its body begins and how long it is."""
    while at + 4 <= len(stream):
        number, length = struct.unpack_from("<HH", stream, at)
        yield number, at + 4, length
        at += 4 + length


def _sheet_starts(stream: bytes) -> list[int]:
    starts = []
    for number, at, _ in _records(stream, 0):
        if number == _BOUND_SHEET:
            starts.append(struct.unpack_from("<I", stream, at)[0])
        elif number == _EOF:
            break
    return starts


def _errors(stream: bytes, start: int) -> tuple[list[tuple[int, int]], int]:
    """Return the cells of one sheet that show an error, and where the sheet ends."""
    found: list[tuple[int, int]] = []
    depth, end = 0, start
    for number, at, length in _records(stream, start):
        end = at + length
        if number == _BOF:
            depth += 1
        elif number == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and _is_error(stream, at, number, length):
            row, column = struct.unpack_from("<HH", stream, at)
            found.append((row + 1, column))
    return found, end


def _is_error(stream: bytes, at: int, number: int, length: int) -> bool:
    if number == _TRUTH_OR_ERROR:
        return length >= 8 and stream[at + 7] == 1
    # A formula's result that is no number ends in FF FF, and begins with what it is: 2 for an error.
    return number == _FORMULA and length >= 14 and stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2
