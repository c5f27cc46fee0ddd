"""Signing in and out: the steps, each with a line in the audit, refused ones too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from toolkit.accounts import known_browsers, lockout, passwords, required_steps, sessions
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.lockout import Tries
from toolkit.accounts.roles import Person, Role
from toolkit.accounts.sessions import Session, Stage
from toolkit.errors import NotPermitted
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
    """A session just opened: the token for the browser, how far in it is, as what, and of which account of ours."""

    token: str
    stage: Stage
    role: Role
    account_id: int | None = None


def sign_in(
    store: Store, name: str, password: str, *, address: str, browser: str = "", at: datetime | None = None
) -> Opened:  # fmt: skip
    """Open a session for whoever knows an account's password.

    Parameters
    ----------
    store
        Whose accounts are asked.
    name, password
        As typed.
    address
        Where the request came from, to slow down whoever tries many names.
    browser
        The mark the browser was given when it signed in before, if it has one (`known_browsers`).
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
        tries = tries_of(row, name, address, browser, at=now)
        waits = lockout.must_wait(connection, tries, at=now)
    # A password is held against something even where there is no account, so that both take as long.
    stored = row.password if row is not None and not row.disabled else ""
    is_right = not waits and passwords.is_right(password, stored)
    if row is None or not is_right:
        raise NotPermitted(WAIT if write_refused(store, row, tries, at=now) else NOT_RIGHT)
    if row.must_change and row.must_change_by is not None and row.must_change_by < now:
        _refused(store, name, "first password too old")
        raise NotPermitted(TOO_LATE)
    anew = passwords.hashed(password) if passwords.is_outdated(row.password) else ""
    opened = _open(store, row, tries, now, anew=anew)
    if opened is None:
        raise NotPermitted(WAIT if write_refused(store, row, tries, at=now) else NOT_RIGHT)
    return opened


def _open(store: Store, row: sa.Row[Any], tries: Tries, now: datetime, *, anew: str) -> Opened | None:
    """Open the session, unless others failed, or the account changed, while the password was compared."""
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        stage = Stage.SECOND_STEP if row.second_step else _after_steps(connection, row)
        as_read = sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == row.account_id)
        now_is = connection.execute(as_read).one()
        is_changed = (now_is.password, now_is.second_step, now_is.disabled) != (row.password, row.second_step, False)
        if is_changed or lockout.must_wait(connection, tries, at=now):
            return None
        if anew:
            _set(connection, row.account_id, password=anew)
        token = sessions.start(connection, at=now, stage=stage, account_id=row.account_id)
        if stage is not Stage.SECOND_STEP:
            _let_in(connection, log, row.account_id, tries, now)
    return Opened(token, stage, Role(row.role), row.account_id)


def give_code(
    store: Store, session: Session, code: str, *, address: str, browser: str = "", at: datetime | None = None
) -> Stage:  # fmt: skip
    """Take the second step of a session and return how far in it is now; a wrong code counts as a failed try.

    Raises
    ------
    NotPermitted
        When the code is wrong or used, or too many tries failed; then the session is ended.
    """
    now = at or datetime.now(UTC)
    if session.stage is not Stage.SECOND_STEP or session.account_id is None:
        raise NotPermitted("No code is asked of this session.")
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == session.account_id)).one()
        tries = tries_of(row, row.name, address, browser, at=now)
        waits = lockout.must_wait(connection, tries, at=now)
        step = None if waits else second_step.step_of_code(row.second_step, code, at=now, after=row.second_step_used)
        if step is not None:
            stage = _after_steps(connection, row)
            _set(connection, row.account_id, second_step_used=step)
            sessions.move_on(connection, session.token_hash, stage)
            _let_in(connection, log, row.account_id, tries, now)
            return stage
        locked = waits or lockout.write_failed(connection, tries, at=now)
        if locked:
            sessions.end(connection, session.token_hash)
        _log_refused(log, row.name, "locked for 15 minutes" if locked else "code not right")
    raise NotPermitted(WAIT if locked else WRONG_CODE)


def tries_of(row: sa.Row[Any] | None, name: str, address: str, browser: str, *, at: datetime) -> Tries:
    """Return whose tries are counted: a browser's own where it has a mark of this account, else a name's and address's.

    Parameters
    ----------
    row
        The account, if there is one of the name.
    name, address
        What is tried, and from where.
    browser
        The mark that came with the request.
    at
        Now.
    """
    is_known = row is not None and known_browsers.is_known(browser, name, row.password, at=at)
    return Tries(name, address, is_known)


def mark_browser(store: Store, account_id: int, *, at: datetime | None = None) -> str:
    """Return the mark for a browser that has just signed in to an account all the way."""
    with reading(store.engine) as connection:
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id)).one()
    return known_browsers.mark_of(row.name, row.password, at=at or datetime.now(UTC))


def write_refused(
    store: Store, row: sa.Row[Any] | None, tries: Tries, *, at: datetime, why: str = "name or password not right",
    ends: str = "",
) -> bool:  # fmt: skip
    """Write that a try failed, and return whether whoever made it must wait.

    While somebody must wait their tries are not compared, and only the first of them is written: anyone at all could
    fill the audit with the rest.

    Parameters
    ----------
    store
        The store.
    row
        The account that was tried, if there is one.
    tries
        Whose try it was.
    at
        Now.
    why
        What was not right.
    ends
        The hash of a session that ends with the last try allowed.
    """
    name = "" if row is None else row.name
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        if lockout.must_wait(connection, tries, at=at):
            if lockout.is_first_wait(connection, tries, at=at):
                _log_refused(log, name, "must wait")
            return True
        locked = lockout.write_failed(connection, tries, at=at)
        if locked and ends:
            sessions.end(connection, ends)
        _log_refused(log, name, "locked for 15 minutes" if locked else why)
    return locked


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


def _let_in(connection: sa.Connection, log: Log, account_id: int, tries: Tries, now: datetime) -> None:
    _set(connection, account_id, signed_in_at=now)
    lockout.forget(connection, tries)
    log(who=tries.name, action="signed in", what="session", detail={"how": "password"})


def _after_steps(connection: sa.Connection, row: sa.Row[Any]) -> Stage:
    """Return how far in an account is once it has taken the steps that it has."""
    return Stage.CHANGE_PASSWORD if row.must_change else required_steps.stage_after_password(connection, row.account_id)


def _set(connection: sa.Connection, account_id: int, **values: object) -> None:
    connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.account_id == account_id).values(**values))


def _refused(store: Store, name: str, why: str) -> None:
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        _log_refused(log, name, why)


def _log_refused(log: Log, name: str, why: str) -> None:
    # A name nobody has may be a password typed into the wrong box: it is not written down.
    log(who=name or "unknown name", action="refused", what="sign in", detail={"why": why})
