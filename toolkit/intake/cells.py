"""A cell: its name in Excel, how its value is shown to a person, and how it is made safe on the way out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

LONGEST_SHOWN = 60
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of signs that nobody sees: control, format, private, unassigned, separators of lines."""
_PLAIN = re.compile(r"[\w£%#&+/:,;'()\[\]@*<>=-]([\w£%#&+/.:,;'()\[\]@*<>=-]*[\w£%#&+/)\]*>-])?")
_STARTS = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
"""How a formula may begin; Excel in East Asian languages takes the full-width signs as well."""
_FORMULA_LIKE = re.compile(_STARTS)
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?")
_NEUTRALISED = re.compile("'" + _STARTS)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that holds no value that can be trusted, and why.

    Parameters
    ----------
    shown
        How it is named to a person: "an error", "a formula that was never worked out".
    advice
        What to do about it.
    """

    shown: str
    advice: str


Cell = str | int | float | bool | date | datetime | time | CellFault | None
"""What a cell may hold, as the workbook holds it; a blank cell is None."""


def column_letters(position: int) -> str:
    """Return the letters of a column.

    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    letters = ""
    number = position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_position(letters: str) -> int:
    """Return the position, from 0, of a column named by letters.

    >>> column_position("A"), column_position("AA")
    (0, 26)
    """
    position = 0
    for letter in letters.upper():
        position = position * 26 + ord(letter) - 64
    return position - 1


def is_blank(cell: Cell) -> bool:
    """Return whether a cell holds nothing but spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def whole_text(number: float) -> str:
    """Return a number as a person writes it: 4.0 as 4; beyond the 15 digits Excel keeps, shortened as Excel does."""
    if abs(number) < 1e15:
        return str(int(number)) if number == int(number) else repr(number)
    return f"{number:.15g}"


def as_text(cell: Cell) -> str:
    """Return a cell's value in full, as a person would write it: days as dd/mm/yyyy, 4.0 as 4, blank as ""."""
    if isinstance(cell, str):
        return cell
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return whole_text(cell)
        case datetime():
            has_time = cell.time() != time.min
            return f"{cell:%d/%m}/{cell.year:04d}" + (f" {cell:%H:%M}" if has_time else "")
        case date():
            return f"{cell:%d/%m}/{cell.year:04d}"
        case time():
            return f"{cell:%H:%M}"
        case CellFault():
            return "#N/A"  # so that a copy of it is refused again
    return ""


def shown(cell: Cell) -> str:
    """Return a cell's value as a message shows it: "blank" for nothing; words with spaces in quotes; long text cut."""
    if is_blank(cell):
        return "blank"
    if isinstance(cell, CellFault):
        return cell.shown
    text = visible(as_text(cell)).strip()
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN] + "…"
    if not isinstance(cell, str) or _PLAIN.fullmatch(text):
        return text
    return f'"{text}"'


def visible(text: str) -> str:
    """Return text with what cannot be seen (control, format and direction signs) as a small square."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("□" if unicodedata.category(sign) in UNSEEN else sign for sign in text)


def neutralised(text: str) -> str:
    """Return text that no spreadsheet runs: what begins like a formula gets an apostrophe in front; numbers do not.

    >>> neutralised("=1+1"), neutralised("-4")
    ("'=1+1", '-4')
    """
    if _FORMULA_LIKE.match(text) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def restored(text: str) -> str:
    """Return text without the apostrophe `neutralised` put in front, so that a mended file reads as the first did."""
    if _NEUTRALISED.match(text) and neutralised(text[1:]) == text:
        return text[1:]
    return text
