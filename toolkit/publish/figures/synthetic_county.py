"""The figures of a synthetic county: what could be seen, and its rate by year beside its mixture's.

All are made of counts the Department for Education published and protected itself: nothing of a family enters.
"""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables
from toolkit.wording.amounts import BASES, of_every


def enter_no_count(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter nothing: the table holds published rates and no count of these records."""


def synthetic_visible(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the smallest fall that could be seen, in every 100 to be expected."""
    return [
        {
            "years_before": int(row["years_before"]),
            "councils": int(row["councils"]),
            "smallest_in_100": of_every(BASES[0], (float(row["smallest"]),))[0],
        }
        for row in tables["synthetic_visible"]
    ]


def synthetic_path(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return by year the council's rate and its mixture's, for every 10,000 children."""
    return [
        {
            "year": int(row["year"]),
            "rate": round(float(row["rate"])),
            "mixture": round(float(row["mixture"])),
            "is_after": bool(row["is_after"]),
        }
        for row in tables["synthetic_path"]
    ]
