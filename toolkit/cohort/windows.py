"""Windows of time around time zero: how many days a month mark stands for, and how a window is said."""

from __future__ import annotations

AFTER = (6, 12, 24, 36)
"""Months of the windows after time zero that outcomes are counted in."""
BEFORE = (0, 1, 2, 3, 6, 9, 12, 15, 18, 24, 30, 36)
"""Month marks that windows before time zero run between."""
_WITHIN = {6: "within six months", 12: "within a year", 24: "within two years", 36: "within three years"}


def days_of(months: int) -> int:
    """Return the days of so many months: twelfths of 365 days, to the nearest day.

    >>> [days_of(months) for months in (1, 3, 6, 12, 24)]
    [30, 91, 182, 365, 730]
    """
    return round(365 * months / 12)


def within(months: int) -> str:
    """Return a window after time zero in words.

    >>> within(12)
    'within a year'
    """
    return _WITHIN[months]


def months_in(days: int) -> int:
    """Return the whole months that cover so many days.

    >>> months_in(365), months_in(366), months_in(91)
    (12, 13, 3)
    """
    months = days * 12 // 365
    return months if days_of(months) >= days else months + 1


def under_years(child_months: int, send_months: int | None) -> str:
    """Return the ages below which children count, in words; the second is of those with SEND, where it is another.

    >>> under_years(60, None), under_years(228, 300)
    ('5', '19 (25 with special educational needs or a disability)')
    """
    years = f"{child_months / 12:g}"
    if send_months is None or send_months == child_months:
        return years
    return f"{years} ({send_months / 12:g} with special educational needs or a disability)"
