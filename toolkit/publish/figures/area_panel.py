"""The figures of councils' money: referrals counted in all councils by year, and a council's rate beside others'.

Councils' counts are the Department's own, published with what is small already hidden; what is hidden stays a gap.
"""

from __future__ import annotations

from typing import Any

from toolkit.publish.disclosure import Book, Policy, Release
from toolkit.publish.figures.protector import Tables


def year_name(year: int) -> str:
    """Return the name of what all councils counted in a year."""
    return f"panel/{year}/referrals"


def names_of(tables: Tables) -> tuple[str, ...]:
    """Return the names of every count behind the effect."""
    return tuple(year_name(int(row["year"])) for row in tables.get("panel_years", ()))


def enter_panel_years(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter what all councils counted, by year."""
    for row in tables["panel_years"]:
        book.figure(year_name(int(row["year"])), int(row["referrals"]))


def panel_years(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return what was counted and spent, by year; a rate goes with its count."""
    rows = []
    for row in tables["panel_years"]:
        counted = release[year_name(int(row["year"]))]
        rows.append(
            {
                "year": int(row["year"]),
                "councils": int(row["councils"]),
                "referrals": counted,
                "rate_per_10_000": None if counted is None else round(float(row["rate"]), 1),
                "pounds_a_child": round(float(row["pounds"])),
            }
        )
    return rows


def panel_course(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the rates per 10,000 children of the council asked about, its neighbours, its region and England."""
    places = ("council", "region", "england")
    return [
        {
            "year": int(row["year"]),
            **{place: round(float(row[place]), 1) for place in (*places, "neighbours") if row.get(place) is not None},
        }
        for row in tables["panel_course"]
        if all(row[place] is not None for place in places)
    ]
