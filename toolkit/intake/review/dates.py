"""Days and months as people in the UK write them. Nothing is guessed: what could be two days is refused."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from toolkit.intake.cells import Cell
from toolkit.intake.review.reading import How, Reading

PIVOT = 50
"""Years of two digits below this are 2000 to 2049, the others 1950 to 1999."""
EARLIEST = date(1970, 1, 1)
LATEST = date(2099, 12, 31)
EXCEL_DAY_0 = date(1899, 12, 30)
"""Excel's day number 0, for every day after February 1900 (its calendar has a 29 February 1900 that never was)."""

ENTER_A_DATE = "Enter a date as day/month/year, such as 04/03/2010."
ENTER_A_MONTH = "Enter a month and year, such as March 2009."
_FROM_1904 = "This workbook counts days from 1904, so a number may mean another day. Format the cells as dates."

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH_OF = {name: at for at, name in enumerate(MONTHS, 1)} | {name[:3]: at for at, name in enumerate(MONTHS, 1)}
_MONTH_OF["sept"] = 9

# Texts are put in small letters before they are matched: the T of ISO 8601 as well.
_TIME = r"(?:[t\s]\s*(?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.[0-9]{1,9})?)?)?"
_YEAR = r"(?P<year>[0-9]{4}|'?[0-9]{2})"
_ISO = re.compile(r"(?P<year>[0-9]{4})([-/.])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})" + _TIME)
_UK = re.compile(r"(?P<day>[0-9]{1,2})\s*([-/.])\s*(?P<month>[0-9]{1,2})\s*\2\s*" + _YEAR + _TIME)
_WORDS = re.compile(
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
    r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?:\s*-\s*|\s+of\s+|\s+)(?P<name>[a-z]+)\.?,?(?:\s*-\s*|\s+)" + _YEAR + _TIME
)
_MONTH_WORDS = re.compile(r"(?P<name>[a-z]+)\.?,?(?:\s*[-/]\s*|\s+)" + _YEAR)
_MONTH_NUMBERS = re.compile(r"(?P<month>[0-9]{1,2})\s*[-/.]\s*(?P<year>[0-9]{4})")
_MONTH_ISO = re.compile(r"(?P<year>[0-9]{4})\s*[-/.]\s*(?P<month>[0-9]{1,2})")
_TWO_NUMBERS = re.compile(r"[0-9]{1,2}\s*[-/.]\s*[0-9]{1,2}")
_NUMBER = re.compile(r"[0-9]{1,6}(\.[0-9]+)?")
_RUN_TOGETHER = re.compile(r"[0-9]{6}|[0-9]{8}")


def read_date(cell: Cell, *, counts_from_1904: bool = False) -> Reading:
    """Return the day in a cell.

    Accepted: a day of the workbook; ``dd/mm/yyyy`` with ``/``, ``-`` or ``.``, the year of two or four digits;
    ``4 March 2010``, ``4 Mar 10``; ``yyyy-mm-dd``; an Excel day number from 1970 to 2099. A time of day is left out.
    Never accepted: the month before the day, a day without a year, a year alone.

    Parameters
    ----------
    cell
        What the cell holds.
    counts_from_1904
        Whether the workbook counts days from 1904: then no bare number is taken for a day.
    """
    match cell:
        case bool():
            return Reading(refusal=ENTER_A_DATE)
        case datetime():
            return _in_range(cell.date(), How.TIME_DROPPED if cell.time() != time.min else None)
        case date():
            return _in_range(cell, None)
        case int() | float():
            return _from_number(cell, counts_from_1904)
        case str():
            return _from_text(" ".join(cell.split()).lower(), counts_from_1904)
    return Reading(refusal=ENTER_A_DATE)


def read_month(cell: Cell, *, counts_from_1904: bool = False) -> Reading:
    """Return the month in a cell, as its first day.

    Accepted: ``March 2009``, ``Mar-09``, ``03/2009``, ``2009-03``, and every day `read_date` accepts.
    ``03/09`` is refused: it could be a day or a month.

    Parameters
    ----------
    cell
        What the cell holds.
    counts_from_1904
        As in `read_date`.
    """
    if isinstance(cell, str):
        text = " ".join(cell.split()).lower()
        found = _month_of_text(text)
        if found is not None:
            return found
        if _TWO_NUMBERS.fullmatch(text):
            return Reading(refusal=f"It could be a day or a month. {ENTER_A_MONTH}")
    reading = read_date(cell, counts_from_1904=counts_from_1904)
    if reading.value is None:
        return Reading(refusal=reading.refusal.replace(ENTER_A_DATE, ENTER_A_MONTH))
    how = reading.how
    if reading.value.day != 1 and how is not How.TWO_DIGIT_YEAR:
        how = How.DAY_DROPPED
    return Reading(reading.value.replace(day=1), how=how)


def months_after(day: date, months: int) -> date:
    """Return the last day of the month that is ``months`` after a day's month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


def _from_number(number: float, counts_from_1904: bool) -> Reading:
    if 1900 <= number <= 2100 and number == int(number):
        return Reading(refusal=f"That is a year alone. {ENTER_A_DATE}")
    first, last = ((day - EXCEL_DAY_0).days for day in (EARLIEST, LATEST))
    if not first <= number < last + 1:
        return Reading(refusal=ENTER_A_DATE)
    if counts_from_1904:
        return Reading(refusal=_FROM_1904)
    return Reading(EXCEL_DAY_0 + timedelta(days=int(number)), how=How.SERIAL)


def _from_text(text: str, counts_from_1904: bool) -> Reading:
    if _RUN_TOGETHER.fullmatch(text):
        return Reading(refusal=ENTER_A_DATE)
    if _NUMBER.fullmatch(text):
        return _from_number(float(text), counts_from_1904)
    found = _ISO.fullmatch(text) or _UK.fullmatch(text)
    if found:
        return _day(int(found["day"]), int(found["month"]), found)
    found = _WORDS.fullmatch(text)
    if found and found["name"] in _MONTH_OF:
        return _day(int(found["day"]), _MONTH_OF[found["name"]], found)
    if _month_of_text(text) is not None:
        return Reading(refusal=f"That is a month without a day. {ENTER_A_DATE}")
    if _TWO_NUMBERS.fullmatch(text):
        return Reading(refusal=f"It has no year. {ENTER_A_DATE}")
    return Reading(refusal=ENTER_A_DATE)


def _day(day: int, month: int, found: re.Match[str]) -> Reading:
    year, is_short = _year(found["year"])
    if month > 12:
        if month <= 31 and 1 <= day <= 12:
            return Reading(
                refusal=f"The second number, {month}, cannot be a month. "
                f"Put the day first: {month:02d}/{day:02d}/{year}."
            )
        return Reading(refusal=ENTER_A_DATE)
    if 0 in (month, day, year):
        return Reading(refusal=ENTER_A_DATE)
    last = monthrange(year, month)[1]
    if day > last:
        return Reading(refusal=f"{MONTHS[month - 1].capitalize()} {year} has only {last} days. {ENTER_A_DATE}")
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23:
        return Reading(refusal=ENTER_A_DATE)
    how = How.TWO_DIGIT_YEAR if is_short else How.TIME_DROPPED if hour or minute or second else None
    return _in_range(date(year, month, day), how)


def _month_of_text(text: str) -> Reading | None:
    """Return the month a text names, a refusal of its year, or None when the text names no month."""
    found = _MONTH_WORDS.fullmatch(text)
    if found and found["name"] in _MONTH_OF:
        month = _MONTH_OF[found["name"]]
    else:
        found = _MONTH_NUMBERS.fullmatch(text) or _MONTH_ISO.fullmatch(text)
        if not found:
            return None
        month = int(found["month"])
    year, is_short = _year(found["year"])
    if not 1 <= month <= 12 or year < 1:
        return Reading(refusal=ENTER_A_MONTH)
    return _in_range(date(year, month, 1), How.TWO_DIGIT_YEAR if is_short else None)


def _year(text: str) -> tuple[int, bool]:
    digits = text.removeprefix("'")
    if len(digits) == 4:
        return int(digits), False
    short = int(digits)
    return (2000 if short < PIVOT else 1900) + short, True


def _in_range(day: date, how: How | None) -> Reading:
    if not EARLIEST <= day <= LATEST:
        return Reading(refusal=f"{day.year} is not a likely year. {ENTER_A_DATE}", unlikely=day)
    return Reading(day, how=how)
