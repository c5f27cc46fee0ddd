"""Format 1: the tables as version 0.1 of the toolkit made them.

A store of that version has no record of its step; `upgrading` knows it by that.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from toolkit.records.database.schema import BIG, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# By table: its columns (name, type, may be empty), and the parts of its key.
ROWS: dict[str, tuple[tuple[tuple[str, Any, bool], ...], tuple[str, ...]]] = {
    "centres": (
        (
            ("centre_id", sa.Text, False),
            ("name", sa.Text, False),
            ("district", sa.Text, False),
            ("area_team", sa.Text, False),
            ("provider", sa.Text, False),
            ("opened_on", sa.Date, False),
            ("tracks_progress_from", sa.Date, True),
        ),
        ("centre_id",),
    ),
    "families": (
        (
            ("family_id", sa.Text, False),
            ("reach_centre_id", sa.Text, False),
            ("lsoa11", sa.Text, True),
            ("district", sa.Text, False),
            ("idaci_decile", sa.BigInteger, False),
            ("children", sa.BigInteger, False),
            ("youngest_birth_month", sa.Date, True),
            ("lone_parent", sa.Boolean, False),
            ("young_parent", sa.Boolean, False),
            ("english_additional_language", sa.Boolean, False),
            ("disability", sa.Boolean, False),
            ("kinship_care", sa.Boolean, False),
            ("known_from", sa.Date, False),
            ("known_to", sa.Date, True),
        ),
        ("family_id",),
    ),
    "children": (
        (("child_id", sa.Text, False), ("family_id", sa.Text, False), ("birth_month", sa.Date, False)),
        ("child_id",),
    ),
    "registrations": (
        (
            ("family_id", sa.Text, False),
            ("centre_id", sa.Text, False),
            ("registered_on", sa.Date, False),
            ("left_on", sa.Date, True),
            ("route", sa.Text, True),
        ),
        ("family_id", "centre_id", "registered_on"),
    ),
    "progress_scores": (
        (
            ("family_id", sa.Text, False),
            ("centre_id", sa.Text, False),
            ("scored_on", sa.Date, False),
            ("stage", sa.Text, False),
            ("dimension", sa.Text, True),
            ("score", sa.BigInteger, False),
            ("higher_is", sa.Text, False),
            ("scored_by", sa.Text, True),
        ),
        ("family_id", "centre_id", "scored_on", "stage", "coalesce(dimension, '')"),
    ),
    "referrals": (
        (
            ("referral_id", sa.Text, False),
            ("child_id", sa.Text, False),
            ("received_on", sa.Date, False),
            ("source", sa.Text, False),
            ("outcome", sa.Text, True),
            ("closed_on", sa.Date, True),
            ("closure_reason", sa.Text, True),
            ("referred_back", sa.Boolean, True),
        ),
        ("referral_id",),
    ),
    "episodes": (
        (
            ("child_id", sa.Text, False),
            ("kind", sa.Text, False),
            ("started_on", sa.Date, False),
            ("ended_on", sa.Date, True),
        ),
        ("child_id", "kind", "started_on"),
    ),
    "investments": (
        (
            ("programme", sa.Text, False),
            ("area", sa.Text, False),
            ("starts_on", sa.Date, False),
            ("ends_on", sa.Date, False),
            ("amount_gbp", sa.Double, False),
            ("price_year", sa.Text, True),
        ),
        ("programme", "area", "starts_on"),
    ),
    "events": (
        (("area", sa.Text, False), ("on", sa.Date, False), ("what", sa.Text, False)),
        ("area", '"on"', "what"),
    ),
    "area_counts": (
        (
            ("area", sa.Text, False),
            ("period", sa.Text, False),
            ("measure", sa.Text, False),
            ("count", sa.Double, True),
            ("population", sa.Double, True),
            ("status", sa.Text, False),
            ("source", sa.Text, True),
        ),
        ("area", "period", "measure"),
    ),
}


def upgrade() -> None:
    """Make the tables."""
    _bookkeeping()
    for name, (columns, key) in ROWS.items():
        op.create_table(
            name,
            sa.Column("row_id", BIG, primary_key=True),
            *(sa.Column(column, type_, nullable=empty) for column, type_, empty in columns),
            sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), nullable=False),
            sa.Column("v_from", sa.Integer, nullable=False),
            sa.Column("v_to", sa.Integer),
            sqlite_autoincrement=True,
        )
        op.create_index(f"ix_{name}_upload_id", name, ["upload_id"])
        is_current = sa.text("v_to IS NULL")
        op.create_index(
            f"one_current_{name}",
            name,
            [sa.text(part) for part in key],
            unique=True,
            sqlite_where=is_current,
            postgresql_where=is_current,
        )


def _bookkeeping() -> None:
    op.create_table("facts", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False))
    op.create_table(
        "versions",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("upload_id", sa.Integer),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.Integer, primary_key=True),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("content_hash", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), nullable=False, unique=True),
        sa.Column("withdrawn_in", sa.Integer, sa.ForeignKey("versions.version")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_uploads_content_hash", "uploads", ["content_hash"])
    op.create_table(
        "upload_tables",
        sa.Column("upload_id", sa.Integer, sa.ForeignKey("uploads.upload_id"), primary_key=True),
        sa.Column("table", sa.Text, primary_key=True),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("replaced", sa.Integer, nullable=False),
    )
    op.create_table(
        "publications",
        sa.Column("publication_id", sa.Integer, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "snapshots",
        sa.Column("version", sa.Integer, sa.ForeignKey("versions.version"), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.Text, nullable=False),
    )
