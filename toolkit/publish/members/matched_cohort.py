"""What a member may see of a matched cohort: how many families of each arm had each outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.members.protector import Rows, Tables
from toolkit.wording.amounts import share_in_words


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
