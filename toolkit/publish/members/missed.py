"""Who is not reached, as members read it: of every 100 families of each kind, how many had not joined a centre.

It is made of a published answer's protected tables alone; a share that is hidden there stays hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from toolkit.areas.tiles import Tile
from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberView
from toolkit.wording.years import financial_year

QUESTION = "rec12_reach"
TENTH, DISTRICT, LANGUAGE, HOUSEHOLD, YEAR = "tenth", "district", "language", "household", "year"
WAYS: Mapping[str, str] = MappingProxyType(
    {
        TENTH: "How poor the place is",
        DISTRICT: "District",
        LANGUAGE: "Language",
        HOUSEHOLD: "Household",
        YEAR: "Year by year",
    }
)
"""By what families may be told apart, and what a page calls it."""
_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        TENTH: ("idaci_decile",),
        DISTRICT: ("district",),
        LANGUAGE: ("english_additional_language",),
        HOUSEHOLD: ("lone_parent", "young_parent", "disability", "kinship_care"),
    }
)
_OF_WHAT: Mapping[str, str] = MappingProxyType(
    {TENTH: "Tenth of places: 1 is the poorest, 10 the richest", YEAR: "Year they came to have a young child"}
)
_PAIRS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "english_additional_language": ("English is not their first language", "English is their first language"),
        "lone_parent": ("Lone parents", "Not lone parents"),
        "young_parent": ("Young parents", "Not young parents"),
        "disability": ("Somebody is disabled", "Nobody is disabled, as far as is known"),
        "kinship_care": ("A child is raised by other kin", "No child is raised by other kin"),
    }
)
"""What a group's yes and no are called."""


@dataclass(frozen=True, slots=True)
class Missed:
    """One way of telling families apart.

    Attributes
    ----------
    headline
        What the picture shows, as a sentence.
    rows
        A row a kind of family: ``label``, ``short`` (the same in few letters, for kinds that have an order),
        ``number`` (of 100, had not joined; missing where it is hidden), ``said``
        (the share in words) and ``families`` (rounded, in words; empty where a table has none).
    of_what
        What short labels are of; empty where kinds have no order.
    """

    headline: str
    rows: pd.DataFrame
    of_what: str = ""


def ways_there(view: MemberView) -> tuple[str, ...]:
    """Return by what the families of a published answer may be told apart; empty where its state shows no table."""
    groups = {row["group"] for row in view.tables.get("reach_groups", ())}
    there = [way for way, names in _GROUPS.items() if groups & set(names)]
    return (*there, *([YEAR] if view.tables.get("reach_by_year") else []))


def missed(view: MemberView, way: str) -> Missed:
    """Return how many of every 100 had not joined, by one of `ways_there`."""
    found = _by_year(view) if way == YEAR else _by_group(view, _GROUPS[way])
    rows = pd.DataFrame(found, columns=["label", "short", "number", "families"])
    shares = pd.to_numeric(rows["number"]).astype("Int64")
    rows = rows.assign(number=shares, said=[SUPPRESSED if pd.isna(one) else f"{one}" for one in shares])
    told = rows.dropna(subset=["number"])
    headline = _HEADLINES[way](told) if len(told) > 1 else "Too few families for figures that can be shown"
    return Missed(headline, rows, _OF_WHAT.get(way, ""))


def tiles_of(found: Missed, tiles: Sequence[Tile]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the shares on the tiles of a map, and which districts the map lacks.

    Returns
    -------
    DataFrame
        ``name``, ``column``, ``row``, ``in_100`` and ``said`` ("no figure" for a tile that has none), a row a tile.
    tuple of str
        Districts with a figure and no tile.
    """
    by_name = {str(row["label"]).casefold(): row for row in found.rows.to_dict("records")}
    rows = []
    for tile in tiles:
        its = by_name.pop(tile.name.casefold(), None)
        share, said = (pd.NA, "no figure") if its is None else (its["number"], its["said"])
        rows.append({"name": tile.name, "column": tile.column, "row": tile.row, "in_100": share, "said": said})
    frame = pd.DataFrame(rows, columns=["name", "column", "row", "in_100", "said"]).astype({"in_100": "Int64"})
    return frame, tuple(str(row["label"]) for row in by_name.values())


def _by_group(view: MemberView, names: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = [row for name in names for row in view.tables.get("reach_groups", ()) if row["group"] == name]
    if names == _GROUPS[TENTH]:
        rows = sorted(rows, key=lambda row: int(row["level"]) if str(row["level"]).isdigit() else 99)
    elif set(names) <= set(_PAIRS):  # those of a kind before those that are not
        rows = sorted(rows, key=lambda row: (names.index(str(row["group"])), row["level"] != "yes"))
    return [
        {
            "label": _named(str(row["group"]), str(row["level"])),
            "short": str(row["level"]),
            "number": row["not_joined_in_100"],
            "families": SUPPRESSED if row["families"] is None else f"{row['families']:,}",
        }
        for row in rows
    ]


def _named(group: str, level: str) -> str:
    if group in _PAIRS:
        return _PAIRS[group][level != "yes"] if level in ("yes", "no") else level
    if group == "idaci_decile":
        ends = {"1": "1st tenth: the poorest places", "10": "10th tenth: the richest places"}
        return ends.get(level, f"{level}{_ORDINAL.get(level, 'th')} tenth" if level.isdigit() else level)
    return level


_ORDINAL = {"2": "nd", "3": "rd"}


def _by_year(view: MemberView) -> list[dict[str, Any]]:
    return [
        {
            "label": financial_year(int(row["year"])) + ("" if row["whole"] else " (part of the year)"),
            "short": financial_year(int(row["year"]))[2:],
            "number": row["not_joined_in_100"],
            "families": "",
        }
        for row in view.tables.get("reach_by_year", ())
    ]


def _ends(told: pd.DataFrame) -> str:
    first, last = told.iloc[0], told.iloc[-1]
    return (
        f"{_short(first['label'])}: {first['number']} of every 100 families have not joined. "
        f"{_short(last['label'])}: {last['number']}"
    )


def _short(label: str) -> str:
    named = label.split(": ")[-1]
    return named[0].upper() + named[1:]


def _span(told: pd.DataFrame) -> str:
    low, high = told["number"].min(), told["number"].max()
    return f"From {low} to {high} of every 100 families have not joined, by district"


def _each(told: pd.DataFrame) -> str:
    """Name the households alone, and not the families that are not of their kind."""
    first, *others = [row for row in told.to_dict("records") if row["short"] != "no"] or told.to_dict("records")
    said = [f"{first['label']}: {first['number']} of every 100 families have not joined."]
    return " ".join([*said, *(f"{row['label']}: {row['number']}." for row in others)]).removesuffix(".")


_HEADLINES: Mapping[str, Callable[[pd.DataFrame], str]] = MappingProxyType(
    {TENTH: _ends, DISTRICT: _span, LANGUAGE: _ends, HOUSEHOLD: _each, YEAR: _ends}
)
