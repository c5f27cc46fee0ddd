"""The figures of families never scored again: by what was known of them, and what became of those scored twice.

Every group parts the same families, so their totals are those of the whole. By centre nothing is shown here.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables

IMPROVED, NOT_BETTER, LOST = "missing/improved", "missing/not better", "missing/lost"
TWICE, CAN_RISE, AT_TOP = "missing/twice", "missing/lost, can rise", "missing/lost, at the top"
_WHICH = ("lost", "twice")


def level_name(row: Mapping[str, Any]) -> str:
    """Return the name of one level of a group; its figures add ``/lost``, ``/twice`` and ``/families`` to it."""
    return f"missing/{row['group']}/{row['level']}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter the families that improved and did not, and those lost, who could rise or could not."""
    for row in bundle.table("missing_counts"):
        for name, key in (
            (IMPROVED, "improved"), (NOT_BETTER, "not_better"), (CAN_RISE, "lost_can_rise"), (AT_TOP, "lost_at_top"),
        ):  # fmt: skip
            book.figure(name, int(row[key]))
        book.total(TWICE, [IMPROVED, NOT_BETTER])
        book.total(LOST, [CAN_RISE, AT_TOP])


def enter_groups(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by group and level, the families lost and those scored twice, with the totals."""
    for _, levels in groupby(tables["missing_by_group"], key=lambda row: str(row["group"])):
        rows = list(levels)
        for row in rows:
            name, lost = level_name(row), int(row["no_second_score"])
            parts = [
                book.figure(f"{name}/lost", lost),
                book.figure(f"{name}/twice", int(row["families"]) - lost),
            ]
            book.total(f"{name}/families", parts)
        for which, whole in zip(_WHICH, (LOST, TWICE), strict=True):
            parts = [f"{level_name(row)}/{which}" for row in rows]
            if whole in book and book[whole] == sum(book[part] for part in parts):
                book.total(whole, parts)


def groups(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by group and level, families and how many were never scored again."""
    return [
        {
            "group": row["group"],
            "group_label": row["group_label"],
            "label": row["label"],
            "families": release[f"{level_name(row)}/families"],
            "no_second_score": release[f"{level_name(row)}/lost"],
            "in_100": _share(level_name(row), release, policy),
        }
        for row in tables["missing_by_group"]
    ]


def _share(name: str, release: Release, policy: Policy) -> int | None:
    if release[f"{name}/twice"] is None:
        return None
    return share_of_shown(release[f"{name}/lost"], release[f"{name}/families"], policy)
