"""Referrals that members may explore by district, year and who referred: one table, protected once, with every choice.

A page of filters that each protect their own answer gives small numbers away: one answer less another is a third.
So every figure a choice of up to two filters can lead to enters one book of figures, made of the finest cells, and is
protected with all the others; the page only looks figures up.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd

from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, load_policy, protect
from toolkit.publish.members.release import said_before
from toolkit.records import Snapshot, Store
from toolkit.records.publications import FOLDER
from toolkit.tables.referrals import SOURCE_GROUPS

QUESTION = "explore_referrals"
ALL = "all"
DIMENSIONS: Mapping[str, str] = MappingProxyType(
    {"district": "District", "year": "Year (April to March)", "source": "Who referred"}
)
WHICH: Mapping[str, str] = MappingProxyType({"all": "Referrals", "nfa": "Of these, no further action"})

_SHOWN_APART = frozenset(SOURCE_GROUPS[code] for code in ("1A", "2A", "3A", "4", "5A", "6"))
_OTHERS = "Others and unknown"
_UNKNOWN = "Not known"
_FAR = 1e6
_QUERY = """
SELECT coalesce(f.district, '{unknown}') AS district, r.received_on, r.source, coalesce(r.outcome, '') = 'nfa' AS nfa
FROM '{referrals}' r LEFT JOIN '{children}' c USING (child_id) LEFT JOIN '{families}' f USING (family_id)
"""


@dataclass(frozen=True, slots=True)
class Explorer:
    """What members may explore.

    Attributes
    ----------
    levels
        The levels of each dimension, in order.
    shown
        The figure of every choice, by `place`; ``None`` for a hidden one.
    first_day, last_day
        The days of the first and last referral counted.
    simulated
        Whether the records are.
    round_to, least_told
        Counts are to the nearest of these; one shown below the second is told as fewer than that.
    """

    levels: Mapping[str, Sequence[str]]
    shown: Mapping[str, int | None]
    first_day: str
    last_day: str
    simulated: bool
    round_to: int = 5
    least_told: int = 10

    def rows(self, by: str, only: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return a row a level of one dimension, counting only some of another.

        Parameters
        ----------
        by
            The dimension of the rows.
        only
            A level of at most one other dimension.

        Raises
        ------
        ValueError
            When more is asked than was protected.
        """
        filters = {name: level for name, level in only.items() if level != ALL}
        if by in filters or len(filters) > 1:
            raise ValueError("at most one other dimension may be chosen")
        return [
            {"level": level, **{which: self.shown[place({**filters, by: level}, which)] for which in WHICH}}
            for level in (*self.levels[by], ALL)
        ]


def place(levels: Mapping[str, str], which: str) -> str:
    """Return the name of a figure: the level of each dimension (or "all"), and what is counted."""
    return "/".join([QUESTION, *(levels.get(name, ALL) for name in DIMENSIONS), which])


def referral_cells(snapshot: Snapshot) -> pd.DataFrame:
    """Return how many referrals a snapshot holds: district, year, source (in groups), nfa, referrals."""
    query = _QUERY.format(
        unknown=_UNKNOWN, **{name: snapshot.path(name) for name in ("referrals", "children", "families")}
    )
    with duckdb.connect() as connection:
        found = connection.execute(query).df()
    day = pd.to_datetime(found["received_on"])
    start = day.dt.year - (day.dt.month < 4).astype(int)
    found["year"] = [f"{year}-{(year + 1) % 100:02d}" for year in start]
    found["source"] = [_source_level(code) for code in found["source"]]
    counted = found.groupby(["district", "year", "source", "nfa"], sort=True, as_index=False)
    cells = counted.agg(referrals=("received_on", "size"))
    cells.attrs = {"first_day": f"{day.min():%Y-%m-%d}", "last_day": f"{day.max():%Y-%m-%d}"} if len(day) else {}
    return cells


def _source_level(code: str) -> str:
    group = SOURCE_GROUPS[code]
    return group if group in _SHOWN_APART else _OTHERS


def book_of_cells(cells: pd.DataFrame) -> tuple[Book, dict[str, tuple[str, ...]]]:
    """Return every figure of up to two filters in one book, made of the finest cells, with the levels."""
    levels = {name: tuple(sorted(cells[name].unique())) for name in DIMENSIONS}
    there = cells.set_index([*DIMENSIONS, "nfa"])["referrals"].to_dict()
    book = Book()
    finest: dict[tuple[str, ...], list[str]] = {}
    for cell in product(*levels.values()):
        where = dict(zip(DIMENSIONS, cell, strict=True))
        parts = [
            book.figure(place(where, which), int(there.get((*cell, which == "nfa"), 0)), inner=True)
            for which in ("nfa", "other")
        ]
        book.figure(place(where, ALL), sum(book[part] for part in parts), inner=True)
        book.total(place(where, ALL), parts)
        finest[cell] = parts
    for cell in _margins(levels):
        where = {name: level for name, level in zip(DIMENSIONS, cell, strict=True) if level != ALL}
        free = next(name for name in DIMENSIONS if name not in where)  # summed over one dimension at a time
        for which in ("nfa", "other"):
            book.total(place(where, which), [place({**where, free: level}, which) for level in levels[free]])
        book.total(place(where, ALL), [place(where, which) for which in ("nfa", "other")])
    return book, levels


def publish_explorer(store: Store, *, by: str, policy: Policy | None = None) -> Explorer:
    """Let members explore the referrals the store holds now, protected with everything published before.

    Raises
    ------
    CannotProtect
        When a small count would follow from it and what was published before.
    """
    policy = policy or load_policy()
    cells = referral_cells(store.snapshot())
    book, levels = book_of_cells(cells)
    release = protect(book, policy, before=said_before(store.folder, book))
    shown = {name: count for name, count in release.shown.items() if name not in book.inner}
    known = {name: one for name, one in release.said.items() if name in shown and one.most < _FAR}
    said = {name: (one.least, one.most) for name, one in known.items()}
    view: dict[str, Any] = {"levels": levels, "shown": shown, "simulated": store.is_simulated, **_days(cells)}
    view |= {"round_to": policy.round_to, "least_told": policy.least_told}
    file = store.folder / FOLDER / QUESTION / "latest.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_file():  # what was said before stays known
        number = len(list(file.parent.glob("*.json")))
        os.replace(file, file.with_name(f"{number}.json"))
    part = file.with_suffix(".part")
    text = json.dumps({"view": view, "said": said}, sort_keys=True)
    part.write_text(text, encoding="utf-8")
    os.replace(part, file)
    store.audit(who=by, action="published", what="explorer", detail={"figures": len(shown), "version": store.version})
    return _explorer(text)


def _days(cells: pd.DataFrame) -> dict[str, Any]:
    return {str(name): day for name, day in cells.attrs.items()}


def explorer(store_folder: Path) -> Explorer | None:
    """Return what members may explore now, if anything was published."""
    file = store_folder / FOLDER / QUESTION / "latest.json"
    if not file.is_file():
        return None
    return _explorer(file.read_text(encoding="utf-8"))


def _explorer(text: str) -> Explorer:
    view = json.loads(text)["view"]
    levels = {name: tuple(view["levels"][name]) for name in DIMENSIONS}
    return Explorer(
        levels=MappingProxyType(levels),
        shown=MappingProxyType(view["shown"]),
        first_day=view.get("first_day", ""),
        last_day=view.get("last_day", ""),
        simulated=view["simulated"],
        round_to=view.get("round_to", HOUSE_POLICY.round_to),
        least_told=view.get("least_told", HOUSE_POLICY.least_told),
    )


def _margins(levels: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Yield every choice of at most two levels, those of two first: each is the sum of ones before it."""
    every = product(*((*of, ALL) for of in levels.values()))
    yield from sorted((cell for cell in every if ALL in cell), key=lambda cell: cell.count(ALL))
