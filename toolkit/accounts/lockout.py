"""Failed tries to sign in: after a few, a name or an address must wait. Known or unknown names are treated alike.

Browsers that signed in to the account before (`known_browsers`) are counted by themselves: others' tries are none of
theirs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from toolkit.records.database.account_tables import FAILED_TRIES

WAIT = timedelta(minutes=15)
OF_NAME, OF_ADDRESS = 5, 50  # a council's people may all come from one address


@dataclass(frozen=True, slots=True)
class Tries:
    """Whose tries are counted.

    Attributes
    ----------
    name
        The sign-in name that is tried.
    address
        Where the tries come from.
    is_known
        Whether they come from a browser that signed in to the account before.
    """

    name: str
    address: str
    is_known: bool = False

    @property
    def limits(self) -> tuple[tuple[str, int], ...]:
        """What is counted, as it is kept, and how many tries may fail."""
        if self.is_known:
            return ((hash_of("known browser", self.name), OF_NAME),)
        return ((hash_of("name", self.name), OF_NAME), (hash_of("address", self.address), OF_ADDRESS))


def hash_of(kind: str, value: str) -> str:
    """Return what a try is kept under: no name or address is."""
    return hashlib.sha256(f"{kind}:{value.casefold()}".encode()).hexdigest()


def must_wait(connection: sa.Connection, tries: Tries, *, at: datetime) -> bool:
    """Whether there were too many failed tries within the last quarter of an hour."""
    return any(_failed(connection, of, at) >= most for of, most in tries.limits)


def write_failed(connection: sa.Connection, tries: Tries, *, at: datetime) -> bool:
    """Write down a failed try, forget old ones, and return whether the next must wait."""
    connection.execute(sa.delete(FAILED_TRIES).where(FAILED_TRIES.c.at < at - WAIT))
    connection.execute(sa.insert(FAILED_TRIES), [{"of": of, "at": at} for of, _ in tries.limits])
    return must_wait(connection, tries, at=at)


def is_first_wait(connection: sa.Connection, tries: Tries, *, at: datetime) -> bool:
    """Whether this is the first try that is told to wait for what it waits for; the ones after it are not written."""
    waits = [of for of, most in tries.limits if _failed(connection, of, at) >= most]
    told = [hash_of("told to wait", of) for of in waits]
    if not told or any(_failed(connection, of, at) for of in told):
        return False
    connection.execute(sa.insert(FAILED_TRIES), [{"of": of, "at": at} for of in told])
    return True


def forget(connection: sa.Connection, tries: Tries) -> None:
    """Forget the failed tries of a name, or of its known browsers, after one signed in."""
    of = tries.limits[0][0]
    connection.execute(sa.delete(FAILED_TRIES).where(FAILED_TRIES.c.of.in_([of, hash_of("told to wait", of)])))


def forget_all(connection: sa.Connection) -> None:
    """Forget every failed try: nobody must wait any more."""
    connection.execute(sa.delete(FAILED_TRIES))


def _failed(connection: sa.Connection, of: str, at: datetime) -> int:
    # One of a time to come was written before the clock was set back: it would keep a name waiting until then.
    within = sa.and_(FAILED_TRIES.c.at > at - WAIT, FAILED_TRIES.c.at <= at + WAIT)
    count = sa.select(sa.func.count()).where(FAILED_TRIES.c.of == of, within)
    return int(connection.execute(count).scalar_one())
