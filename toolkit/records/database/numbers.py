"""Whether a store's families and children stand under pseudonyms, and made with which key: told once, and held to."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.intake.pseudonyms import PSEUDONYM
from toolkit.records.database.schema import FACTS, ROWS, SAID
from toolkit.tables import TABLES

_FACT = "key_mark"
_PEOPLE = ("family_id", "child_id")
_OWN = ("families", "children", "registrations", "progress_scores")
_AT_ONCE = 500


def key_mark(connection: sa.Connection) -> str:
    """Return the mark of the key that a store's pseudonyms are made with; empty where none was told."""
    return str(connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == _FACT)).scalar() or "")


def tell_key(connection: sa.Connection, mark: str) -> None:
    """Write down with which key a store's pseudonyms are made."""
    changed = connection.execute(sa.update(FACTS).where(FACTS.c.name == _FACT).values(value=mark))
    if not changed.rowcount:
        connection.execute(sa.insert(FACTS), {"name": _FACT, "value": mark})


def check_key(connection: sa.Connection, mark: str) -> None:
    """Check that a key is the one the store was told of.

    Raises
    ------
    StoreError
        When it is another: the same child would stand under two numbers.
    """
    told = key_mark(connection)
    if told and mark and told != mark:
        raise StoreError(
            f"The pseudonyms in this store are made with the key of the mark {told}; the one you name has the mark "
            f"{mark}: the same child would stand under two numbers. Name the other key file with --key. Nothing was "
            "stored."
        )


def check_numbers(connection: sa.Connection, tables: Collection[str], mark: str) -> None:
    """Check that rows of our own tables may come as they do: all with the store's key, or all as they are.

    Parameters
    ----------
    connection
        To the store.
    tables
        The tables the rows are of.
    mark
        The mark of the key their numbers are made into pseudonyms with; empty where there is none.

    Raises
    ------
    StoreError
        When they may not, naming what to do.
    """
    if not any(column in _PEOPLE for name in tables for column in TABLES[name].names):
        return
    check_key(connection, mark)
    told, plain = key_mark(connection), _plain(connection)
    if mark and plain:
        raise StoreError(
            f"The table {plain} holds numbers as they came, and this file's would be stored as pseudonyms: the same "
            "family would stand under two numbers. Leave out --key (and the setting TOOLKIT_PSEUDONYM_KEY_FILE), or "
            "make a new store (toolkit create-store) and import everything with the key. Nothing was stored."
        )
    if told and not mark and not plain:
        raise StoreError(
            f"This store holds pseudonyms, made with the key of the mark {told}: numbers as they come would be known "
            "to none of them. Name the key with --key; a number that is a pseudonym already stays as it is. Nothing "
            "was stored."
        )


def stored_children(connection: sa.Connection, children: Collection[str]) -> set[str]:
    """Return those of some children that stand in the table of children, so in a family."""
    rows, listed = ROWS["children"], sorted(children)
    found: set[str] = set()
    for start in range(0, len(listed), _AT_ONCE):
        some = rows.c.child_id.in_(listed[start : start + _AT_ONCE])
        found |= set(connection.execute(sa.select(rows.c.child_id).where(rows.c.v_to.is_(None), some)).scalars())
    return found


def children_of_cases(connection: sa.Connection) -> set[str]:
    """Return the children of whom a referral or an episode is stored."""
    found: set[str] = set()
    for name in SAID:
        rows = ROWS[name]
        found |= set(connection.execute(sa.select(rows.c.child_id).where(rows.c.v_to.is_(None)).distinct()).scalars())
    return found


def _plain(connection: sa.Connection) -> str:
    """Return the first table of our own with a number that is no pseudonym; empty where there is none."""
    for name in _OWN:
        rows = ROWS[name]
        for column in (column for column in TABLES[name].names if column in _PEOPLE):
            query = sa.select(rows.c[column]).where(rows.c.v_to.is_(None)).distinct()
            if any(not PSEUDONYM.fullmatch(str(one)) for one in connection.execute(query).scalars()):
                return name
    return ""
