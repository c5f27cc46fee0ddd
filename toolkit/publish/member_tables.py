"""The tables a member may see, each with the way it is protected; a table that is not listed here is never shown.

Every table first enters its counts in the bundle's one book of figures, so that tables of the same families are
protected together; then its rows are made of what the book shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.amounts import share_in_words
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.member_reach import (
    enter_reach_areas,
    enter_reach_by_year,
    enter_reach_groups,
    enter_trust_by_source,
    reach_areas,
    reach_by_year,
    reach_groups,
    trust_by_source,
)

Rows = Sequence[Mapping[str, Any]]
Tables = Mapping[str, Rows]


@dataclass(frozen=True, slots=True)
class Protector:
    """How one table is shown to members: what enters the book, and the rows made of what the book shows."""

    enter: Callable[[Tables, Book, Policy], None]
    rows: Callable[[Tables, Release, Policy], list[dict[str, Any]]]


def enter_tables(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the counts of every listed table of a bundle in its book."""
    for name, protector in PROTECTORS.items():
        if tables.get(name):
            protector.enter(tables, book, policy)


def member_tables(tables: Tables, release: Release, policy: Policy) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a bundle that members may see; a suppressed figure is ``None``."""
    return {
        name: protector.rows(tables, release, policy) if tables[name] else []
        for name, protector in PROTECTORS.items()
        if name in tables
    }


def events_by_outcome(rows: Rows) -> dict[str, list[int]]:
    """Return the number of rows with each outcome, by arm."""
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(str(row["outcome"]), []).append(int(row["with_outcome"]))
    return found


def enter_events_matched(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each arm's families, once, and of each outcome those with it and those without."""
    for row in tables["events_matched"]:
        part, whole = int(row["with_outcome"]), int(row["rows"])
        name = _event(row)
        book.total(
            families_of(bool(row["treated"]), whole),
            [book.figure(f"{name}/with", part), book.figure(f"{name}/without", whole - part)],
        )


def events_matched(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return how many families of each arm had each outcome."""
    shown = []
    for row in tables["events_matched"]:
        outcome = str(row["outcome"])
        part, without = release[f"{_event(row)}/with"], release[f"{_event(row)}/without"]
        whole = release[families_of(bool(row["treated"]), int(row["rows"]))]
        is_told = without is not None and share_of_shown(part, whole, policy) is not None
        shown.append(
            {
                "outcome": outcome,
                "label": OUTCOMES[outcome].label if outcome in OUTCOMES else outcome,
                "joined": bool(row["treated"]),
                "families": whole,
                "with_outcome": part,
                "in_100": share_in_words(part / whole, 100) if is_told and part is not None and whole else None,
            }
        )
    return shown


def _event(row: Mapping[str, Any]) -> str:
    return f"events/{row['outcome']}/{'joined' if row['treated'] else 'compared with'}"


def families_of(joined: bool, families: int) -> str:
    """Return the name of an arm's families; another number of them is another figure (an outcome known of fewer)."""
    return f"families/{'joined' if joined else 'compared with'}/{families}"


_CHANGES = ("improved", "same", "worse")


def enter_by_start(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by starting score, how many improved, stayed, got worse or were never scored again, with the totals."""
    lost = {int(row["start"]): int(row["no_second_score"]) for row in tables.get("no_second_score", ())}
    starts = []
    for row in tables["by_start"]:
        name = f"start/{int(row['start'])}"
        starts.append(name)
        changes = [book.figure(f"{name}/{change}", int(row[change])) for change in _CHANGES]
        twice = book.total(f"{name}/twice", changes)
        book.total(f"{name}/all", [twice, book.figure(f"{name}/lost", lost.get(int(row["start"]), 0))])
    book.total("start/all/improved", [f"{name}/improved" for name in starts])
    book.total("start/all/twice", [f"{name}/twice" for name in starts])


def by_start(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by starting score, what became of the families."""
    return [
        {
            "start": int(row["start"]),
            **{change: release[f"start/{int(row['start'])}/{change}"] for change in _CHANGES},
            "no_second_score": release[f"start/{int(row['start'])}/lost"],
            "families": release[f"start/{int(row['start'])}/all"],
        }
        for row in tables["by_start"]
    ]


def enter_funnel(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each centre's families scored twice and those that improved; they add up to those by starting score."""
    centres = []
    for row in tables["funnel"]:
        name, families, improved = f"centre/{row['centre_id']}", int(row["families"]), int(row["improved"])
        few = families < policy.minimum_families
        centres.append(name)
        book.total(
            book.figure(f"{name}/twice", families, withheld=few),
            [
                book.figure(f"{name}/improved", improved, withheld=few),
                book.figure(f"{name}/others", families - improved, withheld=few),
            ],
        )
    for which in ("twice", "improved"):
        parts = [f"{name}/{which}" for name in centres]
        total = f"start/all/{which}"
        if total in book and book[total] == sum(book[part] for part in parts):
            book.total(total, parts)
        else:
            book.total(f"centre/all/{which}", parts)


def funnel(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the share improved at each centre with enough families, in order of its number, never of its share."""
    shown = []
    for row in tables["funnel"]:
        if int(row["families"]) < policy.minimum_families:
            continue
        name = f"centre/{row['centre_id']}"
        families, improved, others = (release[f"{name}/{which}"] for which in ("twice", "improved", "others"))
        share = None if others is None else share_of_shown(improved, families, policy)
        shown.append({"centre_id": row["centre_id"], "families": families, "improved_in_100": share})
    return sorted(shown, key=lambda row: str(row["centre_id"]))


def enter_series(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the county's counts by quarter, which add up to the years anyone may know."""
    for row in tables["series"]:
        if row["referrals"] is not None:
            book.figure(f"series/{row['quarter']}", int(row["referrals"]))


def series(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the county's counts by quarter."""
    return [
        {"quarter": row["quarter"], "referrals": release[f"series/{row['quarter']}"]}
        for row in tables["series"]
        if row["referrals"] is not None
    ]


PROTECTORS: Mapping[str, Protector] = MappingProxyType(
    {
        "events_matched": Protector(enter_events_matched, events_matched),
        "by_start": Protector(enter_by_start, by_start),
        "funnel": Protector(enter_funnel, funnel),
        "series": Protector(enter_series, series),
        "reach_groups": Protector(enter_reach_groups, reach_groups),
        "reach_areas": Protector(enter_reach_areas, reach_areas),
        "reach_by_year": Protector(enter_reach_by_year, reach_by_year),
        "trust_by_source": Protector(enter_trust_by_source, trust_by_source),
    }
)
