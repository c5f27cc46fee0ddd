"""A score read on its instrument: what is certain is taken, half points however they are written, and nothing else."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from toolkit.intake.cells import Cell, CellFault
from toolkit.intake.review.reading import Reading
from toolkit.tables.instrument_scale import Instrument

_NUMBER = re.compile(r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,6})?")
_HALF = re.compile(r"([0-9]{1,4})?\s*½|([0-9]{1,4})\s+1/2")
_COMMA = re.compile(r"[0-9]{1,4},[0-9]{1,2}")
_OUT_OF = re.compile(r"[0-9]{1,4}(?:[.,][0-9]+|½)?\s*(?:/|\\|out\s+of|of)\s*[0-9]{1,4}", re.IGNORECASE)
_BETWEEN = re.compile(r"[0-9]{1,4}(?:[.,][0-9]+|½)?\s*(?:-|–|to|or|and)\s*[0-9]{1,4}(?:[.,][0-9]+|½)?", re.IGNORECASE)

WITH_A_STOP = "Write a half point with a full stop, such as 3.5; two scores are two rows."
ALONE = "Write the score alone: what it is out of, the instrument says."
ONE_SCORE = "Write one score."
A_DAY = "Excel has made a day of it: format the column as a number, and type the score again."


def read_points(cell: Cell, instrument: Instrument) -> Reading:
    """Return the score in a cell that is not blank.

    3, 3.0, "3.50", "3½" and "3 1/2" are certain. A decimal comma may stand between two scores; "7/10", a day that was
    one, and "3 to 4" leave open what is meant: each is refused with what to do.

    Parameters
    ----------
    cell
        The cell.
    instrument
        What it was scored with.
    """
    if isinstance(cell, CellFault):
        return Reading(refusal=cell.advice)
    score = _score(cell)
    if score is None or not instrument.allows(score):
        return Reading(refusal=f"{_advice(cell)} {instrument.expected}".lstrip())
    return Reading(score)


def _score(cell: Cell) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = cell.strip() if isinstance(cell, str) else ""
    if not text.isascii() and "½" not in text:  # other scripts' digits are digits to Python
        return None
    if _NUMBER.fullmatch(text):
        return float(text)
    half = _HALF.fullmatch(text)
    return float(half[1] or half[2] or 0) + 0.5 if half else None


def _advice(cell: Cell) -> str:
    if isinstance(cell, date | datetime | time):
        return A_DAY
    text = cell.strip() if isinstance(cell, str) else ""
    for form, advice in ((_COMMA, WITH_A_STOP), (_HALF, ""), (_OUT_OF, ALONE), (_BETWEEN, ONE_SCORE)):
        if form.fullmatch(text):
            return advice
    return ""
