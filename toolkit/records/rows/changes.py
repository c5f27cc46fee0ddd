"""What storing a file alters, before it is stored and after: typed, for a command, a page or a receipt to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, overload

import pandas as pd

from toolkit.intake.origin import KINDS, NO_FILE, Origin
from toolkit.records.rows.compare import named, said_value
from toolkit.tables import TABLES

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows(Sequence[Row]):
    """Whole rows of a table, each by column when it is asked for: a first import has hundreds of thousands."""

    table: str
    values: tuple[tuple[Any, ...], ...] = ()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.values)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Rows: ...

    def __getitem__(self, at: int | slice) -> Row | Rows:
        """Return one row, or some."""
        if isinstance(at, slice):
            return Rows(self.table, self.values[at])
        return MappingProxyType(dict(zip(TABLES[self.table].names, self.values[at], strict=True)))


_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Altered:
    """A row and the columns that differ: by column, what stood and what stands now.

    Of an older file's word (`TableChanges.outdated`): what stands, and what the file says.
    """

    key: Row
    columns: Mapping[str, tuple[Any, Any]]

    @property
    def sentence(self) -> str:
        """The row, and each column's old and new value."""
        parts = "; ".join(
            f"{name} was {said_value(old)}, is {said_value(new)}" for name, (old, new) in self.columns.items()
        )
        return f"{named(self.key)}: {parts}"


@dataclass(frozen=True, slots=True)
class TableChanges:
    """What storing a file does to one table.

    Attributes
    ----------
    added
        Rows that were not there, whole.
    altered
        Rows that change.
    taken_out
        Rows that stand no longer: a return sent again has the child without them (or, if it is whole, not the child).
    no_longer
        Rows that an earlier return of the same day has and this one, which has not the child at all, has not. They
        stay.
    outdated
        Rows of the file that say otherwise than a later file, which stands.
    superseded
        How many rows of the file a later form of the same return has put right or taken out.
    kept
        How many rows have a value that the file leaves empty or does not speak of.
    unchanged
        How many rows of the file stand already just as they are.
    """

    added: Sequence[Row] = ()
    altered: tuple[Altered, ...] = ()
    taken_out: Sequence[Row] = ()
    no_longer: Sequence[Row] = ()
    outdated: tuple[Altered, ...] = ()
    superseded: int = 0
    kept: int = 0
    unchanged: int = 0

    @property
    def stored(self) -> int:
        """How many rows are new or other than they were."""
        return len(self.added) + len(self.altered)


@dataclass(frozen=True, slots=True)
class Changes:
    """What storing a file does, by table.

    Attributes
    ----------
    tables
        The changes of each table.
    origin
        What the file is, and as of what day.
    later
        Files stored already that speak of a later day about the same rows: numbers of uploads and names.
    while_open
        How many referrals of the file's children were received while a case of the child was open.
    children, known_children
        How many children the file speaks of, and of how many of them the store held something.
    renumbered
        How many rows of the file bear a number that was changed since; they count under the present one.
    erased_rows, erased_people, erasures
        How many rows were left out of how many families and children that were erased, and in which erasures.
    """

    tables: Mapping[str, TableChanges]
    origin: Origin = NO_FILE
    later: tuple[tuple[int, str], ...] = ()
    children: int = 0
    known_children: int = 0
    while_open: int = 0
    renumbered: int = 0
    erased_rows: int = 0
    erased_people: int = 0
    erasures: tuple[int, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether every row stands as it did."""
        return not any(one.stored or one.taken_out for one in self.tables.values())

    @property
    def is_as_stored(self) -> bool:
        """Whether every row of the file stands already just as it is."""
        return self.is_nothing and not any(one.outdated or one.superseded for one in self.tables.values())

    def count(self, what: Literal["added", "altered", "taken_out", "no_longer", "outdated"]) -> int:
        """Return how many rows of one sort there are in all tables."""
        return sum(len(getattr(one, what)) for one in self.tables.values())

    @property
    def unchanged(self) -> int:
        """How many rows of the file stand already as they are."""
        return sum(one.unchanged for one in self.tables.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how many rows there are of each sort, by table."""
        return {
            name: {
                "added": len(one.added), "altered": len(one.altered), "taken_out": len(one.taken_out),
                "no_longer": len(one.no_longer), "outdated": len(one.outdated),
                "superseded": one.superseded, "kept": one.kept, "unchanged": one.unchanged,
            }
            for name, one in self.tables.items()
        }  # fmt: skip

    def tidy(self) -> pd.DataFrame:
        """Return one line a row and column that changes: table, what, key, column, before, after.

        Of a whole row that comes, goes or is missed, ``column`` is empty.
        """
        lines = [line for name, one in self.tables.items() for line in _lines(name, one)]
        return pd.DataFrame(lines, columns=["table", "what", "key", "column", "before", "after"])

    def sentences(self) -> tuple[str, ...]:
        """Return what a person should know: which rows change, go, are missed, or would have been older."""
        said = [sentence for name, one in self.tables.items() for sentence in _of_table(name, one)]
        if self.later:
            files = ", ".join(f"upload {number} ({name})" for number, name in self.later)
            what = KINDS[self.origin.kind]
            said.insert(
                0, f"An older file came after a newer one: of what both say, the later day's word stands ({files}); "
                f"this {what} adds what they do not say.",
            )  # fmt: skip
        if self.while_open:
            said.append(
                f"{self.while_open:,} referrals of these children were received while a case of the child was open: "
                "the Department counts none of them. A protocol says whether they count (referrals_while_open)."
            )
        return (*said, *self._of_numbers())

    def _of_numbers(self) -> Iterator[str]:
        if self.renumbered:
            yield (
                f"{self.renumbered:,} rows bear a number that was changed since: they count under the present one "
                "(toolkit uploads list says when it was changed)."
            )
        if self.erased_rows:
            numbers = ", ".join(map(str, self.erasures))
            yield (
                f"{self.erased_rows:,} rows are of families and children that were erased here "
                f"({self.erased_people:,} of them; erasure {numbers}): they are left out. To take them in again, say "
                "--again."
            )


def _lines(table: str, one: TableChanges) -> Iterator[tuple[str, str, str, str, Any, Any]]:
    key = TABLES[table].key
    for what, rows in (("added", one.added), ("taken out", one.taken_out), ("no longer in the file", one.no_longer)):
        for row in rows:
            yield table, what, named({name: row[name] for name in key}), "", None, None
    for what, altered in (("altered", one.altered), ("older than what stands", one.outdated)):
        for other in altered:
            for column, (before, after) in other.columns.items():
                yield table, what, named(other.key), column, before, after


def _of_table(table: str, one: TableChanges) -> Iterator[str]:
    title = TABLES[table].title.lower()
    if one.altered:
        yield f"{title}: {len(one.altered):,} change:" + _listed(
            [row.sentence for row in one.altered[:_SHOWN]], len(one.altered)
        )
    for rows, words in (
        (one.taken_out, "are taken out, since the return sent again has the child without them:"),
        (one.no_longer, "are no longer in the file, which has not the child at all; they stay unless you say --whole:"),
    ):
        if rows:
            yield f"{title}: {len(rows):,} {words}" + _listed([_short(table, row) for row in rows[:_SHOWN]], len(rows))
    if one.superseded:
        yield f"{title}: {one.superseded:,} are of an earlier form of a return sent again since, which stands."
    if one.outdated:
        lines = [f"{named(row.key)}: " + "; ".join(_older(row.columns)) for row in one.outdated[:_SHOWN]]
        yield f"{title}: {len(one.outdated):,} say otherwise than a later file, which stands:" + _listed(
            lines, len(one.outdated)
        )


def _older(columns: Mapping[str, tuple[Any, Any]]) -> Iterator[str]:
    for name, (stands, said) in columns.items():
        yield f"{name} is {said_value(said)} here, {said_value(stands)} stands"


def _short(table: str, row: Row) -> str:
    names = ("child_id", "received_on", "source") if table == "referrals" else TABLES[table].key
    return named({name: row[name] for name in names})


def _listed(first: list[str], count: int) -> str:
    more = [f"and {count - len(first):,} more"] if count > len(first) else []
    return "".join(f"\n  {line}" for line in (*first, *more))
