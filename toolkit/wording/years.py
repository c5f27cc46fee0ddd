"""Financial years as members read them everywhere: 2009/10, as the report of 2011 writes them."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")


def year_ending(year: int) -> str:
    """Return the year that ends on 31 March of a year.

    >>> year_ending(2010), year_ending(2000)
    ('2009/10', '1999/00')
    """
    return f"{year - 1}/{year % 100:02d}"


def as_years_are_written(level: str) -> str:
    """Return a level of a table, a year written with a hyphen as it is written everywhere.

    >>> as_years_are_written("2009-10"), as_years_are_written("Ashmere")
    ('2009/10', 'Ashmere')
    """
    found = _WRITTEN.fullmatch(level)
    return f"{found[1]}/{found[2]}" if found else level
