"""Giving every pseudonym in a store another one, in every version, when the key they were made with is changed.

A pseudonym is replaced by the new key's pseudonym of it; so imports go on to match, made with both keys in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import sqlalchemy as sa

from toolkit.records.audit.statements import left_of
from toolkit.records.database.erasures import newest_erasure
from toolkit.records.database.schema import ERASURES, PSEUDONYMS, RENUMBERED, ROWS
from toolkit.records.database.versions import next_version, write_version
from toolkit.records.erasure.remembered import forget_all

PSEUDONYM = re.compile(r"[CFR][A-Z2-7]{20}")
"""What a pseudonym of `toolkit.intake.pseudonyms` looks like; other numbers are the council's own and stay."""

_KINDS = {"family_id": "family", "child_id": "child", "referral_id": "referral"}
Renamed = Callable[[str, str], str]
"""Kind (family, child or referral) and pseudonym → the new pseudonym."""


def rekey_rows(connection: sa.Connection, renamed: Renamed, *, by: str) -> dict[str, object]:
    """Replace every pseudonym in every version; return the audit's detail. Files are cleaned as after an erasure."""
    version, at = next_version(connection), datetime.now(UTC)
    write_version(connection, version, at=at, by=by, what="changed key", upload_id=None)
    counts: dict[str, int] = {}
    _rename_renames(connection, renamed)
    pieces: list[tuple[int, str]] = []
    for name, rows in ROWS.items():
        changed = [column for column in PSEUDONYMS if column in rows.c and _replace(connection, rows, column, renamed)]
        if not changed:
            continue
        counts[name] = len(changed)
        uploads = connection.execute(sa.select(rows.c.upload_id).distinct()).scalars().all()
        pieces += [(int(upload), name) for upload in uploads]
    row = {
        "erasure_id": newest_erasure(connection) + 1, "version": version, "at": at, "by": by, "kind": "key",
        "families": 0, "rows": 0, "reason": "the key of the pseudonyms was changed",
    }  # fmt: skip
    connection.execute(sa.insert(ERASURES), row)
    forgotten = {"erased_forgotten": forget_all(connection)}
    return {"version": version, "columns": counts, **forgotten, **left_of(connection, pieces, ())}


def _rename_renames(connection: sa.Connection, renamed: Renamed) -> None:
    """Replace the pseudonyms that stand for others since, on both sides."""
    for row in connection.execute(sa.select(RENUMBERED)).all():
        new = {
            side: renamed(row.kind, number)
            for side, number in (("old", row.old), ("new", row.new))
            if PSEUDONYM.fullmatch(number)
        }
        if new:
            its = sa.and_(
                RENUMBERED.c.upload_id == row.upload_id, RENUMBERED.c.kind == row.kind, RENUMBERED.c.old == row.old
            )
            connection.execute(sa.update(RENUMBERED).where(its).values(new))


def _replace(connection: sa.Connection, rows: sa.Table, column: str, renamed: Renamed) -> bool:
    old = [one for one in connection.execute(sa.select(rows.c[column]).distinct()).scalars() if one]
    pairs = [{"old": one, "new": renamed(_KINDS[column], one)} for one in old if PSEUDONYM.fullmatch(one)]
    if not pairs:
        return False
    change = sa.update(rows).where(rows.c[column] == sa.bindparam("old")).values({column: sa.bindparam("new")})
    connection.execute(change, pairs)
    return True
