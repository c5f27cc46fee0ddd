"""What the database itself refuses: a changed or removed line of the audit, of publications, or of decisions.

And what it must not remember.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT, DECISIONS, METADATA, PSEUDONYMS, PUBLICATIONS, RENUMBERED, ROWS


def _append_only(table: str, refusal: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the statements that keep a table's rows as they are, for SQLite and for PostgreSQL."""
    function = refusal.replace(" ", "_").replace("-", "_").removeprefix("the_")
    sqlite = tuple(
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        for verb in ("UPDATE", "DELETE")
    )
    postgresql = (
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
    )
    return sqlite, postgresql


def without_statistics() -> tuple[str, ...]:
    """Return the statements that keep pseudonyms out of PostgreSQL's statistics, which outlive an erased row."""
    return tuple(
        f"ALTER TABLE {name} ALTER COLUMN {column} SET STATISTICS 0"
        for name, rows in ROWS.items()
        for column in PSEUDONYMS
        if column in rows.c
    )


def _after(made: sa.Table | sa.MetaData, statements: tuple[str, ...], dialect: str) -> None:
    for statement in statements:
        ddl: Any = sa.DDL  # SQLAlchemy does not say its types
        sa.event.listen(made, "after_create", ddl(statement).execute_if(dialect=dialect))


_APPEND_ONLY = (
    (AUDIT, "the audit is append-only"),
    (PUBLICATIONS, "publications are append-only"),
    (DECISIONS, "decisions are append-only"),
)
for _table, _refusal in _APPEND_ONLY:
    _sqlite, _postgresql = _append_only(_table.name, _refusal)
    _after(_table, _sqlite, "sqlite")
    _after(_table, _postgresql, "postgresql")
_after(METADATA, without_statistics(), "postgresql")
_after(
    RENUMBERED,
    tuple(f"ALTER TABLE renumbered ALTER COLUMN {column} SET STATISTICS 0" for column in ("old", "new")),
    "postgresql",
)
