"""Signing in and out: the steps, each with a line in the audit, refused ones too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from toolkit.accounts import lockout as tries
from toolkit.accounts import passwords, sessions
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.roles import Person, Role
from toolkit.accounts.sessions import Session, Stage
from toolkit.errors import InputError, NotPermitted
from toolkit.records import Store
from toolkit.records.audit.transaction import Log, logged
from toolkit.records.database.account_tables import ACCOUNTS
from toolkit.records.database.connect import reading
from toolkit.records.database.versions import take_turn

NOT_RIGHT = "The name or the password is not right."
WAIT = "Too many tries failed. Wait 15 minutes, or ask your administrator to let you in again."
TOO_LATE = "This first password was good for a week. Ask your administrator for a new one."
WRONG_CODE = "This code is not right, or was used already. Wait for the next one in your app."


@dataclass(frozen=True, slots=True)
class Opened:
    """A session just opened: the token for the browser, how far in it is, and as what."""

    token: str
    stage: Stage
    role: Role


def sign_in(store: Store, name: str, password: str, *, address: str, at: datetime | None = None) -> Opened:
    """Open a session for whoever knows an account's password.

    Parameters
    ----------
    store
        Whose accounts are asked.
    name, password
        As typed.
    address
        Where the request came from, to slow down whoever tries many names.
    at
        Now.

    Raises
    ------
    NotPermitted
        When the name and password are not right, or too many tries failed (in one sentence for the person).
    """
    now, name = at or datetime.now(UTC), name.strip().casefold()
    with reading(store.engine) as connection:
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
        waits = tries.must_wait(connection, name=name, address=address, at=now)
    if waits:
        _refused(store, name if row else "", "must wait")
        raise NotPermitted(WAIT)
    # A password is held against something even where there is no account, so that both take as long.
    is_right = passwords.is_right(password, row.password if row is not None and not row.disabled else "")
    if row is None or not is_right:
        with logged(store.engine, store.folder) as (connection, log):
            take_turn(connection)
            locked = tries.write_failed(connection, name=name, address=address, at=now)
            _log_refused(log, name if row else "", "locked for 15 minutes" if locked else "name or password not right")
        raise NotPermitted(WAIT if locked else NOT_RIGHT)
    if row.must_change and row.must_change_by is not None and row.must_change_by < now:
        _refused(store, name, "first password too old")
        raise NotPermitted(TOO_LATE)
    stage = Stage.SECOND_STEP if row.second_step else Stage.CHANGE_PASSWORD if row.must_change else Stage.IN
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        if passwords.is_outdated(row.password):
            _set(connection, row.account_id, password=passwords.hashed(password))
        token = sessions.start(connection, at=now, stage=stage, account_id=row.account_id)
        if stage is not Stage.SECOND_STEP:
            _let_in(connection, log, row.account_id, name, now)
    return Opened(token, stage, Role(row.role))


def give_code(store: Store, session: Session, code: str, *, address: str, at: datetime | None = None) -> Stage:
    """Take the second step of a session and return how far in it is now; a wrong code counts as a failed try.

    Raises
    ------
    NotPermitted
        When the code is wrong or used, or too many tries failed; then the session is ended.
    """
    now = at or datetime.now(UTC)
    if session.stage is not Stage.SECOND_STEP or session.account_id is None:
        raise NotPermitted("No code is asked of this session.")
    locked = False
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == session.account_id)).one()
        waits = tries.must_wait(connection, name=row.name, address=address, at=now)
        step = None if waits else second_step.step_of_code(row.second_step, code, at=now, after=row.second_step_used)
        if step is not None:
            stage = Stage.CHANGE_PASSWORD if row.must_change else Stage.IN
            _set(connection, row.account_id, second_step_used=step)
            sessions.move_on(connection, session.token_hash, stage)
            _let_in(connection, log, row.account_id, row.name, now)
            return stage
        locked = waits or tries.write_failed(connection, name=row.name, address=address, at=now)
        if locked:
            sessions.end(connection, session.token_hash)
        _log_refused(log, row.name, "locked for 15 minutes" if locked else "code not right")
    raise NotPermitted(WAIT if locked else WRONG_CODE)


def let_in(store: Store, person: Person, *, how: str, at: datetime | None = None) -> Opened:
    """Open a session for someone an identity provider vouched for, or who chose a role in the demonstration.

    Parameters
    ----------
    store
        The store they come to.
    person
        Who they are.
    how
        For the audit: "provider" or "demonstration".
    at
        Now.
    """
    now = at or datetime.now(UTC)
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        token = sessions.start(connection, at=now, person=person)
        log(who=person.name, action="signed in", what="session", detail={"how": how})
    return Opened(token, Stage.IN, person.role)


def sign_out(store: Store, session: Session) -> None:
    """End a session."""
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        sessions.end(connection, session.token_hash)
        log(who=session.person.name, action="signed out", what="session", detail={})


def change_password(store: Store, session: Session, old: str, new: str, again: str) -> None:
    """Give the session's account a new password, and end its other sessions.

    Raises
    ------
    InputError
        When the old one is wrong, the new ones differ, or the new one is too easily guessed (all said at once).
    """
    if session.account_id is None or session.stage is Stage.SECOND_STEP:
        raise NotPermitted("This session has no password of ours to change.")
    with reading(store.engine) as connection:
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == session.account_id)).one()
    problems = passwords.problems_of(new, name=row.name)
    if new != again:
        problems.append("The two new passwords differ.")
    if new == old:
        problems.append("The new password is the old one.")
    if not passwords.is_right(old, row.password):
        problems.insert(0, "The present password is not right.")
    if problems:
        raise InputError(" ".join(problems))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        _set(connection, row.account_id, password=passwords.hashed(new), must_change=False, must_change_by=None)
        sessions.end_all_of(connection, row.account_id, but=session.token_hash)
        sessions.move_on(connection, session.token_hash, Stage.IN)
        log(who=session.person.name, action="changed password", what="account", detail={"account": row.name})


def set_second_step(store: Store, session: Session, secret: str, code: str, *, at: datetime | None = None) -> None:
    """Ask a code at every later sign-in of the session's account, having seen one that the app made.

    Raises
    ------
    InputError
        When the code is not the secret's.
    """
    if session.account_id is None or not session.is_in:
        raise NotPermitted("This session has no account of ours.")
    step = second_step.step_of_code(secret, code, at=at or datetime.now(UTC), after=0)
    if step is None:
        raise InputError("This code is not right. Check that the app shows the newest one, and your phone's clock.")
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        _set(connection, session.account_id, second_step=secret, second_step_used=step)
        log(
            who=session.person.name, action="set a second step", what="account", detail={"account": session.person.user}
        )


def _let_in(connection: sa.Connection, log: Log, account_id: int, name: str, now: datetime) -> None:
    _set(connection, account_id, signed_in_at=now)
    tries.forget(connection, name)
    log(who=name, action="signed in", what="session", detail={"how": "password"})


def _set(connection: sa.Connection, account_id: int, **values: object) -> None:
    connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id).values(**values))


def _refused(store: Store, name: str, why: str) -> None:
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        _log_refused(log, name, why)


def _log_refused(log: Log, name: str, why: str) -> None:
    # A name nobody has may be a password typed into the wrong box: it is not written down.
    log(who=name or "unknown name", action="refused", what="sign in", detail={"why": why})
