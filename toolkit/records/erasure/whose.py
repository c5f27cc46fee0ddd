"""Whose rows go with a family or a child that is erased: in every table and version, and under every number it had."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.database.one_of import one_of
from toolkit.records.database.renumbered import renames_of
from toolkit.records.database.schema import ROWS
from toolkit.tables import TABLES


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


@dataclass(frozen=True, slots=True)
class People:
    """Families and children by every number, present and earlier, that they have or had."""

    families: frozenset[str]
    children: frozenset[str]


def people_of(connection: sa.Connection, *, families: Collection[str] = (), children: Collection[str] = ()) -> People:
    """Return families with their children, or single children, by all their numbers.

    A child belongs to the family that its newest row names. A number that was changed stands for all that it had.
    """
    renames = renames_of(connection)
    of_families = renames.all_of("family", families)
    of_children = renames.all_of("child", {*children, *_children(connection, of_families)})
    return People(frozenset(of_families), frozenset(of_children))


def theirs(connection: sa.Connection, people: People) -> dict[str, sa.ColumnElement[bool]]:
    """Return, by table, the condition that a row of any version is of some people; tables of nobody are left out.

    Where an older row of a child named another family by mistake, that row alone goes with that other family.
    """
    found: dict[str, sa.ColumnElement[bool]] = {}
    for name, table in TABLES.items():
        numbers = (("family_id", people.families), ("child_id", people.children))
        its = [one_of(connection, ROWS[name].c[column], of) for column, of in numbers if column in table.names and of]
        if its:
            found[name] = sa.or_(*its)
    return found


def rows_of_people(
    connection: sa.Connection, *, families: Collection[str] = (), children: Collection[str] = ()
) -> Whose:
    """Return the rows of families, or of single children, in every table and version; see `people_of` and `theirs`."""
    people = people_of(connection, families=families, children=children)
    found: dict[str, list[int]] = {}
    referrals: set[str] = set()
    for name, is_theirs in theirs(connection, people).items():
        rows = ROWS[name]
        if ids := sorted(connection.execute(sa.select(rows.c.row_id).where(is_theirs)).scalars()):
            found[name] = ids
        if "referral_id" in rows.c:
            referrals |= set(connection.execute(sa.select(rows.c.referral_id).where(is_theirs)).scalars())
    return Whose(found, people.families, people.children, frozenset(referrals))


def check_any(whose: Whose, what: str) -> None:
    """Check that there is something to erase.

    Raises
    ------
    StoreError
        When there is not. The message does not repeat the number: messages end up in logs.
    """
    if not any(whose.rows.values()):
        raise StoreError(f"The store holds nothing of that {what}, in no version. Check its number.")


def _children(connection: sa.Connection, families: Collection[str]) -> list[str]:
    """Return the children whose newest row names one of some families."""
    if not families:
        return []
    children, of_them = ROWS["children"], frozenset(families)
    ever = sa.select(children.c.child_id).where(one_of(connection, children.c.family_id, of_them))
    query = sa.select(children.c.child_id, children.c.family_id).where(children.c.child_id.in_(ever))
    newest = {child: family for child, family in connection.execute(query.order_by(children.c.row_id)).all()}
    return [child for child, family in newest.items() if family in of_them]
