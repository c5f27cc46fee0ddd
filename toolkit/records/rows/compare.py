"""Rows on their way in, held against those that are stored: which are new, which are the same, which differ and how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import ROWS, UPLOADS
from toolkit.tables import TABLES, Table

Values = Mapping[str, Sequence[Any]]
"""A table's values by column, as `values.values_of` returns them."""

_FEW = 5_000


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row with the key of a stored one and other values.

    ``differs`` holds, by column, what is stored and what was given.
    """

    table: str
    row: int
    key: Mapping[str, Any]
    upload_id: int
    source_name: str
    by: str
    at: datetime
    differs: Mapping[str, tuple[Any, Any]]

    @property
    def sentence(self) -> str:
        """What is stored, since when and by whom, and what differs."""
        columns = "; ".join(
            f"{name} is {said_value(there)} there, {said_value(here)} here"
            for name, (there, here) in self.differs.items()
        )
        return f"{named(self.key)}: {stored_by(self)}; {columns}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What storing some rows would meet.

    Attributes
    ----------
    new
        Positions of the rows not stored yet, by table (the first row is 0).
    same
        Positions of the rows stored already with the very same values, by table.
    same_in
        How many of those each upload stored.
    conflicts
        The rows stored already with other values.
    """

    new: Mapping[str, tuple[int, ...]]
    same: Mapping[str, tuple[int, ...]]
    same_in: Mapping[int, int]
    conflicts: tuple[Conflict, ...]

    @property
    def is_all_there(self) -> bool:
        """Whether every row is stored already just as it is."""
        return not self.conflicts and not any(self.new.values()) and any(self.same.values())

    def summary(self) -> str:
        """Return one sentence for the person who uploads."""
        new, same = (sum(len(rows) for rows in part.values()) for part in (self.new, self.same))
        if self.is_all_there:
            uploads = ", ".join(str(number) for number in sorted(self.same_in))
            return f"Every row is stored already with the same values (upload {uploads}): this was uploaded before."
        return (
            f"{new:,} rows are new, {same:,} are stored already with the same values, {len(self.conflicts):,} differ "
            "from what is stored."
        )


@dataclass(slots=True)
class _Found:
    new: dict[str, tuple[int, ...]] = field(default_factory=dict)
    same: dict[str, tuple[int, ...]] = field(default_factory=dict)
    same_in: Counter[int] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)


def compare(connection: sa.Connection, values: Mapping[str, Values]) -> Comparison:
    """Return which rows are new, the same as stored, or different; ``values`` by table."""
    found = _Found()
    for name, columns in values.items():
        _compare_table(connection, TABLES[name], columns, found)
    return Comparison(
        MappingProxyType(found.new),
        MappingProxyType(found.same),
        MappingProxyType(found.same_in),
        tuple(found.conflicts),
    )


def keys_of(values: Values, table: Table) -> list[tuple[Any, ...]]:
    """Return the key of each row."""
    return list(zip(*(values[name] for name in table.key), strict=True))


def named(key: Mapping[str, Any]) -> str:
    """Return a key as a person reads it."""
    return ", ".join(f"{name} {said_value(part)}" for name, part in key.items())


def stored_by(conflict: Conflict) -> str:
    """Return which upload stored a row, when and by whom."""
    day = f"{conflict.at.day} {conflict.at:%B %Y}"
    return f"stored by upload {conflict.upload_id} ({conflict.source_name}) on {day} by {conflict.by}"


def _compare_table(connection: sa.Connection, table: Table, columns: Values, found: _Found) -> None:
    keys = keys_of(columns, table)
    stored = {tuple(row[name] for name in table.key): row for row in _stored(connection, table, keys)}
    new, same = [], []
    for at, key in enumerate(keys):
        row = stored.get(key)
        if row is None:
            new.append(at)
            continue
        differs = {
            name: (row[name], columns[name][at])
            for name in table.names
            if name not in table.key and row[name] != columns[name][at]
        }
        if differs:
            about = {name: row[f"upload_{name}"] for name in ("source_name", "by", "at")}
            its_key = MappingProxyType(dict(zip(table.key, key, strict=True)))
            found.conflicts.append(
                Conflict(table.name, at, its_key, row["upload_id"], differs=MappingProxyType(differs), **about)
            )
        else:
            same.append(at)
            found.same_in[row["upload_id"]] += 1
    found.new[table.name], found.same[table.name] = tuple(new), tuple(same)


def _stored(connection: sa.Connection, table: Table, keys: Sequence[tuple[Any, ...]]) -> Iterator[sa.RowMapping]:
    """Yield the current rows that may have one of the keys, with what is known of their upload."""
    rows = ROWS[table.name]
    about = [UPLOADS.c[name].label(f"upload_{name}") for name in ("source_name", "by", "at")]
    query = (
        sa.select(*(rows.c[name] for name in table.names), rows.c.upload_id, *about)
        .join(UPLOADS, UPLOADS.c.upload_id == rows.c.upload_id)
        .where(rows.c.v_to.is_(None))
    )
    first = sorted({key[0] for key in keys})
    if len(first) > _FEW:
        yield from connection.execute(query).mappings()
        return
    for start in range(0, len(first), 500):
        among = rows.c[table.key[0]].in_(first[start : start + 500])
        yield from connection.execute(query.where(among)).mappings()


def said_value(value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "(empty)" if value is None else str(value)
