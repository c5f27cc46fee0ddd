"""Format 5: each upload says as of what day it speaks, and what each file said of a referral or episode is kept."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _of_uploads() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("kind", sa.Text, nullable=False, server_default=""),
        sa.Column("as_of", sa.Date),
        sa.Column("as_of_from", sa.Text, nullable=False, server_default=""),
        sa.Column("made_at", sa.Text, nullable=False, server_default=""),
        sa.Column("newest_day", sa.Date),
        sa.Column("covers", sa.Text, nullable=False, server_default=""),
        sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.false()),
    )


def upgrade() -> None:
    """Add what format 4 has not: of what came before, no day is known, so that any dated file is believed before it."""
    for column in _of_uploads():
        op.add_column("uploads", column)
    for name in ("referrals", "episodes"):
        op.add_column(name, sa.Column("speaks_of", sa.Text))
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    op.execute(sa.update(facts).where(facts.c.name == "format").values(value="5"))
