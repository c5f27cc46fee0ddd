"""A county's own referrals by quarter or month, as members read them: counted, and set against nothing.

It is made of a published answer's protected table alone; a count that is hidden there stays hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberView
from toolkit.wording.numbers import counted

TABLE = "series"
_APRIL = 4


@dataclass(frozen=True, slots=True)
class Counted:
    """A series of counts.

    Attributes
    ----------
    headline
        What the picture shows, as a sentence.
    rows
        A row a quarter or month, in order: ``period``, ``starts_on`` (its first day), ``referrals`` (missing where it
        is hidden) and ``said`` (the same in words).
    by
        ``quarter`` or ``month``.
    """

    headline: str
    rows: pd.DataFrame
    by: str


def counted_by_period(view: MemberView) -> Counted | None:
    """Return the counts of a published answer; ``None`` where fewer than two are shown."""
    found = [row for row in view.tables.get(TABLE, ()) if row.get("period")]
    rows = pd.DataFrame(
        {
            "period": [str(row["period"]) for row in found],
            "starts_on": [first_day(str(row["period"])) for row in found],
            "referrals": pd.array([row["referrals"] for row in found], dtype="Int64"),
        }
    )
    told = rows["referrals"].dropna()
    if len(told) < 2:  # one alone is no course
        return None
    rows["said"] = [SUPPRESSED if pd.isna(one) else f"{one:,}" for one in rows["referrals"]]
    by = "quarter" if " Q" in str(rows["period"].iloc[0]) else "month"
    headline = f"{counted(len(rows), by)} of referrals: from {told.min():,} to {told.max():,} in each"
    return Counted(headline, rows, by)


def first_day(period: str) -> pd.Timestamp:
    """Return the first day of a quarter or month by its name.

    >>> first_day("2009/10 Q4").date().isoformat(), first_day("February 2010").date().isoformat()
    ('2010-01-01', '2010-02-01')
    """
    year, _, quarter = period.partition(" Q")
    if not quarter:
        return pd.to_datetime(period, format="%B %Y")
    return pd.Timestamp(int(year[:4]), _APRIL, 1) + pd.DateOffset(months=3 * (int(quarter) - 1))
