"""The figures of the roll-out: families compared by when and where they joined, and what became of them.

Those looked at for who still comes are nearly those followed for referrals: two counts of nearly the same families give
the few between them away. So the former are never shown; they only decide whether their effect may be put into words.
"""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables
from toolkit.wording.amounts import BASES, of_every

PRIMARY, RETENTION = "referred", "still_coming"


def total_name(outcome: str, group: str) -> str:
    """Return the name of a group's families."""
    return f"rollout/{outcome}/{group}/families"


def group_names(outcome: str, group: str) -> tuple[str, str]:
    """Return the names of a group's families with an outcome, and of those without it."""
    return f"rollout/{outcome}/{group}/with", f"rollout/{outcome}/{group}/without"


def names_of(tables: Tables, outcome: str) -> tuple[str, ...]:
    """Return the names of every count behind the effect on an outcome: what rests on all of them tells of each."""
    rows = [row for row in tables.get("rollout_groups", ()) if row["outcome"] == outcome]
    return tuple(name for row in rows for name in group_names(outcome, str(row["group"])))


def enter_rollout_groups(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by group, the families referred and not, with their total; those who still come are never shown."""
    for row in tables["rollout_groups"]:
        outcome, group = str(row["outcome"]), str(row["group"])
        with_it, families = int(row["with_outcome"]), int(row["families"])
        counts = zip(group_names(outcome, group), (with_it, families - with_it), strict=True)
        parts = [book.figure(name, count, inner=outcome != PRIMARY) for name, count in counts]
        if outcome == PRIMARY:
            book.total(total_name(outcome, group), parts)


def rollout_groups(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by group, the families and the share referred within a year."""
    shown = []
    for row in tables["rollout_groups"]:
        if row["outcome"] != PRIMARY:
            continue
        with_it, without = (release[name] for name in group_names(PRIMARY, str(row["group"])))
        families = release[total_name(PRIMARY, str(row["group"]))]
        share = None if with_it is None or without is None else share_of_shown(with_it, families, policy)
        shown.append({"group": row["group"], "families": families, "referred": with_it, "referred_in_100": share})
    return shown


def enter_no_count(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter nothing: the table holds no count of families."""


def rollout_visible(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return what could be seen, in families of every 1,000, as it is and with more families or centres."""
    return [
        {
            "families_times": float(row["families_times"]),
            "centres": int(row["centres"]),
            "smallest_in_1000": of_every(BASES[1], (float(row["smallest"]),))[0],
        }
        for row in tables["rollout_visible"]
    ]


def rollout_half_years(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the course around the start, in families of every 100; nothing where a count behind it is hidden."""
    names = names_of(tables, PRIMARY)
    if not names or any(release[name] is None for name in names):
        return []
    return [
        {
            "half_year": int(row["half_year"]),
            **{f"{name}_in_100": of_every(BASES[0], (float(row[name]),))[0] for name in ("apart", "low", "high")},
        }
        for row in tables["rollout_half_years"]
    ]
