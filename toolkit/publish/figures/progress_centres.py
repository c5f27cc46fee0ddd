"""The figures of centres beside each other: families scored twice and those that scored better, by centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables

IMPROVED, OTHERS = "centres/all/improved", "centres/all/others"
_WHICH = ("improved", "others", "twice")


def _of_centre(row: Mapping[str, Any], what: str) -> str:
    return f"centres/{row['centre_id']}/{what}"


def enter_funnel(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each centre's families scored twice and those that scored better, with the totals of all compared.

    Those of a centre with too few families for its outcomes to be shown are withheld, whatever their counts.
    """
    rows = tables["centres_funnel"]
    for row in rows:
        families, improved = int(row["families"]), int(row["improved"])
        few = families < policy.minimum_families
        parts = [
            book.figure(_of_centre(row, "improved"), improved, withheld=few),
            book.figure(_of_centre(row, "others"), families - improved, withheld=few),
        ]
        book.total(book.figure(_of_centre(row, "twice"), families, withheld=few), parts)
    for which in _WHICH:
        book.total(f"centres/all/{which}", [_of_centre(row, which) for row in rows])
    book.total("centres/all/twice", [IMPROVED, OTHERS])


def funnel(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the share that scored better at each centre with enough families, in order of its number alone.

    Limits and what a centre's families lead one to expect are worked out from exact counts: they stay with staff.
    """
    shown = []
    for row in tables["centres_funnel"]:
        if int(row["families"]) < policy.minimum_families:
            continue
        improved, others, families = (release[_of_centre(row, which)] for which in _WHICH)
        share = None if others is None else share_of_shown(improved, families, policy)
        shown.append({"centre_id": row["centre_id"], "families": families, "improved_in_100": share})
    return sorted(shown, key=lambda row: str(row["centre_id"]))
