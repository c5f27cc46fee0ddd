"""Of which roles a second step is asked: settled by an administrator, kept in the store, held to at the door.

It binds accounts of this store. Whoever comes through the council's own sign-in takes the steps that it asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from toolkit.accounts.roles import Role
from toolkit.accounts.sessions import Stage
from toolkit.records import Store
from toolkit.records.audit.transaction import logged
from toolkit.records.database.account_tables import ACCOUNTS, SESSIONS
from toolkit.records.database.connect import reading
from toolkit.records.database.versions import take_turn
from toolkit.records.settings import settings_in, write_setting


def roles_with_a_step(store: Store) -> frozenset[Role]:
    """Return the roles of which a second step is asked."""
    with reading(store.engine) as connection:
        return _roles(connection)


def ask_of(store: Store, roles: Iterable[Role], *, by: str) -> int:
    """Ask a second step of these roles and of no other; return how many sessions ended, being of who has none yet."""
    asked = sorted(role.value for role in frozenset(roles))
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        write_setting(connection, log, "second_step", json.dumps(asked), by=by)
        without = sa.select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.role.in_(asked), ACCOUNTS.c.second_step == "")
        return connection.execute(sa.delete(SESSIONS).where(SESSIONS.c.account_id.in_(without))).rowcount


def stage_after_password(connection: sa.Connection, account_id: int) -> Stage:
    """Return how far in an account's session is once its password is its own: to the end, or a second step is to set.

    Parameters
    ----------
    connection
        The database.
    account_id
        The account.
    """
    row = connection.execute(
        sa.select(ACCOUNTS.c.role, ACCOUNTS.c.second_step).where(ACCOUNTS.c.account_id == account_id)
    ).one()
    is_to_set = not row.second_step and Role(row.role) in _roles(connection)
    return Stage.SET_SECOND_STEP if is_to_set else Stage.IN


def _roles(connection: sa.Connection) -> frozenset[Role]:
    written = settings_in(connection)["second_step"]
    return frozenset(map(Role, json.loads(written))) if written else frozenset()
