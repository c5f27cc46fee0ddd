"""Which layout a file is, by its columns alone; where it is none, which it comes closest to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import SequenceMatcher

from toolkit.intake.published.layouts import EXPLORE, EXPLORE_COLUMNS, LAYOUTS, Layout

AROUND = EXPLORE_COLUMNS | {
    *("time_identifier", "country_code", "country_name", "region_code", "region_name", "la_name", "category"),
}
"""Columns of Explore Education Statistics files that say where and when, and what the whole file is about."""
_NO_COUNT = ("_rate", "_percent", "_percentage", "_pc")
_ALIKE = 0.75
"""Two names less alike than this (0 to 1, `difflib`) say nothing of one another."""
_MOST_COMPARED = 200


def recognise(columns: Collection[str]) -> Layout | None:
    """Return the layout of a file with these columns, or None.

    A file of the table tool holds only the columns that were asked for: it is read when every one of them is known,
    and all of one layout.
    """
    here = {column.strip().lower() for column in columns}
    whole = next((layout for layout in LAYOUTS if layout.is_like(here)), None)
    return whole or _part_of(here)


def _part_of(here: set[str]) -> Layout | None:
    """Return the layout that has every count among these columns; None when one is unknown or two layouts differ."""
    if not here >= EXPLORE_COLUMNS:
        return None
    counts = {column for column in here - AROUND if not is_rate(column)}
    fits = [layout for layout in LAYOUTS if layout.family == EXPLORE and counts and counts <= layout.columns.keys()]
    meanings = {tuple(sorted(layout.columns[column] for column in counts)) for layout in fits}
    return fits[0] if len(meanings) == 1 else None


def is_rate(column: str) -> bool:
    """Return whether a column (lower case) holds no count: a rate, a share, or days."""
    return column.endswith(_NO_COUNT) or column.startswith("duration_")


def nearest(columns: Collection[str]) -> str:
    """Return a sentence naming the layouts a file comes closest to, and the columns it lacks for them.

    What says where and when is in every file and tells nothing; the counts do, by how alike their names are.
    """
    here = {column.strip().lower() for column in columns}
    scored = [(_closeness(here, layout), layout) for layout in LAYOUTS]
    close = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])[:2]
    if not close:
        return "None of its columns is in any layout the toolkit reads."
    said = [
        f"{layout.name} (it lacks {', '.join(sorted(layout.required - here)) or 'columns that carry a year'})"
        for _, layout in close
    ]
    return "Closest: " + "; ".join(said) + "."


def _closeness(here: set[str], layout: Layout) -> float:
    """Return from 0 to 1 how close a file is: its own counts and the layout's, each with the likest of the other.

    Where none of its counts is like any, the columns that every file of the family has decide, at a tenth.
    """
    own = sorted(column for column in here - AROUND if not is_rate(column))[:_MOST_COMPARED]
    theirs = sorted((layout.needed | layout.columns.keys() | {layout.split_by or layout.split_column}) - AROUND - {""})
    around = len(layout.required & here) / len(layout.required)
    counts = (_likeness(own, theirs) + _likeness(theirs, own)) / 2
    return 0.9 * counts + 0.1 * around


def _likeness(names: Iterable[str], others: Iterable[str]) -> float:
    """Return the mean over the names of how alike the likest of the others is, 0 where none is alike."""
    others = list(others)
    best = [max((_alike(name, other) for other in others), default=0.0) for name in names]
    return sum(best) / len(best) if best else 0.0


def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    plain = one.removesuffix("_count").replace("_", ""), other.removesuffix("_count").replace("_", "")
    ratio = SequenceMatcher(None, *plain).ratio()
    return ratio if ratio >= _ALIKE else 0.0
