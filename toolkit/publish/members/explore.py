"""Referrals that members may explore by district, year and who referred: one table, protected once, with every choice.

A page of filters that each protect their own answer gives small numbers away: one answer less another is a third.
So every figure a choice of up to two filters can lead to enters one book of figures, made of the finest cells, and is
protected with all the others; the page only looks figures up.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Any

import duckdb
import pandas as pd

from toolkit.errors import StoreError
from toolkit.publish.disclosure import HOUSE_POLICY, Book, Policy, load_policy, protect
from toolkit.publish.members.kept import published_files, said_before, until_nobody_overtakes, write_kept
from toolkit.records import Snapshot, Store
from toolkit.records.erasure.erased_files import read_object
from toolkit.records.publications import EXPLORER, FOLDER, Kept
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
SELECT coalesce(f.district, $unknown) AS district, r.received_on, r.source, coalesce(r.outcome, '') = 'nfa' AS nfa
FROM referrals r LEFT JOIN children c USING (child_id) LEFT JOIN families f USING (family_id)
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
    with duckdb.connect() as connection:
        for table in ("referrals", "children", "families"):
            connection.read_parquet(snapshot.pattern(table)).create_view(table)
        found = connection.execute(_QUERY, {"unknown": _UNKNOWN}).df()
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


def book_of_cells(cells: pd.DataFrame, policy: Policy = HOUSE_POLICY) -> tuple[Book, dict[str, tuple[str, ...]]]:
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
    _enter_published(book, levels["year"], policy)
    return book, levels


def _enter_published(book: Book, years: Sequence[str], policy: Policy) -> None:
    """Say that everybody knows the county's referrals of each year, and how many of them ended at once.

    The Department publishes both, and members' own page shows the first; what is small it does not publish, nor what
    would give it away.
    """
    for year in years:
        every, ended, others = (place({"year": year}, which) for which in (ALL, "nfa", "other"))
        if not policy.is_small(book[every]):
            book.figure(every, book[every], known=True)
            if not (policy.is_small(book[ended]) or policy.is_small(book[others])):
                book.figure(ended, book[ended], known=True)


def publish_explorer(store: Store, *, by: str, policy: Policy | None = None) -> Explorer:
    """Let members explore the referrals the store holds now, protected with everything published before.

    Raises
    ------
    CannotProtect
        When a small count would follow from it and what was published before.
    StoreError
        When a file of what was published before is damaged, or others keep publishing at this moment.
    """
    policy = policy or load_policy()
    return until_nobody_overtakes(lambda: _publish(store, by, policy))


def _publish(store: Store, by: str, policy: Policy) -> Explorer:
    before, snapshot = published_files(store.folder), store.snapshot()
    cells = referral_cells(snapshot)
    book, levels = book_of_cells(cells, policy)
    release = protect(book, policy, before=said_before(store.folder, book))
    shown = {name: count for name, count in release.shown.items() if name not in book.inner}
    known = {name: one for name, one in release.said.items() if name in shown and one.most < _FAR}
    said = {name: (one.least, one.most) for name, one in known.items()}
    view: dict[str, Any] = {"levels": levels, "shown": shown, "simulated": store.is_simulated, **_days(cells)}
    view |= {"round_to": policy.round_to, "least_told": policy.least_told}
    content = json.dumps({"view": view, "said": said}, sort_keys=True).encode()

    def keep(number: int) -> Kept:
        return write_kept(store.folder, QUESTION, number, content, since=before)

    store.publish_figures(EXPLORER, by=by, detail={"figures": len(shown), "version": snapshot.store_version}, keep=keep)
    return _explorer(json.loads(content))


def _days(cells: pd.DataFrame) -> dict[str, Any]:
    return {str(name): day for name, day in cells.attrs.items()}


def explorer(store: Store) -> Explorer | None:
    """Return what members may explore now, if anything was published.

    Raises
    ------
    StoreError
        When the file members read is missing or not whole.
    """
    kept = store.published_figures(EXPLORER)
    file = store.folder / FOLDER / (f"{QUESTION}/latest.json" if kept is None else kept.view)
    if kept is None and not file.is_file():
        return None
    content = read_object(file)
    try:
        return _explorer(content or {})
    except (KeyError, TypeError, AttributeError) as error:
        named = file.relative_to(store.folder).as_posix()
        raise StoreError(
            f"What members may explore cannot be shown: {named} is missing or damaged. Put back a copy of it, or "
            "publish it again."
        ) from error


def _explorer(content: Mapping[str, Any]) -> Explorer:
    view = content["view"]
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
