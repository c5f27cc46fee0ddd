"""Format 2: the audit, erasures, the store's own number, and of each upload how many rows were erased."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from toolkit.records.database.schema import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
)
POSTGRESQL = (
    "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()",
    *(
        f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0"
        for table, column in (
            ("families", "family_id"),
            ("children", "family_id"),
            ("children", "child_id"),
            ("registrations", "family_id"),
            ("progress_scores", "family_id"),
            ("referrals", "child_id"),
            ("referrals", "referral_id"),
            ("episodes", "child_id"),
        )
    ),
)


def upgrade() -> None:
    """Add what format 1 has not."""
    op.add_column("upload_tables", sa.Column("erased", sa.Integer, nullable=False, server_default="0"))
    op.add_column("upload_tables", sa.Column("salt", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "erasures",
        sa.Column("erasure_id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), nullable=False, unique=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("families", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("finished_at", UtcTime),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit",
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("at", "who", "action", "what", "detail", "previous")),
        sa.Column("hash", sa.Text, nullable=False, unique=True),
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.execute(sa.insert(facts).values(name="store_id", value=uuid4().hex))
    op.execute(sa.update(facts).where(facts.c.name == "format").values(value="2"))
