"""Rows on their way in, before they are held against what is stored: whose they are, and under which number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records.database.renumbered import renames_of
from toolkit.records.erasure.remembered import ErasedAgain, erased_in, forget, without
from toolkit.records.rows.changes import Changes
from toolkit.records.rows.key_conflicts import check_no_repeats
from toolkit.tables import TABLES

Values = dict[str, dict[str, list[Any]]]


@dataclass(frozen=True, slots=True)
class Arriving:
    """Rows on their way in.

    Attributes
    ----------
    values
        By table and column, without those of somebody who was erased.
    erased
        The rows of somebody who was erased: left out, or taken in again where that was said (``again``).
    again
        Whether it was.
    renumbered
        How many bore a number that was changed since.
    """

    values: Values
    erased: ErasedAgain
    again: bool = False
    renumbered: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no row is left."""
        return not any(len(given) for columns in self.values.values() for given in columns.values())

    def told(self, changes: Changes) -> Changes:
        """Return the changes with what was left out and what stands under another number."""
        found = replace(changes, renumbered=changes.renumbered + self.renumbered)
        if self.again:
            return found
        return replace(
            found, erased_rows=self.erased.count, erased_people=self.erased.people, erasures=self.erased.erasures
        )

    def take_in(self, connection: sa.Connection) -> dict[str, Any]:
        """Forget that those were erased who are taken in again; return what the audit says of it."""
        if self.again and self.erased.people:
            forget(connection, self.erased.hashes)
            return {"taken_in_again": self.erased.people, "erasures": list(self.erased.erasures)}
        return {"left_out_as_erased": self.erased.count} if self.erased.count else {}


def arriving(connection: sa.Connection, values: Values, *, again: bool) -> Arriving:
    """Return rows without those of somebody who was erased, unless ``again``; their numbers as they came."""
    erased = erased_in(connection, values)
    return Arriving(values if again else without(values, erased), erased, again)


def under_present_numbers(connection: sa.Connection, rows: Arriving) -> Arriving:
    """Return rows under the numbers that families and children have now; rows that become one count once.

    Raises
    ------
    StoreError
        When two rows that differ become one.
    """
    values, count = renames_of(connection).applied(rows.values)
    if count:
        values = {name: _distinct(columns) for name, columns in values.items()}
        for name, columns in values.items():
            check_no_repeats(columns, TABLES[name])
    return replace(rows, values=values, renumbered=count)


def kept_of(arrived: Arriving, speaks_of: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return what each row that is left speaks of."""
    gone = {} if arrived.again else arrived.erased.rows
    return {
        name: [one for at, one in enumerate(given) if at not in gone.get(name, ())] for name, given in speaks_of.items()
    }


def refuse_erased(arrived: Arriving) -> None:
    """Refuse rows of somebody who was erased, where they cannot be left out unsaid.

    Raises
    ------
    StoreError
        When there are any and nobody said that they are to be taken in again.
    """
    if arrived.erased.count and not arrived.again:
        tables = ", ".join(f"{len(rows):,} in {name}" for name, rows in arrived.erased.rows.items() if rows)
        erasures = ", ".join(map(str, arrived.erased.erasures))
        raise StoreError(
            f"Nothing was stored: rows are of families and children that were erased here ({arrived.erased.people:,} "
            f"of them; erasure {erasures}): {tables}. Leave them out, or say that they are to be taken in again."
        )


def check_any_left(rows: Arriving, source_name: str) -> None:
    """Check that there is a row to store.

    Raises
    ------
    InputError
        When each was of a number that is one with another, whose row stands.
    """
    if rows.is_empty:
        raise InputError(
            f"There are no rows to store from {source_name}: each is of a number that was merged with another, whose "
            "own row stands."
        )


def _distinct(columns: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    rows = dict.fromkeys(zip(*columns.values(), strict=True))
    return {name: [row[at] for row in rows] for at, name in enumerate(columns)}
