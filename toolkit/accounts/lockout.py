"""Failed tries to sign in: after a few, a name or an address must wait. Known or unknown names are treated alike."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa

from toolkit.records.database.account_tables import FAILED_TRIES

WAIT = timedelta(minutes=15)
OF_NAME, OF_ADDRESS = 5, 50  # a council's people may all come from one address


def hash_of(kind: str, value: str) -> str:
    """Return what a try is kept under: no name or address is."""
    return hashlib.sha256(f"{kind}:{value.casefold()}".encode()).hexdigest()


def must_wait(connection: sa.Connection, *, name: str, address: str, at: datetime) -> bool:
    """Whether a name, or whoever comes from an address, has failed too often within the last quarter of an hour."""
    return any(
        _failed(connection, hash_of(kind, value), at) >= most
        for kind, value, most in (("name", name, OF_NAME), ("address", address, OF_ADDRESS))
    )


def write_failed(connection: sa.Connection, *, name: str, address: str, at: datetime) -> bool:
    """Write down a failed try, forget old ones, and return whether the name must now wait."""
    connection.execute(sa.delete(FAILED_TRIES).where(FAILED_TRIES.c.at < at - WAIT))
    tries = [{"of": hash_of(kind, value), "at": at} for kind, value in (("name", name), ("address", address))]
    connection.execute(sa.insert(FAILED_TRIES), tries)
    return must_wait(connection, name=name, address=address, at=at)


def forget(connection: sa.Connection, name: str) -> None:
    """Forget the failed tries of a name, after it signed in or was let in again."""
    connection.execute(sa.delete(FAILED_TRIES).where(FAILED_TRIES.c.of == hash_of("name", name)))


def _failed(connection: sa.Connection, of: str, at: datetime) -> int:
    # One of a time to come was written before the clock was set back: it would keep a name waiting until then.
    within = sa.and_(FAILED_TRIES.c.at > at - WAIT, FAILED_TRIES.c.at <= at + WAIT)
    count = sa.select(sa.func.count()).where(FAILED_TRIES.c.of == of, within)
    return int(connection.execute(count).scalar_one())
