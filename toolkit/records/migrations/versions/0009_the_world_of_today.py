"""Definition breaks, kinds of place, neighbourhoods of 2021, SEND. What came before has none of them."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from toolkit.records.database.schema import BIG

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# By table: its columns (name, kind, may be empty), and the parts of its key.
NEW_TABLES: dict[str, tuple[tuple[tuple[str, str, bool], ...], tuple[str, ...]]] = {
    "definition_breaks": (
        (
            ("area", "text", False),
            ("starts_on", "date", False),
            ("kind", "code", False),
            ("touches", "code", False),
            ("source", "code", True),
            ("what", "text", False),
            ("confirmed_by", "text", False),
            ("confirmed_on", "date", False),
        ),
        ("area", "starts_on", "kind", "touches", "coalesce(source, '')"),
    ),
    "neighbourhoods": (
        (("lsoa11", "identifier", False), ("lsoa21", "identifier", False), ("change", "code", False)),
        ("lsoa11", "lsoa21"),
    ),
}
# By table: columns that may be empty, and their kinds.
NEW_COLUMNS = {
    "centres": (("kind", "code"),),
    "families": (("lsoa21", "identifier"), ("deprivation_edition", "code")),
    "children": (("send", "yes_no"),),
    "registrations": (("programme", "text"),),
}
TYPES = {"date": sa.Date, "yes_no": sa.Boolean}


def upgrade() -> None:
    """Add them, and write down that the store has them; the format stays."""
    for name, (columns, key) in NEW_TABLES.items():
        _add_table(name, columns, key)
    for name, added in NEW_COLUMNS.items():
        for column, kind in added:
            op.add_column(name, sa.Column(column, TYPES.get(kind, sa.Text)))
    _write_down()


def _add_table(name: str, columns: tuple[tuple[str, str, bool], ...], key: tuple[str, ...]) -> None:
    op.create_table(
        name,
        sa.Column("row_id", BIG, primary_key=True),
        *(sa.Column(column, TYPES.get(kind, sa.Text), nullable=empty) for column, kind, empty in columns),
        sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), nullable=False, index=True),
        sa.Column("v_from", sa.Integer, nullable=False),
        sa.Column("v_to", sa.Integer),
        sqlite_autoincrement=True,
    )
    parts = [sa.text(part) if "(" in part else part for part in key]
    current, ended = sa.text("v_to IS NULL"), sa.text("v_to IS NOT NULL")
    op.create_index(f"one_current_{name}", name, parts, unique=True, sqlite_where=current, postgresql_where=current)
    op.create_index(f"ended_{name}", name, ["v_to"], sqlite_where=ended, postgresql_where=ended)


def _write_down() -> None:
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    its = facts.c.name == "columns"
    written = op.get_bind().execute(sa.select(facts.c.value).where(its)).scalar_one_or_none()
    if written is None:
        return  # the tables are made before the store says what it is
    known = json.loads(written)
    for name, (columns, _) in NEW_TABLES.items():
        known[name] = {column: kind + "?" * empty for column, kind, empty in columns}
    for name, added in NEW_COLUMNS.items():
        known[name] |= {column: f"{kind}?" for column, kind in added}
    op.execute(sa.update(facts).where(its).values(value=json.dumps(known)))
