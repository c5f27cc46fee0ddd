"""Suppressed figures as the interval they lie in, never as nought and never worked out."""

from __future__ import annotations

import pandas as pd

from toolkit.intake.published.measures import SOURCES

HIDDEN_FROM, HIDDEN_TO = 1, 5
"""The Department hides counts of 1 to 5."""
_PARTS = frozenset(f"referrals_source_{name}" for name in SOURCES)


def with_intervals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return counts with ``low`` and ``high``.

    Parameters
    ----------
    rows
        Of `area_counts`, with ``year`` (int).

    Returns
    -------
    DataFrame
        area, year, measure, count, low, high: a published figure is its own interval, a suppressed one lies
        from 1 to 5, one missing or not applicable has none.

    Notes
    -----
    Beside a small figure the Department hides another, which may be larger, so that the small one cannot be worked out.
    A hidden count of one source may therefore be as large as the total leaves room for, and its interval says so; it
    is never narrower than 1 to 5, which would publish what was hidden.
    """
    is_hidden = rows["status"] == "suppressed"
    low = rows["count"].mask(is_hidden, HIDDEN_FROM)
    high = rows["count"].mask(is_hidden, HIDDEN_TO)
    long = rows[["area", "year", "measure", "count"]].assign(low=low, high=high)
    if not (is_hidden & rows["measure"].isin(_PARTS)).any():
        return long
    room = _room(rows, is_hidden)
    at = pd.MultiIndex.from_frame(long[["area", "year"]])
    of_parts = is_hidden & long["measure"].isin(_PARTS)
    widest = pd.Series(room.reindex(at).to_numpy(), index=long.index)
    return long.assign(high=long["high"].mask(of_parts, widest.where(widest > HIDDEN_TO, HIDDEN_TO)))


def _room(rows: pd.DataFrame, is_hidden: pd.Series) -> pd.Series:
    """Return by (area, year) the largest that one hidden source may be, the other hidden ones at their least."""
    key = ["area", "year"]
    totals = rows[rows["measure"] == "referrals"].set_index(key)["count"]
    parts = rows[rows["measure"].isin(_PARTS)].assign(hidden=is_hidden)
    by = parts.groupby(key)
    shown, hidden = by["count"].sum(), by["hidden"].sum()
    room = totals.reindex(shown.index) - shown - HIDDEN_FROM * (hidden - 1)
    return room.where(room.notna(), float("inf"))
