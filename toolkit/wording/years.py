"""Years written one way: a financial year, from 1 April to 31 March, as 2009/10."""

from __future__ import annotations


def financial_year(ending: int) -> str:
    """Return the financial year that ends on 31 March of a year; a chart's axis writes it the same (`year_axis`).

    >>> financial_year(2010), financial_year(2000)
    ('2009/10', '1999/00')
    """
    return f"{ending - 1}/{ending % 100:02d}"
