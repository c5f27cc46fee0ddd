"""The figures of a series: the county's counts by quarter or month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables
from toolkit.studies.interrupted_series.facts import SeriesFacts

_APRIL = 4
LOWEST, HIGHEST = "series/lowest", "series/highest"
LATEST, YEAR_BEFORE = "series/latest year", "series/same months a year before"


def period_of(row: Mapping[str, Any]) -> str:
    """Return the quarter or month of a row; results of before months could be counted in say ``quarter``."""
    return str(row.get("period", row.get("quarter", "")))


def figure_name(row: Mapping[str, Any]) -> str:
    """Return the name of a quarter's or month's count."""
    return f"series/{period_of(row)}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the periods with the fewest and the most, the latest together, up to a year, and the same a year before."""
    is_public = isinstance(bundle.facts, SeriesFacts) and bundle.facts.source == "published"
    rows = [row for row in bundle.table("series") if row["referrals"] is not None]
    names = [book.figure(figure_name(row), int(row["referrals"]), known=is_public) for row in rows]
    per_year = _per_year(rows)
    sums = {}
    if names:
        sums = {LOWEST: [min(names, key=lambda name: book[name])], HIGHEST: [max(names, key=lambda name: book[name])]}
    pairs = min(per_year, len(names) - per_year)
    if pairs >= 1:
        sums |= {LATEST: names[-pairs:], YEAR_BEFORE: names[-pairs - per_year : len(names) - per_year]}
    for name, parts in sums.items():
        book.figure(name, sum(book[part] for part in parts), known=is_public)
        book.total(name, parts)


def names_of_periods(tables: Tables) -> tuple[str, ...]:
    """Return the names of every quarter's or month's count."""
    return tuple(figure_name(row) for row in tables.get("series", ()) if row["referrals"] is not None)


def enter_series(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the county's counts; those of a whole year are taken to be known, as the Department publishes such sums."""
    years: dict[str, list[str]] = {}
    rows = [row for row in tables["series"] if row["referrals"] is not None]
    for row in rows:
        name = book.figure(figure_name(row), int(row["referrals"]))
        years.setdefault(_year_of(row), []).append(name)
    for year, parts in years.items():
        if year and len(parts) == _per_year(rows):
            book.figure(f"series/year/{year}", sum(book[name] for name in parts), known=True)
            book.total(f"series/year/{year}", parts)


def _per_year(rows: Sequence[Mapping[str, Any]]) -> int:
    """Return 12 where the first two rows are a month apart, and 4 otherwise."""
    if len(rows) < 2:
        return 4
    first, second = (str(row.get("first_day") or "")[:7] for row in rows[:2])
    if min(len(first), len(second)) < len("2010-04"):
        return 4
    months = [12 * int(day[:4]) + int(day[5:7]) for day in (first, second)]
    return 12 if months[1] - months[0] == 1 else 4


def _year_of(row: Mapping[str, Any]) -> str:
    """Return the year from April on that a quarter or month is in; empty where its first day is not given."""
    day = str(row.get("first_day") or "")
    if len(day) < len("2010-04"):
        return ""
    year, month = int(day[:4]), int(day[5:7])
    return str(year if month >= _APRIL else year - 1)


def series(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the county's counts by quarter or month."""
    return [
        {"period": period_of(row), "referrals": _as_shown(figure_name(row), release)}
        for row in tables["series"]
        if row["referrals"] is not None
    ]


def _as_shown(name: str, release: Release) -> int | None:
    """Return a count as released; one that everybody knows exactly as it is."""
    said = release.said[name]
    return int(said.least) if said.least == said.most else release[name]
