"""The figures of money by reach area: what was counted before and after, in areas by how much of the money they got.

Counts by single area stay with leads and analysts: most are small, and a list of thirty-four is read as a league table.
"""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables
from toolkit.wording.amounts import BASES, of_every

SIDES = ("before", "after")


def group_name(group: str, side: str) -> str:
    """Return the name of what was counted in a group of areas on one side of the money."""
    return f"money/{group}/{side}"


def names_of(tables: Tables) -> tuple[str, ...]:
    """Return the names of every count behind the effect: what rests on all of them tells of each."""
    return tuple(group_name(str(row["group"]), side) for row in tables.get("money_groups", ()) for side in SIDES)


def enter_money_groups(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by group of areas and side, what was counted."""
    for row in tables["money_groups"]:
        for side in SIDES:
            book.figure(group_name(str(row["group"]), side), int(row[side]))


def money_groups(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by group of areas, what was counted before and after."""
    return [
        {
            "group": row["group"],
            "areas": int(row["areas"]),
            "pounds_a_child": round(float(row["dose"])),
            **{side: release[group_name(str(row["group"]), side)] for side in SIDES},
        }
        for row in tables["money_groups"]
    ]


def enter_no_count(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter nothing: the table holds no count of referrals."""


def money_visible(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return what could be seen, in referrals of every 100, with these quarters and with more."""
    return [
        {"quarters": int(row["quarters"]), "smallest_in_100": of_every(BASES[0], (float(row["smallest"]),))[0]}
        for row in tables["money_visible"]
    ]


def money_course(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the course around the money, in referrals of every 100; nothing where a count behind it is hidden."""
    names = names_of(tables)
    if not names or any(release[name] is None for name in names):
        return []
    return [
        {
            "half_year": int(row["half_year"]),
            **{f"{name}_in_100": of_every(BASES[0], (float(row[name]),))[0] for name in ("apart", "low", "high")},
        }
        for row in tables["money_course"]
    ]
