"""A reader for each kind of column: what a cell means there, or what to do about it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from toolkit.errors import did_you_mean
from toolkit.intake.cells import UNSEEN, Cell, CellFault, restored, whole_text
from toolkit.intake.review.dates import ENTER_A_DATE, ENTER_A_MONTH, months_after, read_date, read_month
from toolkit.intake.review.reading import How, Reader, Reading
from toolkit.tables import Column, Kind

LONGEST_IDENTIFIER = 100
LONGEST_TEXT = 2_000
LONGEST_LIST = 6
"""Codes are listed in a message up to this many."""

_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_SIGNS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"[0-9]{1,15}\.[0-9]{1,15}")
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#N/A!"})
_EXACT_DIGITS = 1e15
_NEVER_KEPT = frozenset({"Cc", "Cs"})
"""Unicode categories of signs no text keeps; an identifier keeps none of `UNSEEN`."""
_SHORTENED = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?[eE][+-][0-9]+|[+-]?[0-9]\.[0-9]+[eE][0-9]+")
_IS_SHORTENED = "It is a number that was shortened on the way. Format the cell as text and type it again in full."
_ERROR_TEXT = "It is a spreadsheet error, not a value. Put right the formula in the cell, or type the value."
_LOST = 'A letter was lost in it before it came here: ask for the file again, saved as "CSV UTF-8".'
_NOT_A_NAME = "Enter the {label}, never a name."


def expected(column: Column) -> str:
    """Return what to enter in a column, as an instruction: "Enter a whole number from 1 to 5."."""
    match column.kind:
        case Kind.DATE:
            return ENTER_A_DATE
        case Kind.MONTH:
            return ENTER_A_MONTH
        case Kind.YES_NO:
            return "Enter yes or no."
        case Kind.WHOLE:
            return f"Enter a whole number{_range(column)}."
        case Kind.DECIMAL if column.is_on_instrument:  # as long as no instrument is named
            return f"Enter a whole number{_range(column)}."
        case Kind.DECIMAL:
            return f"Enter a number{_range(column)}."
        case Kind.CODE:
            return _expected_code(column)
    what = column.in_words or f"the {lower_first(column.label)}"
    return f"Enter {what}, such as {column.example}." if column.example else f"Enter {what}."


def lower_first(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label if label[:2].isupper() else label[0].lower() + label[1:]


def reader_for(column: Column, *, today: date, counts_from_1904: bool = False) -> Reader:
    """Return the function that reads a cell of a column (never a blank one).

    Parameters
    ----------
    column
        The column.
    today
        Days after this (and the column's ``months_ahead``) are refused.
    counts_from_1904
        Whether the workbook counts days from 1904.
    """
    by_kind = {Kind.TEXT: read_text, Kind.IDENTIFIER: read_identifier, Kind.YES_NO: read_yes_no}
    by_kind |= {Kind.WHOLE: read_whole, Kind.DECIMAL: read_decimal}
    by_kind |= {Kind.DECIMAL: read_whole} if column.is_on_instrument else {}
    codes = code_meanings(column)

    def read(cell: Cell) -> Reading:
        reading = read_by_kind(cell)
        if column.same_as_empty and reading.value == column.empty_value:
            return replace(reading, value=None)
        return reading

    def read_by_kind(cell: Cell) -> Reading:
        if isinstance(cell, CellFault):
            return Reading(refusal=cell.advice)
        if isinstance(cell, str) and cell.strip().upper() in _ERRORS:
            return Reading(refusal=_ERROR_TEXT)
        if column.kind is Kind.CODE:
            return read_code(cell, column, codes)
        if column.kind is Kind.DATE:
            return _not_after(read_date(cell, counts_from_1904=counts_from_1904), column, today)
        if column.kind is Kind.MONTH:
            return _not_after(read_month(cell, counts_from_1904=counts_from_1904), column, today)
        return by_kind[column.kind](cell, column)

    return read


def read_text(cell: Cell, column: Column) -> Reading:
    """Return a cell's words. Numbers are taken as they are written; days are refused, for Excel makes them of words."""
    if isinstance(cell, bool | date | datetime | time) or not isinstance(cell, str | int | float):
        return Reading(refusal=f"Format the cell as text and type it again. {expected(column)}")
    if not isinstance(cell, str):
        return Reading(whole_text(cell)) if abs(cell) < _EXACT_DIGITS else Reading(refusal=expected(column))
    reading = _kept_text(cell, LONGEST_TEXT, _NEVER_KEPT)
    if column.default and isinstance(reading.value, str) and reading.value.casefold() == column.default.casefold():
        return replace(reading, value=column.default)
    return reading


def read_identifier(cell: Cell, column: Column) -> Reading:
    """Return a number or name of a thing, exactly as written. What looks like a person's name is not repeated."""
    if isinstance(cell, bool | date | datetime | time) or not isinstance(cell, str | int | float):
        return Reading(
            refusal=f"Excel may have changed it. Format the cell as text and type it again. {expected(column)}"
        )
    if not isinstance(cell, str):
        if not abs(cell) < _EXACT_DIGITS:
            return Reading(refusal="Excel keeps only 15 digits of a number. Format the cell as text and type it again.")
        if cell != int(cell):
            return Reading(refusal=f"A fraction cannot name anything. {expected(column)}")
        return Reading(str(int(cell)))
    reading = _kept_text(cell, LONGEST_IDENTIFIER, UNSEEN)
    if reading.value is None:
        return reading
    if "\n" in reading.value or "\t" in reading.value:
        return Reading(refusal=f"It has a line break or tab in it. {expected(column)}")
    if _SHORTENED.fullmatch(reading.value):
        return Reading(refusal=_IS_SHORTENED)
    if column.is_pseudonym and _looks_like_a_name(reading.value):
        advice = _NOT_A_NAME.format(label=lower_first(column.label))
        return Reading(refusal=advice, hidden="not shown, as it looks like a name")
    return reading


def read_whole(cell: Cell, column: Column) -> Reading:
    """Return a whole number within the column's range: 4, 4.0 and "4" are 4; 4.5 is refused."""
    number = _number(cell, column)
    if number is None or number != int(number):
        return Reading(refusal=expected(column))
    return _within(int(number), column)


def read_decimal(cell: Cell, column: Column) -> Reading:
    """Return a number within the column's range; thousands may have commas, pounds a £."""
    number = _number(cell, column)
    return Reading(refusal=expected(column)) if number is None else _within(float(number), column)


def read_yes_no(cell: Cell, column: Column) -> Reading:
    """Return true or false for yes, no, y, n, true, false, 1 and 0, and the column's own words."""
    if isinstance(cell, bool):
        return Reading(cell)
    word = whole_text(cell) if isinstance(cell, int | float) else cell
    word = word.strip().casefold() if isinstance(word, str) else ""
    if word in _YES or word in _NO:
        return Reading(word in _YES)
    if word in column.words:
        return Reading(column.words[word] == "yes")
    return Reading(refusal=expected(column))


def code_meanings(column: Column) -> Mapping[str, str]:
    """Return a column's codes by what may be written for them, without case or punctuation.

    The code, its meaning, or one of the column's other words. What has no letter is compared as it stands.
    """
    written: dict[str, str] = {}
    for code, meaning in column.codes.items():
        for word in (code, meaning):
            written.setdefault(_plain_word(word), code)
    if column.codes:
        for word, code in column.words.items():
            written.setdefault(_plain_word(word), code)
    return written


def _plain_word(word: str) -> str:
    return _SIGNS.sub("", word).casefold() if any(sign.isalpha() for sign in word) else word


def read_code(cell: Cell, column: Column, written: Mapping[str, str]) -> Reading:
    """Return the code that a cell names by itself or by its plain meaning."""
    if isinstance(cell, bool | date | datetime | time) or not isinstance(cell, str | int | float):
        return Reading(refusal=expected(column))
    word = cell.strip() if isinstance(cell, str) else whole_text(cell)
    if not any(sign.isalpha() for sign in word):  # "1.0" is 1 and not the code 10, "-4" is not the code 4
        code = written.get(whole_text(float(word)) if _DECIMAL.fullmatch(word) else word)
    else:
        code = written.get(_plain_word(word))
    if code is not None:
        return Reading(code)
    if _has_digit(word) and not any(map(_has_digit, column.codes)):  # "2nd" is near to "end" in its letters alone
        return Reading(refusal=expected(column))
    near = did_you_mean(word.strip(), column.codes.values())
    near = near if near.startswith("Did") else did_you_mean(word.strip(), column.codes)
    return Reading(refusal=f"{near} {expected(column)}" if near.startswith("Did") else expected(column))


def _has_digit(word: str) -> bool:
    return any(sign.isdigit() for sign in word)


def _expected_code(column: Column) -> str:
    if len(column.codes) <= LONGEST_LIST:
        *first, last = (f'"{meaning}"' for meaning in column.codes.values())
        return f"Choose {', '.join(first)} or {last}." if first else f"Choose {last}."
    return f"Choose one of the codes {', '.join(column.codes)}; the template's Notes sheet says what each means."


def _range(column: Column) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f", {low:g} or more"
    return f", {high:g} or less" if high is not None else ""


def _number(cell: Cell, column: Column) -> float | int | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return cell if abs(cell) < _EXACT_DIGITS else None
    if not isinstance(cell, str):
        return None
    text = cell.strip()
    text = text.removeprefix("£").lstrip() if column.unit == "pounds" else text
    return float(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _within(number: float, column: Column) -> Reading:
    too_low = column.minimum is not None and number < column.minimum
    too_high = column.maximum is not None and number > column.maximum
    return Reading(refusal=expected(column)) if too_low or too_high else Reading(number)


def _not_after(reading: Reading, column: Column, today: date) -> Reading:
    last = months_after(today, column.months_ahead) if column.months_ahead else today
    if reading.value is None or reading.value <= last:
        return reading
    if column.months_ahead:
        return Reading(refusal=f"That is more than {column.months_ahead} months ahead. {expected(column)}")
    return Reading(refusal=f"That is in the future: today is {today:%d/%m/%Y}. {expected(column)}")


def _kept_text(cell: str, longest: int, refused: frozenset[str]) -> Reading:
    text = restored(cell.strip())
    if not (text.isascii() and text.isprintable()):
        if any(unicodedata.category(sign) in refused and sign not in "\n\t\r" for sign in text):
            return Reading(refusal="It has a sign in it that cannot be seen. Delete the cell and type it again.")
        if "\ufffd" in text:
            return Reading(refusal=_LOST)
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    if len(text) > longest:
        return Reading(refusal=f"It has {len(text):,} characters. Enter at most {longest:,}.")
    return Reading(text, how=How.SPACES_DROPPED if cell != cell.strip() else None)


def _looks_like_a_name(text: str) -> bool:
    words = [word for word in re.split(r"[\s,.]+", text) if len(word) > 1]
    return len(words) >= 2 and not any(sign.isdigit() for sign in text)
