"""What the database itself refuses: a changed or removed line of the audit. And what it must not remember."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT, METADATA, PSEUDONYMS, ROWS

SQLITE = tuple(
    f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
)


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


_after(AUDIT, SQLITE, "sqlite")
_after(AUDIT, POSTGRESQL, "postgresql")
_after(METADATA, without_statistics(), "postgresql")
