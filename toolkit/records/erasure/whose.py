"""Whose rows go with a family or a child that is erased: in every table and version, and under every number it had."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.renumbered import renames_of
from toolkit.records.database.schema import ROWS
from toolkit.tables import TABLES

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Whose:
    """The rows of some people.

    Attributes
    ----------
    rows
        By table, the places of their rows in the database.
    families, children, referrals
        Every number that leads back to them.
    """

    rows: Mapping[str, Sequence[int]]
    families: frozenset[str]
    children: frozenset[str]
    referrals: frozenset[str]

    @property
    def numbers(self) -> set[str]:
        """All numbers together."""
        return {*self.families, *self.children, *self.referrals}


def rows_of_people(
    connection: sa.Connection, *, families: Collection[str] = (), children: Collection[str] = ()
) -> Whose:
    """Return the rows of families, or of single children, in every table and version.

    A child belongs to the family that its newest row names. Where an older row named another one by mistake, that row
    alone goes with that other family. A number that was changed stands for all the numbers it had.
    """
    renames = renames_of(connection)
    of_families = sorted(renames.all_of("family", families))
    of_children = sorted(renames.all_of("child", {*children, *_children(connection, of_families)}))
    found: dict[str, list[int]] = {}
    referrals: set[str] = set()
    for name, table in TABLES.items():
        rows = ROWS[name]
        ids: set[int] = set()
        if "family_id" in table.names:
            ids |= set(_among(connection, rows.c.row_id, rows.c.family_id, of_families))
        if "child_id" in table.names:
            ids |= set(_among(connection, rows.c.row_id, rows.c.child_id, of_children))
        if ids:
            found[name] = sorted(ids)
        if "referral_id" in table.names and ids:
            referrals |= set(_among(connection, rows.c.referral_id, rows.c.row_id, found[name]))
    return Whose(found, frozenset(of_families), frozenset(of_children), frozenset(referrals))


def check_any(whose: Whose, what: str) -> None:
    """Check that there is something to erase.

    Raises
    ------
    StoreError
        When there is not. The message does not repeat the number: messages end up in logs.
    """
    if not any(whose.rows.values()):
        raise StoreError(f"The store holds nothing of that {what}, in no version. Check its number.")


def _children(connection: sa.Connection, families: Sequence[str]) -> list[str]:
    children = ROWS["children"]
    ever = sorted(set(_among(connection, children.c.child_id, children.c.family_id, families)))
    newest: dict[str, str] = {}
    for some in _parts(ever):
        query = sa.select(children.c.child_id, children.c.family_id).where(children.c.child_id.in_(some))
        for child, family in connection.execute(query.order_by(children.c.row_id)):
            newest[child] = family
    return [child for child in ever if newest[child] in set(families)]


def _among(
    connection: sa.Connection, wanted: sa.ColumnElement[Any], column: sa.ColumnElement[Any], values: Sequence[Any]
) -> Iterable[Any]:
    for some in _parts(values):
        yield from connection.execute(sa.select(wanted).where(column.in_(some))).scalars()


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
