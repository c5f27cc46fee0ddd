"""The figures of a series: the county's counts by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables
from toolkit.studies.interrupted_series.facts import SeriesFacts

_QUARTERS, _APRIL = 4, 4
LOWEST, HIGHEST = "series/lowest quarter", "series/highest quarter"
LATEST, YEAR_BEFORE = "series/latest quarters", "series/same quarters a year before"


def quarter_name(quarter: str) -> str:
    """Return the name of a quarter's count."""
    return f"series/{quarter}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the quarters with the fewest and the most, the latest together, up to four, and the same a year before."""
    is_public = isinstance(bundle.facts, SeriesFacts) and bundle.facts.source == "published"
    names = [
        book.figure(quarter_name(row["quarter"]), int(row["referrals"]), known=is_public)
        for row in bundle.table("series")
        if row["referrals"] is not None
    ]
    sums = {}
    if names:
        sums = {LOWEST: [min(names, key=lambda name: book[name])], HIGHEST: [max(names, key=lambda name: book[name])]}
    pairs = min(_QUARTERS, len(names) - _QUARTERS)
    if pairs >= 1:
        sums |= {LATEST: names[-pairs:], YEAR_BEFORE: names[-pairs - _QUARTERS : len(names) - _QUARTERS]}
    for name, parts in sums.items():
        book.figure(name, sum(book[part] for part in parts), known=is_public)
        book.total(name, parts)


def names_of_quarters(tables: Tables) -> tuple[str, ...]:
    """Return the names of every quarter's count."""
    return tuple(quarter_name(row["quarter"]) for row in tables.get("series", ()) if row["referrals"] is not None)


def enter_series(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the county's counts by quarter; those of a whole year add up to what the Department publishes of it."""
    years: dict[str, list[str]] = {}
    for row in tables["series"]:
        if row["referrals"] is not None:
            name = book.figure(quarter_name(row["quarter"]), int(row["referrals"]))
            years.setdefault(_year_of(row), []).append(name)
    for year, quarters in years.items():
        if year and len(quarters) == _QUARTERS:
            book.figure(f"series/year/{year}", sum(book[name] for name in quarters), known=True)
            book.total(f"series/year/{year}", quarters)


def _year_of(row: Mapping[str, Any]) -> str:
    """Return the year from April on that a quarter is in; empty where its first day is not given."""
    day = str(row.get("first_day") or "")
    if len(day) < len("2010-04"):
        return ""
    year, month = int(day[:4]), int(day[5:7])
    return str(year if month >= _APRIL else year - 1)


def series(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the county's counts by quarter."""
    return [
        {"quarter": row["quarter"], "referrals": _as_shown(quarter_name(row["quarter"]), release)}
        for row in tables["series"]
        if row["referrals"] is not None
    ]


def _as_shown(name: str, release: Release) -> int | None:
    """Return a count as released; one that everybody knows exactly as it is."""
    said = release.said[name]
    return int(said.least) if said.least == said.most else release[name]
