"""The figures of the decision on scores: the counts behind each criterion decide whether its figure may be told.

None of the counts is shown. A figure is told only where no count behind it is hidden; of a criterion that is not known
only its range is, as of any question that the data cannot tell.
"""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables
from toolkit.studies.progress_decision.criteria import COMPLETE, COST

CRITERIA_TABLE, COUNTS_TABLE = "decision_criteria", "decision_counts"
_FIGURES = ("figure", "low", "high")


def part_names(criterion: str, part: str = "all") -> tuple[str, str]:
    """Return the names of the families with what a criterion counts, and of those without it."""
    return f"decision/{criterion}/{part}/with", f"decision/{criterion}/{part}/without"


def names_behind(tables: Tables, criterion: str) -> tuple[str, ...]:
    """Return the names of every count behind a criterion's figure."""
    parts = [str(row["part"]) for row in tables.get(COUNTS_TABLE, ()) if row["criterion"] == criterion]
    return tuple(name for part in parts for name in part_names(criterion, part))


def enter_criteria(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter the counts behind every criterion, each pair with its total."""
    for row in tables.get(COUNTS_TABLE, ()):
        names = part_names(str(row["criterion"]), str(row["part"]))
        for name, count in zip(names, (row["with_it"], row["without"]), strict=True):
            book.figure(name, int(count))
        book.total(f"decision/{row['criterion']}/{row['part']}/families", names)


def decision_criteria(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return every criterion as it stands, its figures in hundredths where they may be told."""
    return [
        {
            "name": row["name"],
            "standing": row["standing"],
            **_figures(row, tables, release, policy),
            "threshold": row["threshold"],
        }
        for row in tables[CRITERIA_TABLE]
    ]


def _figures(row: Any, tables: Tables, release: Release, policy: Policy) -> dict[str, float | None]:
    name = str(row["name"])
    names = names_behind(tables, name)
    if row["figure"] is None or (name != COST and (not names or any(release[one] is None for one in names))):
        return dict.fromkeys(_FIGURES)
    found: dict[str, float | None] = {key: round(float(row[key]), 2) for key in _FIGURES}
    if name == COMPLETE:
        share = share_of_shown(release[names[0]], sum(release[one] or 0 for one in names), policy)
        return dict.fromkeys(_FIGURES) if share is None else {**found, "figure": share / 100}
    return found if row["standing"] != "not_known" or name == COST else {**found, "figure": None}
