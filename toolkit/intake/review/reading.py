"""One cell's value read for one column, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from toolkit.intake.cells import Cell


class How(StrEnum):
    """What a cell needed to be understood; people are told how often."""

    SERIAL = "serial"
    TWO_DIGIT_YEAR = "two_digit_year"
    TIME_DROPPED = "time_dropped"
    DAY_DROPPED = "day_dropped"
    SPACES_DROPPED = "spaces_dropped"
    DEFAULT = "default"
    DECLARED = "declared"


SAID: Mapping[How, tuple[str, str]] = MappingProxyType(
    {
        How.SERIAL: ("1 date was a number; it was read as an Excel date", "dates were numbers; read as Excel dates"),
        How.TWO_DIGIT_YEAR: (
            "1 date had a year of two digits; it was read as a year from 1970 to 2049",
            "dates had years of two digits; read as years from 1970 to 2049",
        ),
        How.TIME_DROPPED: (
            "1 date had a time of day, which was left out",
            "dates had a time of day, which was left out",
        ),
        How.DAY_DROPPED: (
            "1 month was written as a day; only its month was kept",
            "months were written as days; only the month was kept",
        ),
        How.SPACES_DROPPED: (
            "1 value had spaces around it, which were left out",
            "values had spaces around them, which were left out",
        ),
        How.DEFAULT: ("1 cell was blank and was filled in", "cells were blank and were filled in"),
        How.DECLARED: (
            "1 row does not say it; what was declared for the upload was used",
            "rows do not say it; what was declared for the upload was used",
        ),
    }
)
"""How each is told: of one cell, and of several."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One cell, read.

    Parameters
    ----------
    value
        The value as it is stored; None when the cell is blank or refused.
    refusal
        What to do about a cell that cannot be accepted; empty when it can.
    how
        What was needed to understand it, if anything.
    hidden
        What is shown in place of the value when it must not be repeated, such as a name.
    unlikely
        The day of a cell that is refused for its year alone.
    """

    value: Any = None
    refusal: str = ""
    how: How | None = None
    hidden: str = ""
    unlikely: date | None = None


Reader = Callable[[Cell], Reading]
"""Reads a cell that is not blank."""
