"""A csv file's text and cells, whatever encoding and separator the system that wrote it preferred."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from statistics import median_low

from toolkit.errors import InputError
from toolkit.intake.files.raw_sheet import Row, Sheet
from toolkit.intake.problems import Notice

MOST_ROWS = 1_048_576
MOST_CELLS = 4_000_000
LONGEST_CELL = 32_767
"""Characters in one cell, as in Excel."""
MOST_COLUMNS = 16_384
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}

_TRIED = 60
_SAMPLE = 1_000_000
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x90-\xbf]")
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAVE_AS = 'Open it in Excel and save it as an Excel Workbook (.xlsx) or as "CSV UTF-8".'


def read_delimited(data: bytes, name: str) -> tuple[Sheet, tuple[Notice, ...]]:
    """Return a csv file's cells, all of them text, with the row numbers Excel gives them, and how it was read.

    Raises
    ------
    InputError
        When the bytes are not text, mix encodings, leave a quotation mark open, or are more than Excel could hold.
    """
    text, encoding = decode(data, name)
    given = _SEPARATOR_LINE.match(text)
    if given:  # Excel does not count this line as a row
        text = text[given.end() :]
    says = given[1] if given else ""
    separator = says if says in SEPARATORS and says in text.split("\n", 1)[0] else find_separator(text)
    rows = _rows(text, separator, name)
    notices = []
    if encoding:
        notices.append(Notice(f"The file was read as {encoding} text."))
    if separator != ",":
        notices.append(Notice(f"The file's cells are separated by {SEPARATORS[separator]}, and were read so."))
    return Sheet("", rows), tuple(notices)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Return a file's text, and the name of its encoding where that is not UTF-8 (else "").

    Tried in this order: a byte order mark, UTF-8, UTF-16 without a mark, Windows-1252.

    Raises
    ------
    InputError
        When it is none of these, or some lines are UTF-8 and others Windows-1252.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _checked(_strict(data, "utf-16", name), name), "UTF-16"
    unmarked = _unmarked_utf16(data)
    if unmarked:
        return _checked(_strict(data, unmarked, name), name), "UTF-16"
    try:
        return _checked(data.decode("utf-8-sig"), name), ""
    except UnicodeDecodeError:
        pass
    if _UTF8_LETTER.search(data):
        raise InputError(
            f'"{name}" writes accented letters in two different ways, so that some would come out wrong. {_SAVE_AS}'
        )
    return _checked(_strict(data, "cp1252", name), name), "Windows (cp1252)"


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f'"{name}" holds characters that cannot be read. {_SAVE_AS}') from error


def _unmarked_utf16(data: bytes) -> str:
    start = data[:2000]
    even, odd = start[0::2].count(0), start[1::2].count(0)
    if odd > 0.4 * len(start) / 2 and even < 0.05 * len(start):
        return "utf-16-le"
    if even > 0.4 * len(start) / 2 and odd < 0.05 * len(start):
        return "utf-16-be"
    return ""


def _checked(text: str, name: str) -> str:
    text = text.removesuffix("\x1a")  # old systems end a file so
    if _NOT_TEXT.search(text):
        raise InputError(f'"{name}" is not a workbook and not text, so it cannot be read as a table. {_SAVE_AS}')
    return text


def find_separator(text: str) -> str:
    """Return the separator that cuts the first rows into the most cells, the same number in most rows."""
    sample = text[:_SAMPLE]
    is_whole = len(sample) == len(text)  # a sample may end within quotation marks

    def fit(separator: str) -> tuple[float, int]:
        try:
            reader = csv.reader(io.StringIO(sample, newline=""), delimiter=separator, strict=is_whole)
            widths = list(islice((len(cells) for cells in reader if cells), _TRIED))
        except csv.Error:
            return (0, 0)
        usual = median_low(widths) if widths else 1
        return (0, 0) if usual < 2 else (widths.count(usual) / len(widths), usual)

    fits = {separator: fit(separator) for separator in SEPARATORS}
    best = max(fits, key=lambda separator: (round(fits[separator][0], 1), fits[separator][1]))
    return best if fits[best][1] else ","


def _rows(text: str, separator: str, name: str) -> tuple[Row, ...]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    cells_read = 0
    begins = 1
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            begins = reader.line_num + 1
            while cells and not cells[-1].strip():
                cells.pop()
            if not cells:
                continue
            cells_read += len(cells)
            if number > MOST_ROWS or cells_read > MOST_CELLS:
                raise InputError(f'"{name}" has more rows than Excel holds. Split it into parts, a period each.')
            if max(map(len, cells)) > LONGEST_CELL:
                raise InputError(_too_long(name, number))
            if len(cells) > MOST_COLUMNS:
                raise InputError(f'"{name}", row {number}: there are more than {MOST_COLUMNS:,} cells. {_SAVE_AS}')
            rows.append((number, tuple(cell or None for cell in cells)))
    except csv.Error as error:
        if "field limit" in str(error):
            raise InputError(_too_long(name, number + 1)) from error
        raise InputError(
            f'"{name}", line {begins}: a quotation mark (") is out of place or never closed, so the rows after it '
            f"cannot be told apart. {_SAVE_AS}"
        ) from error
    return tuple(rows)


def _too_long(name: str, row: int) -> str:
    return f'"{name}", row {row}: a cell has more than {LONGEST_CELL:,} characters. {_SAVE_AS}'
