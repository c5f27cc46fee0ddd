"""What a member may see of a series: the county's counts by quarter."""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.members.protector import Tables


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
