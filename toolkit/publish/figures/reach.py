"""The figures of reach: how its tables enter the book of figures, and the rows it gives back.

Groups of the same families share their totals, which anyone may know from elsewhere and the book takes as known. Only
the families on the day are shown, never beside those counted as they began, and matched referrals never beside all of
them: two counts of nearly the same families give the few between them away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.disclosure import Book, Policy, Release, share_of_shown
from toolkit.publish.figures.protector import Tables
from toolkit.studies.reach.facts import ReachFacts
from toolkit.studies.reach.study import MOST_DEPRIVED

_WHICH = ("missed", "joined")
ALL, POOREST, REST = "reach/all", "reach/poorest", "reach/rest"


def level_name(group: str, level: object) -> str:
    """Return the name of one level of a group; its figures add ``/missed``, ``/joined`` and ``/families`` to it."""
    return f"reach/{group}/{level}"


def _area_name(row: Mapping[str, Any]) -> str:
    return f"area/{row['reach_centre_id']}"


def _year_name(row: Mapping[str, Any]) -> str:
    return f"began/{int(row['year'])}"


def enter(bundle: Bundle, book: Book, policy: Policy) -> None:
    """Enter all families, missed and joined, which anyone may know, and those of the most deprived places."""
    facts = bundle.facts
    if not isinstance(facts, ReachFacts):
        return
    missed, joined = facts.missed, facts.families - facts.missed
    book.figure(f"{ALL}/missed", missed, known=True)
    book.figure(f"{ALL}/joined", joined, known=True)
    poor_missed = facts.missed_most_deprived
    poor_joined = facts.families_most_deprived - poor_missed
    for which, poor, whole in (("missed", poor_missed, missed), ("joined", poor_joined, joined)):
        parts = [book.figure(f"{POOREST}/{which}", poor), book.figure(f"{REST}/{which}", whole - poor)]
        book.total(f"{ALL}/{which}", parts)
    for where in (POOREST, REST):
        book.total(f"{where}/families", [f"{where}/{which}" for which in _WHICH])


def enter_reach_groups(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by group and level, the families that had not joined and those that had, with the totals."""
    for group, levels in _groups(tables, policy).items():
        for row in levels:
            _enter_families(book, level_name(group, row["level"]), row)
        for which in _WHICH:
            names = [f"{level_name(group, row['level'])}/{which}" for row in levels]
            _known_total(book, f"{ALL}/{which}", group, names)
            if group == "idaci_decile":
                poorest = [f"{level_name(group, row['level'])}/{which}" for row in levels if _is_poor(row)]
                if f"{POOREST}/{which}" in book and book[f"{POOREST}/{which}"] == sum(book[name] for name in poorest):
                    book.total(f"{POOREST}/{which}", poorest)


def reach_groups(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by group, families and how many had not joined, with the gap that stays with all else the same.

    Gaps, in whole families of 100, are given only for groups of which no share is hidden.
    """
    shown = []
    for group, levels in _groups(tables, policy).items():
        shares = [_share(release, level_name(group, row["level"]), policy) for row in levels]
        for row, share in zip(levels, shares, strict=True):
            name = level_name(group, row["level"])
            gap = None if None in shares else _hundredths(row, "adjusted_gap")
            shown.append(
                {
                    "group": group,
                    "label": row["label"],
                    "level": row["level"],
                    "families": release[f"{name}/families"],
                    "not_joined": release[f"{name}/missed"],
                    "joined": release[f"{name}/joined"],
                    "not_joined_in_100": share,
                    "against": row["against"],
                    "gap_in_100": gap,
                    "stands": bool(row["stands"]) if gap is not None else None,
                }
            )
    return shown


def _groups(tables: Tables, policy: Policy) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of each group of which enough families joined and enough did not."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in tables["reach_groups"]:
        groups.setdefault(str(row["group"]), []).append(row)
    return {
        group: levels
        for group, levels in groups.items()
        if min(
            sum(int(row["missed"]) for row in levels), sum(int(row["families"]) - int(row["missed"]) for row in levels)
        )
        >= policy.minimum_families
    }


def enter_reach_areas(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter each reach area's families; those of a district add up to the district's own where it is shown."""
    rows = tables["reach_areas"]
    for row in rows:
        few = int(row["families"]) < policy.minimum_families
        _enter_families(book, _area_name(row), row, withheld=few)
    for district in dict.fromkeys(str(row["district"]) for row in rows):
        areas = [_area_name(row) for row in rows if str(row["district"]) == district]
        for which in _WHICH:
            parts = [f"{area}/{which}" for area in areas]
            total = f"reach/district/{district}/{which}"
            if total not in book or book[total] != sum(book[part] for part in parts):
                total = f"area/all of {district}/{which}"
            book.total(total, parts)


def reach_areas(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return the reach areas with enough families, in order of their number, never of their share."""
    shown = []
    for row in tables["reach_areas"]:
        name = _area_name(row)
        if int(row["families"]) < policy.minimum_families or release[f"{name}/families"] is None:
            continue
        share = _share(release, name, policy)
        shown.append(
            {
                "reach_centre_id": row["reach_centre_id"],
                "district": row["district"],
                "families": release[f"{name}/families"],
                "not_joined_in_100": share,
                "limits_in_100": [round(100 * float(row[end])) for end in ("low_95", "high_95")],
                "outside": int(row["outside"]) if share is not None else None,
            }
        )
    return sorted(shown, key=lambda row: str(row["reach_centre_id"]))


def enter_reach_by_year(tables: Tables, book: Book, policy: Policy) -> None:
    """Enter, by the year families came to have a young child, those that did not join in time and those that did."""
    for row in tables["reach_by_year"]:
        _enter_families(book, _year_name(row), row)


def reach_by_year(tables: Tables, release: Release, policy: Policy) -> list[dict[str, Any]]:
    """Return, by the year families came to have a young child, how many of 100 did not join in time; no counts."""
    return [
        {
            "year": int(row["year"]),
            "not_joined_in_100": _share(release, _year_name(row), policy),
            "whole": bool(row["whole"]),
        }
        for row in tables["reach_by_year"]
    ]


def _enter_families(book: Book, name: str, row: Mapping[str, Any], *, withheld: bool = False) -> None:
    missed, families = int(row["missed"]), int(row["families"])
    parts = [
        book.figure(f"{name}/missed", missed, withheld=withheld),
        book.figure(f"{name}/joined", families - missed, withheld=withheld),
    ]
    book.total(book.figure(f"{name}/families", families, withheld=withheld), parts)


def _is_poor(row: Mapping[str, Any]) -> bool:
    return str(row["level"]).isdigit() and int(row["level"]) <= MOST_DEPRIVED


def _known_total(book: Book, name: str, group: str, parts: list[str]) -> None:
    """Enter a total that anyone may know exactly; a group of other families has one of its own."""
    count = sum(book[part] for part in parts)
    if name in book and book[name] != count:
        name = f"{name} of {group}"
    book.total(book.figure(name, count, known=True), parts)


def _share(release: Release, name: str, policy: Policy) -> int | None:
    if release[f"{name}/joined"] is None:
        return None
    return share_of_shown(release[f"{name}/missed"], release[f"{name}/families"], policy)


def _hundredths(row: Mapping[str, Any], name: str) -> list[int] | None:
    values = [row[key] for key in (name, f"{name}_low", f"{name}_high")]
    return None if any(value is None for value in values) else [round(100 * float(value)) for value in values]
