"""Numbers of families and children that were changed: under which one each stands now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import RENUMBERED, UPLOADS

OF_COLUMN = {"family_id": "family", "child_id": "child"}
"""What each column is a number of."""
OF_TABLE = {"families": "family", "children": "child"}
"""Tables with one row a number."""
Values = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Rename:
    """One number that another stands for: changed, or one with it (``is_merged``)."""

    kind: str
    old: str
    new: str
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Renames:
    """The changes of numbers that stand, in their order.

    A number changed twice stands under the last; one that was changed and changed back under itself.
    """

    steps: tuple[Rename, ...] = ()
    _now: dict[tuple[str, str], str] = field(init=False, default_factory=dict, repr=False, compare=False)
    _all: dict[tuple[str, str], set[str]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Follow each number from step to step."""
        for kind, old in {(step.kind, step.old) for step in self.steps}:
            number = old
            for step in self.steps:
                number = step.new if (step.kind, step.old) == (kind, number) else number
            self._now[kind, old] = number
            self._all.setdefault((kind, number), set()).add(old)

    def now(self, kind: str, number: str) -> str:
        """Return the number under which a family or child stands."""
        return self._now.get((kind, number), number)

    def all_of(self, kind: str, numbers: Collection[str]) -> set[str]:
        """Return every number, present and earlier, of families or children given by any of theirs."""
        found: set[str] = set()
        for number in numbers:
            present = self.now(kind, number)
            found |= {present, number, *self._all.get((kind, present), ())}
        return found

    def is_merged(self, kind: str, number: str) -> bool:
        """Return whether a number is one with another, which has a row of its own."""
        return self.now(kind, number) != number and any(
            step.is_merged and (step.kind, step.old) == (kind, number) for step in self.steps
        )

    def applied(self, values: Mapping[str, Values]) -> tuple[dict[str, dict[str, list[Any]]], int]:
        """Return rows, by table and column, under the present numbers, and how many bore another one.

        The own row of a number that is one with another is left out: the other's stands for both.
        """
        found, changed = {}, 0
        for name, columns in values.items():
            kept: dict[str, list[Any]] = {column: list(given) for column, given in columns.items()}
            touched: set[int] = set()
            gone: set[int] = set()
            for column, kind in OF_COLUMN.items():
                for at, number in enumerate(columns.get(column, ())):
                    if (present := self.now(kind, number)) != number:
                        kept[column][at] = present
                        touched.add(at)
                        if OF_TABLE.get(name) == kind and self.is_merged(kind, number):
                            gone.add(at)
            changed += len(touched)
            found[name] = {
                column: [v for at, v in enumerate(given) if at not in gone] for column, given in kept.items()
            }
        return found, changed


def renames_of(connection: sa.Connection) -> Renames:
    """Return the changes of numbers that stand."""
    query = (
        sa.select(RENUMBERED.c.kind, RENUMBERED.c.old, RENUMBERED.c.new, RENUMBERED.c.is_merged)
        .join(UPLOADS, UPLOADS.c.upload_id == RENUMBERED.c.upload_id)
        .where(UPLOADS.c.withdrawn_in.is_(None))
        .order_by(RENUMBERED.c.upload_id, RENUMBERED.c.old)
    )
    return Renames(tuple(Rename(*row) for row in connection.execute(query)))


def renames_by(connection: sa.Connection, upload_id: int) -> tuple[Rename, ...]:
    """Return the numbers that one upload changed, whether it stands or not."""
    query = sa.select(RENUMBERED.c.kind, RENUMBERED.c.old, RENUMBERED.c.new, RENUMBERED.c.is_merged)
    found = connection.execute(query.where(RENUMBERED.c.upload_id == upload_id).order_by(RENUMBERED.c.old))
    return tuple(Rename(*row) for row in found)


def write_renames(connection: sa.Connection, upload_id: int, renames: Collection[Rename]) -> None:
    """Write down the numbers that an upload changes."""
    rows = [
        {"upload_id": upload_id, "kind": one.kind, "old": one.old, "new": one.new, "is_merged": one.is_merged}
        for one in renames
    ]
    if rows:
        connection.execute(sa.insert(RENUMBERED), rows)
