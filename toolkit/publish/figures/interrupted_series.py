"""The figures of a series: the county's counts by quarter."""

from __future__ import annotations

from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables

LOWEST, HIGHEST = "series/lowest quarter", "series/highest quarter"
LATEST, YEAR_BEFORE = "series/latest quarters", "series/same quarters a year before"


def quarter_name(quarter: str) -> str:
    """Return the name of a quarter's count."""
    return f"series/{quarter}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the quarters with the fewest and the most, the latest together, up to four, and the same a year before."""
    names = [
        book.figure(quarter_name(row["quarter"]), int(row["referrals"]))
        for row in bundle.tables.get("series", ())
        if row["referrals"] is not None
    ]
    if names:
        book.total(LOWEST, [min(names, key=lambda name: book[name])])
        book.total(HIGHEST, [max(names, key=lambda name: book[name])])
    pairs = min(4, len(names) - 4)
    if pairs >= 1:
        book.total(LATEST, names[-pairs:])
        book.total(YEAR_BEFORE, names[-pairs - 4 : len(names) - 4])


def enter_series(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the county's counts by quarter, which add up to the years anyone may know."""
    for row in tables["series"]:
        if row["referrals"] is not None:
            book.figure(quarter_name(row["quarter"]), int(row["referrals"]))


def series(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the county's counts by quarter."""
    return [
        {"quarter": row["quarter"], "referrals": release[quarter_name(row["quarter"])]}
        for row in tables["series"]
        if row["referrals"] is not None
    ]
