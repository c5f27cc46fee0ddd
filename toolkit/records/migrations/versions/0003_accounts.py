"""Format 3: accounts, sessions and failed tries to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from toolkit.records.database.schema import UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what format 2 has not."""
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("centre_ids", sa.Text, nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("must_change_by", UtcTime),
        sa.Column("second_step", sa.Text, nullable=False),
        sa.Column("second_step_used", sa.BigInteger, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("signed_in_at", UtcTime),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id")),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("made_at", UtcTime, nullable=False),
        sa.Column("seen_at", UtcTime, nullable=False),
    )
    op.create_table(
        "failed_tries",
        sa.Column("try_id", sa.Integer, primary_key=True),
        sa.Column("of", sa.Text, nullable=False, index=True),
        sa.Column("at", UtcTime, nullable=False),
        sqlite_autoincrement=True,
    )
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.execute(sa.update(facts).where(facts.c.name == "format").values(value="3"))
