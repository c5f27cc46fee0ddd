"""Numbers that were changed or are one with another, and a keyed hash of those that were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two tables, empty; the format stays."""
    op.create_table(
        "renumbered",
        sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("old", sa.Text, primary_key=True),
        sa.Column("new", sa.Text, nullable=False),
        sa.Column("is_merged", sa.Boolean, nullable=False),
    )
    op.create_table(
        "erased_numbers",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("erasure_id", sa.Integer, sa.ForeignKey("erasures.erasure_id"), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        for column in ("old", "new"):
            op.execute(f"ALTER TABLE renumbered ALTER COLUMN {column} SET STATISTICS 0")
