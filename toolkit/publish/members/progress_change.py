"""What a member may see of a change in scores: what became of the families, by starting score and by centre."""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.members.protector import Tables

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
