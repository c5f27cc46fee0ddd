"""Numbers and days as people in Britain write them: 1,234; 12.3; 4 March 2010."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

MINUS = "\u2212"
_BRITAIN = ZoneInfo("Europe/London")


def in_words(value: Any) -> str:
    """Return a value as a page writes it; nothing for an empty one.

    >>> in_words(1234), in_words(-0.5), in_words(None), in_words(True)
    ('1,234', '−0.5', '', 'yes')
    """
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace("-", MINUS)
    if isinstance(value, float):
        written = f"{value:,.0f}" if abs(value) >= 100 or value.is_integer() else f"{value:,.1f}"
        return written.replace("-", MINUS)
    if isinstance(value, datetime):
        return uk_date(value)
    return str(value)


def hundredths(value: float) -> str:
    """Return a number to two places without trailing noughts, so that a range clear of 0 reads so.

    >>> hundredths(0.2), hundredths(-0.14), hundredths(-0.001)
    ('0.2', '−0.14', '0')
    """
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".").replace("-", MINUS)


def signed(value: float | None, places: int = 1) -> str:
    """Return a number with its sign, for where it is no finding; nought has none, and nothing is empty.

    >>> signed(-1.68), signed(0.42), signed(-0.01), signed(-1016.8, 0), signed(0.254, 2), signed(None)
    ('−1.7', '+0.4', '0.0', '−1,017', '+0.25', '')
    """
    if value is None or pd.isna(value):
        return ""
    said = f"{value:+,.{places}f}"
    return said[1:] if not float(said.replace(",", "")) else said.replace("-", MINUS)


def counted(number: int, one: str, several: str = "") -> str:
    """Return a count with its noun.

    >>> counted(1, "row"), counted(1200, "row"), counted(2, "family", "families")
    ('1 row', '1,200 rows', '2 families')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def per_cent(share: float | None) -> str:
    """Return a share as a whole per cent; empty for none."""
    return "" if share is None or pd.isna(share) else f"{100 * share:.0f}%"


def pounds(amount: float | None) -> str:
    """Return an amount in whole pounds; empty for none."""
    return "" if amount is None or pd.isna(amount) else f"£{amount:,.0f}".replace("£-", f"{MINUS}£")


def uk_date(day: Any) -> str:
    """Return a day as people write it: 4 March 2010; empty for none."""
    moment = pd.to_datetime(day, errors="coerce")
    return "" if pd.isna(moment) else f"{moment.day} {moment:%B %Y}"


def uk_month(month: str) -> str:
    """Return a month as people write it.

    >>> uk_month("2008-04")
    'April 2008'
    """
    return f"{pd.Period(month, 'M').to_timestamp():%B %Y}"


def uk_time(at: datetime) -> str:
    """Return a moment as people in Britain write it, by the clock on their wall: 4 March 2010, 14:05."""
    moment = (at.replace(tzinfo=UTC) if at.tzinfo is None else at).astimezone(_BRITAIN)
    return f"{moment.day} {moment:%B %Y, %H:%M}"
