"""The database tables of who may come in: accounts, open sessions and failed tries. They hold no family's data."""

from __future__ import annotations

import sqlalchemy as sa

from toolkit.records.database.schema import METADATA, UtcTime

# `second_step` is the secret of the account's authenticator app; `second_step_used` the last 30 seconds a code was
# taken for, so that no code is taken twice.
ACCOUNTS = sa.Table(
    "accounts",
    METADATA,
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

# A session is known by the hash of its token: a copy of the database opens no door. `person` is who came in without
# an account of ours (a provider's, or the demonstration's), as JSON.
SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id")),
    sa.Column("person", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
)

# Whose try failed is a hash of the name or of the address it came from.
FAILED_TRIES = sa.Table(
    "failed_tries",
    METADATA,
    sa.Column("try_id", sa.Integer, primary_key=True),
    sa.Column("of", sa.Text, nullable=False, index=True),
    sa.Column("at", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

ALL = (ACCOUNTS, SESSIONS, FAILED_TRIES)
