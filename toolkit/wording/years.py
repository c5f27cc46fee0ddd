"""Years written one way: a financial year, from 1 April to 31 March, as 2009/10."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\d{4})-(\d{2})")


def financial_year(ending: int) -> str:
    """Return the financial year that ends on 31 March of a year; a chart's axis writes it the same (`year_axis`).

    >>> financial_year(2010), financial_year(2000)
    ('2009/10', '1999/00')
    """
    return f"{ending - 1}/{ending % 100:02d}"


def as_years_are_written(level: str) -> str:
    """Return a level of a table, a year written with a hyphen as it is written everywhere.

    >>> as_years_are_written("2009-10"), as_years_are_written("Ashmere")
    ('2009/10', 'Ashmere')
    """
    found = _WRITTEN.fullmatch(level)
    return f"{found[1]}/{found[2]}" if found else level
