"""That somebody was erased, remembered without keeping the number: so that no file brings them back unsaid.

Of each number a keyed hash is kept (HMAC-SHA-256, RFC 2104), with a key of the store's own. From the hashes no number
can be read. Whoever holds the whole store and a number can ask whether it was erased here, as an import must be able
to; where numbers are pseudonyms of a key that is kept elsewhere, nobody without that key has one to ask with. When
that key is changed the pseudonyms change, and what was remembered is met no more: it is forgotten then.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.renumbered import OF_COLUMN
from toolkit.records.database.schema import ERASED_NUMBERS, FACTS

_FACT = "erased_key"
_AT_ONCE = 500
Values = Mapping[str, Mapping[str, Sequence[Any]]]
"""Rows by table and column."""


@dataclass(frozen=True, slots=True)
class ErasedAgain:
    """Rows on their way in that are of somebody who was erased.

    Attributes
    ----------
    rows
        By table, their places (the first row is 0).
    people
        How many families and children they name that were erased.
    erasures
        The numbers of those erasures.
    hashes
        The hashes that were met.
    """

    rows: Mapping[str, frozenset[int]]
    people: int
    erasures: tuple[int, ...]
    hashes: frozenset[str]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in self.rows.values())


def remember(
    connection: sa.Connection, erasure_id: int, *, families: Collection[str], children: Collection[str]
) -> None:
    """Remember that some numbers were erased."""
    secret = _secret(connection, make=True)
    hashes = {
        _hash(secret, kind, number) for kind, some in (("family", families), ("child", children)) for number in some
    }
    known = set(_known(connection, hashes))
    rows = [{"hash": one, "erasure_id": erasure_id} for one in sorted(hashes - known)]
    if rows:
        connection.execute(sa.insert(ERASED_NUMBERS), rows)


def erased_in(connection: sa.Connection, values: Values) -> ErasedAgain:
    """Return which rows name a family or child that was erased."""
    nothing = ErasedAgain({}, 0, (), frozenset())
    if connection.execute(sa.select(sa.literal(1)).select_from(ERASED_NUMBERS).limit(1)).first() is None:
        return nothing
    secret = _secret(connection)
    named = {
        (kind, str(number))
        for columns in values.values()
        for column, kind in OF_COLUMN.items()
        for number in columns.get(column, ())
        if number is not None
    }
    hash_of = {about: _hash(secret, *about) for about in named}
    known = _known(connection, set(hash_of.values()))
    met = {about: known[its] for about, its in hash_of.items() if its in known}
    if not met:
        return nothing
    rows = {
        name: frozenset(
            at
            for column, kind in OF_COLUMN.items()
            for at, number in enumerate(columns.get(column, ()))
            if (kind, str(number)) in met
        )
        for name, columns in values.items()
    }
    return ErasedAgain(rows, len(met), tuple(sorted(set(met.values()))), frozenset(hash_of[about] for about in met))


def numbers_erased(connection: sa.Connection, kind: str, numbers: Collection[str]) -> set[str]:
    """Return those of some numbers of families, or of children, that were erased."""
    if not count_remembered(connection):
        return set()
    secret = _secret(connection)
    hash_of = {number: _hash(secret, kind, number) for number in numbers}
    known = _known(connection, set(hash_of.values()))
    return {number for number, its in hash_of.items() if its in known}


def without(values: Values, found: ErasedAgain) -> dict[str, dict[str, list[Any]]]:
    """Return rows without those of somebody who was erased."""
    return {
        name: {
            column: [one for at, one in enumerate(given) if at not in found.rows.get(name, ())]
            for column, given in columns.items()
        }
        for name, columns in values.items()
    }


def forget(connection: sa.Connection, hashes: Collection[str]) -> None:
    """Remember some no longer: they were taken in again because somebody said so."""
    for some in _parts(sorted(hashes)):
        connection.execute(sa.delete(ERASED_NUMBERS).where(ERASED_NUMBERS.c.hash.in_(some)))


def count_remembered(connection: sa.Connection) -> int:
    """Return how many numbers are remembered."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(ERASED_NUMBERS)).scalar_one())


def forget_all(connection: sa.Connection) -> int:
    """Remember none any longer, with the key; return how many there were."""
    count = count_remembered(connection)
    connection.execute(sa.delete(ERASED_NUMBERS))
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == _FACT))
    return count


def _secret(connection: sa.Connection, *, make: bool = False) -> bytes:
    found = connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == _FACT)).scalar()
    if found is None:
        if not make:
            raise RuntimeError("Hashes of erased numbers are there without the key they were made with.")
        found = secrets.token_hex(32)
        connection.execute(sa.insert(FACTS), {"name": _FACT, "value": found})
    return bytes.fromhex(str(found))


def _hash(secret: bytes, kind: str, number: str) -> str:
    return hmac.new(secret, f"{kind}:{number.strip().upper()}".encode(), hashlib.sha256).hexdigest()


def _known(connection: sa.Connection, hashes: Collection[str]) -> dict[str, int]:
    """Return those of some hashes that are remembered, with the erasure of each."""
    query = sa.select(ERASED_NUMBERS.c.hash, ERASED_NUMBERS.c.erasure_id)
    return {
        str(one): int(erasure)
        for some in _parts(sorted(hashes))
        for one, erasure in connection.execute(query.where(ERASED_NUMBERS.c.hash.in_(some)))
    }


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
