"""What a council settles for its own store: its name, whom to ask, of which roles a second step is asked.

A setting is a fact of the database, so it goes with a backup; each change is a line of the audit.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import sqlalchemy as sa

from toolkit.errors import InputError, did_you_mean
from toolkit.records.audit.transaction import Log, logged
from toolkit.records.database.connect import reading
from toolkit.records.database.schema import FACTS
from toolkit.records.database.versions import take_turn
from toolkit.records.store_reading import StoreReading
from toolkit.wording.signs import visible

LONGEST = 300
_PREFIX = "setting "

SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "council": "The council's name",
        "contact": "Whom to ask about this service (e-mail address or telephone)",
        "data_protection": "Whom to ask about personal data (the data protection officer)",
        "second_step": "Roles of which a second step is asked",
    }
)
"""Every setting, and what it is."""


def settings_of(store: StoreReading) -> dict[str, str]:
    """Return every setting of a store; an empty text where nothing is settled."""
    with reading(store.engine) as connection:
        return settings_in(connection)


def settle(store: StoreReading, settings: Mapping[str, str], *, by: str) -> None:
    """Settle whatever differs from what is settled now, as `write_setting` does."""
    with logged(store.engine, store.folder) as (connection, log):
        take_turn(connection)
        before = settings_in(connection)
        for name, value in settings.items():
            if value.strip() != before.get(name):
                write_setting(connection, log, name, value, by=by)


def settings_in(connection: sa.Connection) -> dict[str, str]:
    """Return every setting; an empty text where nothing is settled."""
    names = {f"{_PREFIX}{name}": name for name in SETTINGS}
    found = connection.execute(sa.select(FACTS.c.name, FACTS.c.value).where(FACTS.c.name.in_(names)))
    return {**dict.fromkeys(SETTINGS, ""), **{names[row.name]: row.value for row in found}}


def write_setting(connection: sa.Connection, log: Log, name: str, value: str, *, by: str) -> None:
    """Settle something, with its line in the audit; other writers must be waiting (`versions.take_turn`).

    Raises
    ------
    InputError
        When there is no such setting, or the value is too long.
    """
    if name not in SETTINGS:
        raise InputError(f'There is no setting "{name}". {did_you_mean(name, SETTINGS)}'.strip())
    said = visible(value.strip())
    if len(said) > LONGEST:
        raise InputError(f"{SETTINGS[name]}: at most {LONGEST} letters.")
    connection.execute(sa.delete(FACTS).where(FACTS.c.name == f"{_PREFIX}{name}"))
    connection.execute(sa.insert(FACTS), {"name": f"{_PREFIX}{name}", "value": said})
    log(who=by, action="settled", what=f"setting {name}", detail={"value": said})
