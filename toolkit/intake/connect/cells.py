"""What a cell of another system's export holds: a number, a day, words; refused where our own tables' cells are."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from toolkit.intake.cells import Cell, is_blank
from toolkit.intake.review.cell_readers import reader_for
from toolkit.intake.review.dates import EARLIEST, ENTER_A_DATE, LATEST
from toolkit.intake.review.reading import How, Reading
from toolkit.tables import table as table_named

_REFERRALS = table_named("referrals")
_CHILD = reader_for(_REFERRALS.column("child_id"), today=LATEST)
_NUMBER = reader_for(_REFERRALS.column("referral_id"), today=LATEST)
_WORDS = reader_for(_REFERRALS.column("closure_reason"), today=LATEST)
_DAY = {
    from_1904: reader_for(_REFERRALS.column("received_on"), today=LATEST, counts_from_1904=from_1904)
    for from_1904 in (False, True)
}
# xs:date and xs:dateTime with the zone they may have, and as databases write them.
_ZONED = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[Tt ](?P<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?\s*"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))"
)
_FURTHEST = 14 * 60
"""Minutes between the furthest zones and Greenwich, as XML Schema has it."""
_OTHER_ZONE = "It is a time of another zone. Give the day in England, as dd/mm/yyyy."


def child_in(cell: Cell) -> Reading:
    """Return a child's number, as it stands; what Excel changed, an error or a name is refused."""
    return Reading() if is_blank(cell) else _CHILD(cell)


def number_in(cell: Cell) -> Reading:
    """Return any other number of the source system, as it stands, with the same refusals."""
    return Reading() if is_blank(cell) else _NUMBER(cell)


def words_in(cell: Cell) -> Reading:
    """Return a cell's words on one line; a true or false of the workbook as that word."""
    if isinstance(cell, bool):
        return Reading("true" if cell else "false")
    read = Reading() if is_blank(cell) else _WORDS(cell)
    return Reading(" ".join(read.value.split())) if isinstance(read.value, str) else read


def day_in(cell: Cell, *, counts_from_1904: bool = False) -> Reading:
    """Return the day in a cell.

    A moment in a named zone is the day it was in England: 2024-05-31T23:00:00Z is 1 June. A day with a zone and without
    a time is the day it says, as XML Schema allows one to be written.

    Parameters
    ----------
    cell
        What the file holds.
    counts_from_1904
        Whether the workbook counts days from 1904: then a bare number is refused.
    """
    if is_blank(cell):
        return Reading()
    zoned = _ZONED.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return _DAY[counts_from_1904](cell) if zoned is None else _in_england(zoned)


def _in_england(found: re.Match[str]) -> Reading:
    if found["sign"] and int(found["hours"]) * 60 + int(found["minutes"]) > _FURTHEST:
        return Reading(refusal=ENTER_A_DATE)
    try:
        if found["time"] is None:
            day = date.fromisoformat(found["day"])
        else:
            moment = datetime.fromisoformat(f"{found['day']}T{found['time']}{found['zone'].upper()}")
            day = moment.astimezone(ZoneInfo("Europe/London")).date()
    except ZoneInfoNotFoundError:  # a machine without the table of zones
        return Reading(refusal=_OTHER_ZONE)
    except (ValueError, OverflowError):
        return Reading(refusal=ENTER_A_DATE)
    if not EARLIEST <= day <= LATEST:
        return Reading(refusal=ENTER_A_DATE, unlikely=day)
    return Reading(day, how=How.TIME_DROPPED if found["time"] else None)
