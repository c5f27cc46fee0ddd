"""What a person changes of their own account: the password and the second step.

An open session alone changes neither, since it may be somebody else's hands on the keyboard: the present password is
asked for both, and for another second step a code of the present one. A wrong one counts as a failed try to sign in,
and the last that is allowed ends the session.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from toolkit.accounts import lockout, passwords, required_steps, sessions, signing_in
from toolkit.accounts import second_factor as second_step
from toolkit.accounts.sessions import Session, Stage
from toolkit.errors import InputError, NotPermitted
from toolkit.records import Store
from toolkit.records.audit.transaction import logged
from toolkit.records.database.account_tables import ACCOUNTS
from toolkit.records.database.connect import reading
from toolkit.records.database.versions import take_turn

NOT_PRESENT = "The present password is not right."
NOT_PRESENT_OR_CODE = "The present password, or the code of the app you have now, is not right."
NOT_OF_SECRET = "This code is not right. Check that the app shows the newest one, and your phone's clock."


def change_password(
    store: Store, session: Session, old: str, new: str, again: str, *, address: str, browser: str = "",
    at: datetime | None = None,
) -> Stage:  # fmt: skip
    """Give the session's account a new password, end its other sessions, and return how far in this one is now.

    Parameters
    ----------
    store, session
        The store, and whose account it is.
    old, new, again
        As typed.
    address, browser, at
        As `signing_in.sign_in` takes them.

    Raises
    ------
    InputError
        When the old one is wrong, the new ones differ, or the new one is too easily guessed (all said at once).
    NotPermitted
        When too many tries failed; with the last of them the session is ended.
    """
    if session.account_id is None or session.stage in (Stage.SECOND_STEP, Stage.SET_SECOND_STEP):
        raise NotPermitted("This session has no password of ours to change.")
    row = _account(store, session)
    problems = passwords.problems_of(new, name=row.name)
    if new != again:
        problems.append("The two new passwords differ.")
    if new == old:
        problems.append("The new password is the old one.")
    if not _is_present(store, session, row, old, None, address=address, browser=browser, at=at):
        problems.insert(0, NOT_PRESENT)
    if problems:
        raise InputError(" ".join(problems))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        changed = {"password": passwords.hashed(new), "must_change": False, "must_change_by": None}
        connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.account_id == row.account_id).values(**changed))
        sessions.end_all_of(connection, row.account_id, but=session.token_hash)
        stage = required_steps.stage_after_password(connection, row.account_id)
        sessions.move_on(connection, session.token_hash, stage)
        log(who=session.person.name, action="changed password", what="account", detail={"account": row.name})
    return stage


def set_second_step(
    store: Store, session: Session, secret: str, code: str, *, password: str, present_code: str = "",
    address: str, browser: str = "", at: datetime | None = None,
) -> Stage:  # fmt: skip
    """Ask a code at every later sign-in of the session's account, having seen one that the app made.

    The session is in all the way then, which is returned.

    Parameters
    ----------
    store, session
        The store, and whose account it is.
    secret
        As `second_factor.new_secret` made it; never one that came from outside.
    code
        The first code that the app made of it.
    password
        The present one, as typed.
    present_code
        A code of the second step there is already, where there is one.
    address, browser, at
        As `signing_in.sign_in` takes them.

    Raises
    ------
    InputError
        When the secret is none, the code is not the secret's, or the password or present code is not right.
    NotPermitted
        When too many tries failed; with the last of them the session is ended.
    """
    if session.account_id is None or session.stage not in (Stage.IN, Stage.SET_SECOND_STEP):
        raise NotPermitted("This session has no account of ours.")
    if not second_step.is_secret(secret):
        raise InputError("This is no secret for an app. Open the page again and scan its picture.")
    now, row = at or datetime.now(UTC), _account(store, session)
    step = second_step.step_of_code(secret, code, at=now, after=0)
    problems = [NOT_OF_SECRET] if step is None else []
    if not _is_present(store, session, row, password, present_code, address=address, browser=browser, at=now):
        problems.insert(0, NOT_PRESENT_OR_CODE if row.second_step else NOT_PRESENT)
    if problems:
        raise InputError(" ".join(problems))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        given = sa.update(ACCOUNTS).where(ACCOUNTS.c.account_id == row.account_id)
        connection.execute(given.values(second_step=secret, second_step_used=step))
        sessions.move_on(connection, session.token_hash, Stage.IN)
        log(who=session.person.name, action="set a second step", what="account", detail={"account": row.name})
    return Stage.IN


def has_second_step(store: Store, session: Session) -> bool:
    """Whether a code is asked already at the sign-in of a session's account."""
    return session.account_id is not None and bool(_account(store, session).second_step)


def _account(store: Store, session: Session) -> sa.Row[Any]:
    with reading(store.engine) as connection:
        return connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.account_id == session.account_id)).one()


def _is_present(
    store: Store, session: Session, row: sa.Row[Any], password: str, code: str | None, *, address: str, browser: str,
    at: datetime | None,
) -> bool:  # fmt: skip
    """Whether a password is the present one and a code, where one is asked, of the present second step."""
    now = at or datetime.now(UTC)
    tries = signing_in.tries_of(row, row.name, address, browser, at=now)
    with reading(store.engine) as connection:
        waits = lockout.must_wait(connection, tries, at=now)
    is_right = not waits and passwords.is_right(password, row.password)
    if code is not None and row.second_step:
        step = second_step.step_of_code(row.second_step, code, at=now, after=row.second_step_used)
        is_right = is_right and step is not None
    with logged(store.engine, store.folder) as (connection, _):
        take_turn(connection)  # and asked again: many may have been compared at once
        if is_right and not lockout.must_wait(connection, tries, at=now):
            return True
    why = "present password not right"
    if signing_in.write_refused(store, row, tries, at=now, why=why, ends=session.token_hash):
        raise NotPermitted(signing_in.WAIT)
    return False
