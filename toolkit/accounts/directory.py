"""The accounts of a store: made, changed and shut by an administrator, each time with a line in the audit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from toolkit.accounts import lockout, passwords, sessions
from toolkit.accounts.lockout import Tries
from toolkit.accounts.roles import ROLE_NAMES, Role
from toolkit.errors import InputError, did_you_mean
from toolkit.records import Store
from toolkit.records.audit.transaction import Log, logged
from toolkit.records.database.account_tables import ACCOUNTS
from toolkit.records.database.connect import reading
from toolkit.records.database.versions import take_turn

TEMPORARY_FOR = timedelta(days=7)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,98}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Account:
    """An account, without its secrets.

    Attributes
    ----------
    account_id, name, role, centre_ids
        Who it is for; a manager's own centres.
    must_change
        Whether its password is one that was handed over.
    has_second_step
        Whether a code is asked after the password.
    is_shut
        Whether nobody can sign in with it.
    made_at, signed_in_at
        When it was made and last used (UTC).
    """

    account_id: int
    name: str
    role: Role
    centre_ids: tuple[str, ...]
    must_change: bool
    has_second_step: bool
    is_shut: bool
    made_at: datetime
    signed_in_at: datetime | None


def accounts(store: Store) -> tuple[Account, ...]:
    """Return every account of a store, by name."""
    with reading(store.engine) as connection:
        rows = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.name)).all()
    return tuple(_account(row) for row in rows)


def has_accounts(store: Store) -> bool:
    """Whether there is any account to sign in with."""
    with reading(store.engine) as connection:
        return connection.execute(sa.select(ACCOUNTS.c.account_id).limit(1)).first() is not None


def add_account(store: Store, name: str, role: Role | str, *, by: str, centre_ids: Iterable[str] = ()) -> str:
    """Make an account and return its first password, which lasts a week and is changed at the first sign-in.

    Raises
    ------
    InputError
        When the name is not one or is taken, the role is unknown, or the centres do not fit it (all said at once).
    """
    name, centre_ids = name.strip().casefold(), tuple(dict.fromkeys(centre_ids))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        problems = _problems(connection, store, name, role, centre_ids)
        if problems:
            raise InputError(" ".join(problems))
        password, now = passwords.temporary(), datetime.now(UTC)
        row = {
            "name": name, "role": Role(role).value, "centre_ids": json.dumps(centre_ids),
            "password": passwords.hashed(password), "must_change": True, "must_change_by": now + TEMPORARY_FOR,
            "second_step": "", "second_step_used": 0, "disabled": False, "made_at": now,
        }  # fmt: skip
        connection.execute(sa.insert(ACCOUNTS), row)
        _log(log, by, "made", name, role=Role(role).value, centres=list(centre_ids))
    return password


def reset_password(store: Store, name: str, *, by: str) -> str:
    """Give an account a new first password, without a second step, and end its sessions; return the password."""
    password = passwords.temporary()
    values = {
        "password": passwords.hashed(password), "must_change": True,
        "must_change_by": datetime.now(UTC) + TEMPORARY_FOR, "second_step": "", "second_step_used": 0,
    }  # fmt: skip
    _change(store, name, values, by=by, action="gave a new password")
    return password


def shut(store: Store, name: str, *, by: str) -> None:
    """Let nobody sign in with an account any more, and end its sessions."""
    _change(store, name, {"disabled": True}, by=by, action="shut")


def open_again(store: Store, name: str, *, by: str) -> None:
    """Let an account that was shut, or must wait after failed tries, sign in again."""
    _change(store, name, {"disabled": False}, by=by, action="opened again")


def change_role(store: Store, name: str, role: Role | str, *, by: str, centre_ids: Iterable[str] = ()) -> None:
    """Give an account another role or other centres, and end its sessions.

    Raises
    ------
    InputError
        As `add_account` does.
    """
    centre_ids = tuple(dict.fromkeys(centre_ids))
    problems = _problems_of_role(store, role, centre_ids)
    if problems:
        raise InputError(" ".join(problems))
    values = {"role": Role(role).value, "centre_ids": json.dumps(centre_ids)}
    _change(store, name, values, by=by, action="changed", role=Role(role).value, centres=list(centre_ids))


def let_all_try(store: Store, *, by: str) -> None:
    """Let everyone try to sign in again: whoever must wait, by name, by address or by browser, need not any more."""
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        lockout.forget_all(connection)
        log(who=by, action="let everyone try again", what="sign in", detail={})


def end_sessions(store: Store, name: str, *, by: str) -> int:
    """End every open session of a name, an account's or one that the council's own sign-in gave; return how many."""
    known_as = name.strip()
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        ended = sessions.end_all_of_name(connection, known_as)
        _log(log, by, "ended sessions", known_as, sessions=ended)
    return ended


def _change(store: Store, name: str, values: Mapping[str, object], *, by: str, action: str, **detail: object) -> None:
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.name == name.strip().casefold())).first()
        if row is None:
            names = connection.execute(sa.select(ACCOUNTS.c.name)).scalars()
            raise InputError(f'There is no account "{name}". {did_you_mean(name, names)}'.strip())
        last = row.role == Role.ADMINISTRATOR and not row.disabled and _administrators(connection) == 1
        if last and (values.get("disabled") or values.get("role", row.role) != Role.ADMINISTRATOR):
            raise InputError(f'"{row.name}" is the only administrator. Make another one first.')
        connection.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.account_id == row.account_id).values(**values))
        sessions.end_all_of(connection, row.account_id)
        for is_known in (True, False):
            lockout.forget(connection, Tries(row.name, "", is_known))
        _log(log, by, action, row.name, **detail)


def _log(log: Log, by: str, action: str, name: str, **detail: object) -> None:
    log(who=by, action=action, what="account", detail={"account": name, **detail})


def _administrators(connection: sa.Connection) -> int:
    open_ones = (ACCOUNTS.c.role == Role.ADMINISTRATOR.value) & ACCOUNTS.c.disabled.is_(False)
    return int(connection.execute(sa.select(sa.func.count()).where(open_ones)).scalar_one())


def _problems(
    connection: sa.Connection, store: Store, name: str, role: Role | str, centre_ids: tuple[str, ...]
) -> list[str]:
    found = []
    if not _NAME.fullmatch(name):
        found.append("A sign-in name has 3 to 100 letters, digits and . _ @ + - (an e-mail address will do).")
    elif connection.execute(sa.select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.name == name)).first():
        found.append(f'There is an account "{name}" already.')
    return found + _problems_of_role(store, role, centre_ids)


def _problems_of_role(store: Store, role: Role | str, centre_ids: tuple[str, ...]) -> list[str]:
    if role not in list(Role):
        return [f'There is no role "{role}". {did_you_mean(str(role), list(Role))}']
    if role != Role.MANAGER:
        return [f"{ROLE_NAMES[Role(role)]}s have no centre of their own. Leave the centres out."] if centre_ids else []
    if not centre_ids:
        return ["A centre manager needs the number of at least one centre."]
    known = set(store.read("centres", columns=["centre_id"])["centre_id"])
    unknown = [number for number in centre_ids if number not in known]
    return [f'There is no centre "{number}". {did_you_mean(number, known)}'.strip() for number in unknown]


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        account_id=row.account_id,
        name=row.name,
        role=Role(row.role),
        centre_ids=tuple(json.loads(row.centre_ids)),
        must_change=row.must_change,
        has_second_step=bool(row.second_step),
        is_shut=row.disabled,
        made_at=row.made_at,
        signed_in_at=row.signed_in_at,
    )
