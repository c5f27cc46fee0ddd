"""An index of the rows that ended: which they are is asked with each thing done."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index to each table of rows, which ones there are at this step; the format stays."""
    there = sa.inspect(op.get_bind())
    for table in there.get_table_names():
        if {"row_id", "v_to"} <= {column["name"] for column in there.get_columns(table)}:
            op.execute(f"CREATE INDEX ended_{table} ON {table} (v_to) WHERE v_to IS NOT NULL")
