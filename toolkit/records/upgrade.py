"""A store made by an older version of the toolkit becomes one of today's: backed up first, then whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from toolkit.errors import StoreError
from toolkit.records.audit.heads import write_head
from toolkit.records.audit.lines import Head, append_line
from toolkit.records.audit.statements import everything
from toolkit.records.audit.told import as_it_is
from toolkit.records.database.connect import DATABASE, is_sqlite, writing
from toolkit.records.database.versions import current_version, take_turn

STEPS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Every step in `migrations.versions`, oldest first."""

SAYS_WHAT_ENDED = "0006"
"""Before this step no line said which rows ended: the upgrade's says it of all until then."""

KEPT = "before-upgrade"
_STEP = sa.table("alembic_version", sa.column("version_num", sa.Text))


def stamp(connection: sa.Connection, step: str = STEPS[-1]) -> None:
    """Write down in a store made just now which step its tables are of."""
    text = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num))"
    connection.execute(sa.text(text))
    connection.execute(sa.insert(_STEP), {"version_num": step})


def step_of(connection: sa.Connection) -> str:
    """Return the newest step a store has taken."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return STEPS[0]
    return str(connection.execute(sa.select(_STEP.c.version_num)).scalar_one())


def upgrade(engine: sa.Engine, folder: Path) -> None:
    """Bring a store up to date, having kept a copy of its database in the folder ``before-upgrade``.

    PostgreSQL's copy is whoever runs it's to make; its steps are undone as a whole when one fails.

    Raises
    ------
    StoreError
        When the store took a step that this version of the toolkit does not know.
    """
    head: Head | None = None
    with writing(engine) as connection:
        # Whoever waited for the turn may find the work done.
        if not is_sqlite(engine):
            connection.execute(sa.text("SELECT value FROM facts WHERE name = 'format' FOR UPDATE"))
        step = step_of(connection)
        if step == STEPS[-1]:
            return
        if step not in STEPS:
            raise StoreError(
                f"The store in {folder} was made by a newer version of the toolkit. Install the newer version."
            )
        if is_sqlite(engine):
            _keep_copy(folder, step)
        run_steps(connection, STEPS[-1])
        take_turn(connection)
        detail: dict[str, Any] = {"from": step, "to": STEPS[-1], "version": current_version(connection)}
        if step < SAYS_WHAT_ENDED:
            detail |= {**everything(connection), **as_it_is(connection)}
        head = append_line(connection, who="toolkit", action="upgraded", what="store", detail=detail)
    write_head(folder, head)


def run_steps(connection: sa.Connection, to: str) -> None:
    """Take every step up to one, on a connection whose transaction the caller ends."""
    from alembic import command  # only an older store needs it, and it is slow to import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    there = sa.inspect(connection)
    if there.has_table("facts") and not there.has_table("alembic_version"):
        stamp(connection, STEPS[0])
    command.upgrade(config, to)


def _keep_copy(folder: Path, step: str) -> None:
    kept = folder / KEPT / f"step-{step}-{datetime.now(UTC):%Y%m%dT%H%M%S}.sqlite"
    try:
        kept.parent.mkdir(exist_ok=True)
        # A second connection reads what is committed while this one holds the turn.
        with closing(sqlite3.connect(folder / DATABASE)) as there, closing(sqlite3.connect(kept)) as copy:
            there.backup(copy)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The store must be upgraded, and no copy of it could be kept in {kept.parent} first: {error}. "
            "Nothing was changed. Make room or check who may write there."
        ) from error
