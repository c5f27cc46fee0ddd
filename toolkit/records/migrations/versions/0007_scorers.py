"""Two people who score a family on one day are two readings: who scored is part of what tells scores apart."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = "one_current_progress_scores"


def upgrade() -> None:
    """Make the index of current scores again, with who scored in it. Rows that were apart before still are."""
    op.drop_index(INDEX, table_name="progress_scores")
    keyed = ("coalesce(dimension, '')", "coalesce(scored_by, '')")
    op.create_index(
        INDEX,
        "progress_scores",
        ["family_id", "centre_id", "scored_on", "stage", *map(sa.text, keyed)],
        unique=True,
        sqlite_where=sa.text("v_to IS NULL"),
        postgresql_where=sa.text("v_to IS NULL"),
    )
