"""Which year ending 31 March a period of a published file is."""

from __future__ import annotations

import re
from datetime import date

FIRST = 2000
"""The first year ending any file the toolkit reads could be about."""
_SPAN = re.compile(r"(?P<first>20\d\d)(?:/|-|–|_|)(?P<last>(?:20)?\d\d)")


def year_ending(said: str, today: date | None = None) -> int | None:
    """Return the year ending of "2024", "202324", "2023/24" or "2023-24"; None when it is no year.

    Six digits are a year only when the last two follow the first four: 202404 is a month and 202325 nothing. A year
    later than the next one is none that could have been published.
    """
    text = said.strip()
    latest = (today or date.today()).year + 1
    if re.fullmatch(r"20\d\d", text):
        year = int(text)
    else:
        span = _SPAN.fullmatch(text)
        if span is None or (int(span["first"]) + 1) % 100 != int(span["last"]) % 100:
            return None
        year = int(span["first"]) + 1
        if len(span["last"]) == 4 and int(span["last"]) != year:
            return None
    return year if FIRST <= year <= latest else None


def is_year_long(identifier: str) -> bool:
    """Return whether what a file calls its periods (``time_identifier``) is a year; where it says nothing, it is."""
    return identifier.strip().lower() in {"", "reporting year", "financial year", "calendar year", "mid-year", "year"}
