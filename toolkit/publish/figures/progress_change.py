"""The figures of a change in scores: what became of the families, by starting score and by centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables

CHANGES = ("improved", "same", "worse")
NOT_BETTER = "not_better"
"""The same or worse, together."""


def of_all(what: str) -> str:
    """Return the name of a figure of all families: one of `CHANGES`, ``not_better``, ``twice``, ``lost`` or ``all``."""
    return f"start/all/{what}"


def names_by_start(tables: Tables) -> tuple[str, ...]:
    """Return the names of every count of the table by starting score: what rests on all of them tells of each."""
    whats = (*CHANGES, "twice", "lost", "all")
    return tuple(_of_start(row, what) for row in tables.get("by_start", ()) for what in whats)


def _of_start(row: Mapping[str, Any], what: str) -> str:
    return f"start/{_start(row):g}/{what}"


def _start(row: Mapping[str, Any]) -> float:
    """Return a first score: 3, not 3.0, which is a half point's column's whole one."""
    score = float(row["start"])
    return int(score) if score.is_integer() else score


def _of_centre(row: Mapping[str, Any], what: str) -> str:
    return f"centre/{row['centre_id']}/{what}"


def enter_by_start(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by starting score, how many improved, stayed, got worse or were never scored again, with the totals."""
    rows = tables["by_start"]
    lost = {_start(row): int(row["no_second_score"]) for row in tables.get("no_second_score", ())}
    for row in rows:
        changes = [book.figure(_of_start(row, change), int(row[change])) for change in CHANGES]
        twice = book.total(_of_start(row, "twice"), changes)
        book.total(_of_start(row, "all"), [twice, book.figure(_of_start(row, "lost"), lost.get(_start(row), 0))])
    for what in (*CHANGES, "twice", "lost"):
        book.total(of_all(what), [_of_start(row, what) for row in rows])
    book.total(of_all(NOT_BETTER), [of_all("same"), of_all("worse")])
    book.total(of_all("twice"), [of_all("improved"), of_all(NOT_BETTER)])
    book.total(of_all("all"), [of_all("twice"), of_all("lost")])


def by_start(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by starting score, what became of the families."""
    return [
        {
            "start": _start(row),
            **{change: release[_of_start(row, change)] for change in CHANGES},
            "no_second_score": release[_of_start(row, "lost")],
            "families": release[_of_start(row, "all")],
        }
        for row in tables["by_start"]
    ]


def enter_funnel(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each centre's families scored twice and those that improved; they add up to those by starting score."""
    rows = tables["funnel"]
    for row in rows:
        families, improved = int(row["families"]), int(row["improved"])
        few = families < policy.minimum_families
        book.total(
            book.figure(_of_centre(row, "twice"), families, withheld=few),
            [
                book.figure(_of_centre(row, "improved"), improved, withheld=few),
                book.figure(_of_centre(row, "others"), families - improved, withheld=few),
            ],
        )
    for which in ("twice", "improved"):
        parts = [_of_centre(row, which) for row in rows]
        total = of_all(which)
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
        families, improved, others = (release[_of_centre(row, which)] for which in ("twice", "improved", "others"))
        share = None if others is None else share_of_shown(improved, families, policy)
        shown.append({"centre_id": row["centre_id"], "families": families, "improved_in_100": share})
    return sorted(shown, key=lambda row: str(row["centre_id"]))
