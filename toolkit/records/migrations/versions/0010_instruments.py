"""Instruments and their anchors; of a score its instrument, who scored and second scorings; half points."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from toolkit.records.database.schema import BIG

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SCORES = "progress_scores"
# By table: its columns (name, kind, may be empty), and its key.
NEW_TABLES: dict[str, tuple[tuple[tuple[str, str, bool], ...], tuple[str, ...]]] = {
    "instruments": (
        (
            ("instrument_id", "identifier", False),
            ("title", "text", False),
            ("edition", "text", True),
            ("lowest", "whole", False),
            ("highest", "whole", False),
            ("step", "code", False),
            ("higher_is", "code", False),
            ("dimensions", "text", True),
        ),
        ("instrument_id",),
    ),
    "instrument_anchors": (
        (("instrument_id", "identifier", False), ("value", "decimal", False), ("meaning", "text", False)),
        ("instrument_id", "value"),
    ),
}
NEW_COLUMNS = (("instrument", "identifier"), ("who_scored", "code"), ("second_scoring", "yes_no"))
KEYED = ("dimension", "''"), ("scored_by", "''"), ("instrument", "''"), ("second_scoring", "false")
TYPES = {"whole": sa.BigInteger, "decimal": sa.Double, "yes_no": sa.Boolean}


def upgrade() -> None:
    """Add them; what is stored stays on the built-in scale, and what told two scores apart still does."""
    for name, (columns, key) in NEW_TABLES.items():
        _add_table(name, columns, key)
    for column, kind in NEW_COLUMNS:
        op.add_column(SCORES, sa.Column(column, TYPES.get(kind, sa.Text)))
    if op.get_bind().dialect.name == "postgresql":  # a column of SQLite's holds half points whatever it was made for
        op.alter_column(SCORES, "score", type_=sa.Double())
    op.drop_index(f"one_current_{SCORES}", table_name=SCORES)
    parts = [sa.text(f"coalesce({column}, {empty})") for column, empty in KEYED]
    _add_index(SCORES, ["family_id", "centre_id", "scored_on", "stage", *parts])
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
    _add_index(name, list(key))
    ended = sa.text("v_to IS NOT NULL")
    op.create_index(f"ended_{name}", name, ["v_to"], sqlite_where=ended, postgresql_where=ended)


def _add_index(name: str, parts: list[str | sa.TextClause]) -> None:
    current = sa.text("v_to IS NULL")
    op.create_index(f"one_current_{name}", name, parts, unique=True, sqlite_where=current, postgresql_where=current)


def _write_down() -> None:
    facts = sa.table("facts", sa.column("name", sa.Text), sa.column("value", sa.Text))
    its = facts.c.name == "columns"
    written = op.get_bind().execute(sa.select(facts.c.value).where(its)).scalar_one_or_none()
    if written is None:
        return  # the tables are made before the store says what it is
    known = json.loads(written)
    for name, (columns, _) in NEW_TABLES.items():
        known[name] = {column: kind + "?" * empty for column, kind, empty in columns}
    known[SCORES] |= {"score": "decimal", **{column: f"{kind}?" for column, kind in NEW_COLUMNS}}
    op.execute(sa.update(facts).where(its).values(value=json.dumps(known)))
