"""Format 4: publications have versions, reasons and withdrawals, and the database refuses to change one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = (
    ("what", sa.Text, "published"),
    ("version", sa.Integer, "0"),
    ("why", sa.Text, ""),
    ("view", sa.Text, ""),
    ("view_hash", sa.Text, ""),
)
# Until format 3 the newest publication of a question stood in place of all before it.
NUMBERED = (
    "UPDATE publications SET version = (SELECT count(*) FROM publications AS earlier "
    "WHERE earlier.question = publications.question AND earlier.publication_id <= publications.publication_id)",
    "UPDATE publications SET replaces = version - 1 WHERE version > 1",
)
SQLITE = tuple(
    f"CREATE TRIGGER publications_no_{verb.lower()} BEFORE {verb} ON publications "
    "BEGIN SELECT RAISE(ABORT, 'publications are append-only'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL = (
    "CREATE FUNCTION publications_are_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'publications are append-only'; END $$",
    "CREATE TRIGGER publications_no_change BEFORE UPDATE OR DELETE ON publications "
    "FOR EACH ROW EXECUTE FUNCTION publications_are_append_only()",
    "CREATE TRIGGER publications_no_truncate BEFORE TRUNCATE ON publications "
    "FOR EACH STATEMENT EXECUTE FUNCTION publications_are_append_only()",
)


def upgrade() -> None:
    """Add what format 3 has not; what was published before is version 1 of its question, and so on."""
    for name, kind, default in COLUMNS:
        op.add_column("publications", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("publications", sa.Column("replaces", sa.Integer))
    for statement in NUMBERED:
        op.execute(statement)
    op.create_index("one_of_each_version", "publications", ["question", "version", "what"], unique=True)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.execute(sa.update(facts).where(facts.c.name == "format").values(value="4"))
