"""Open sessions, kept in the store's database: a copied cookie opens nothing once its session has ended.

A session ends on signing out, after 8 hours, after 30 minutes in which its person did nothing, and when the account
is shut, changes its role or password. The browser holds a random token, the database only its hash.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from toolkit.accounts.roles import Person, Role
from toolkit.records import Store
from toolkit.records.database.account_tables import ACCOUNTS, SESSIONS
from toolkit.records.database.connect import reading, writing

LONGEST, IDLE = timedelta(hours=8), timedelta(minutes=30)
_SEEN_EVERY = timedelta(minutes=1)
CLOCKS_DIFFER = timedelta(minutes=5)
"""So far may the clocks of two servers be apart."""


class Stage(StrEnum):
    """How far a session has come in."""

    SECOND_STEP = "second step"  # the password was right, the code is still asked
    CHANGE_PASSWORD = "change password"
    SET_SECOND_STEP = "set second step"  # its role is asked for one, and it has none yet
    IN = "in"


@dataclass(frozen=True, slots=True)
class Session:
    """An open session.

    Attributes
    ----------
    token_hash
        What it is known by.
    account_id
        The account, if it is one of ours.
    person
        Who it is; nobody may rely on it before the stage is `Stage.IN`.
    stage
        How far in.
    """

    token_hash: str
    account_id: int | None
    person: Person
    stage: Stage

    @property
    def is_in(self) -> bool:
        """Whether every step of signing in is done."""
        return self.stage is Stage.IN


def token_hash(token: str) -> str:
    """Return the hash a session is kept under."""
    return hashlib.sha256(token.encode()).hexdigest()


def start(
    connection: sa.Connection, *, at: datetime, stage: Stage = Stage.IN, account_id: int | None = None,
    person: Person | None = None,
) -> str:  # fmt: skip
    """Open a session of an account, or of a person without one, and return its token: 256 random bits."""
    token = secrets.token_urlsafe(32)
    connection.execute(sa.delete(SESSIONS).where(_is_over(at)))
    row = {
        "token_hash": token_hash(token),
        "account_id": account_id,
        "person": "" if person is None else _written(person),
        "stage": stage.value,
        "made_at": at,
        "seen_at": at,
    }
    connection.execute(sa.insert(SESSIONS), row)
    return token


def find(store: Store, token: str, *, at: datetime | None = None, seen: bool = True) -> Session | None:
    """Return the open session of a token, if there is one.

    Parameters
    ----------
    store
        Whose sessions count.
    token
        As the browser sent it.
    at
        Now.
    seen
        Whether its person is doing something, which puts off the end of an idle session.
    """
    return find_hash(store, token_hash(token), at=at, seen=seen) if token else None


def find_hash(store: Store, known_by: str, *, at: datetime | None = None, seen: bool = True) -> Session | None:
    """Return the open session of a token's hash, as `find` does."""
    now = at or datetime.now(UTC)
    query = (
        sa.select(SESSIONS, ACCOUNTS.c.name, ACCOUNTS.c.role, ACCOUNTS.c.centre_ids)
        .join(ACCOUNTS, SESSIONS.c.account_id == ACCOUNTS.c.account_id, isouter=True)
        .where(SESSIONS.c.token_hash == known_by, sa.not_(_is_over(now)))
        .where(sa.or_(ACCOUNTS.c.account_id.is_(None), ACCOUNTS.c.disabled.is_(False)))
    )
    with reading(store.engine) as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    if seen and now - row.seen_at > _SEEN_EVERY:  # not each time: every write waits its turn
        with writing(store.engine) as connection:
            still = sa.update(SESSIONS).where(SESSIONS.c.token_hash == known_by, sa.not_(_is_over(now)))
            connection.execute(still.values(seen_at=now))
    person = _person_of_account(row) if row.account_id is not None else _read(row.person)
    return Session(known_by, row.account_id, person, Stage(row.stage))


def move_on(connection: sa.Connection, known_by: str, stage: Stage) -> None:
    """Let a session come further in."""
    connection.execute(sa.update(SESSIONS).where(SESSIONS.c.token_hash == known_by).values(stage=stage.value))


def end(connection: sa.Connection, known_by: str) -> None:
    """End a session."""
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_hash == known_by))


def end_all_of(connection: sa.Connection, account_id: int, *, but: str = "") -> None:
    """End every session of an account, but perhaps the one at hand."""
    connection.execute(
        sa.delete(SESSIONS).where(SESSIONS.c.account_id == account_id, SESSIONS.c.token_hash != but)
    )  # fmt: skip


def end_all_of_name(connection: sa.Connection, name: str) -> int:
    """End every session of a name, an account's or a provider's, in small or capital letters; return how many."""
    rows = connection.execute(
        sa.select(SESSIONS.c.token_hash, SESSIONS.c.person, ACCOUNTS.c.name).join(
            ACCOUNTS, SESSIONS.c.account_id == ACCOUNTS.c.account_id, isouter=True
        )
    ).all()
    users = {row.token_hash: row.name or (_read(row.person).user if row.person else "") for row in rows}
    ended = [known_by for known_by, user in users.items() if user and user.casefold() == name.casefold()]
    connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.token_hash.in_(ended)))
    return len(ended)


def _is_over(at: datetime) -> sa.ColumnElement[bool]:
    # One of a time to come was made before the clock was set back: how long it has lasted nobody can tell.
    to_come = SESSIONS.c.seen_at > at + CLOCKS_DIFFER
    return sa.or_(SESSIONS.c.made_at <= at - LONGEST, SESSIONS.c.seen_at <= at - IDLE, to_come)


def _person_of_account(row: sa.Row[Any]) -> Person:
    centre_ids = tuple(json.loads(row.centre_ids))
    return Person(
        Role(row.role), centre_ids[0] if centre_ids else "", user=row.name, centre_ids=centre_ids, has_account=True
    )


def _written(person: Person) -> str:
    return json.dumps({"role": person.role.value, "user": person.user, "centre_ids": sorted(person.own_centres)})


def _read(text: str) -> Person:
    found = json.loads(text)
    centre_ids = tuple(found["centre_ids"])
    return Person(
        Role(found["role"]), centre_ids[0] if centre_ids else "", user=found["user"], centre_ids=centre_ids
    )  # fmt: skip
