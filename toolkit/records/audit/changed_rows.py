"""Rows that are not as the audit has them: edited, ended, or put back in the database itself."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from toolkit.records.audit.digests import stored_digest
from toolkit.records.audit.statements import NONE_ENDED, Statements, every_again, every_ended, statements
from toolkit.records.database.schema import ROWS


def changed_rows(connection: sa.Connection) -> Iterator[str]:
    """Yield, as sentences, the uploads and versions whose rows are no longer those that the audit speaks of."""
    said = statements(connection)
    for (upload, name), expected in sorted(said.came.items()):
        if name in ROWS and stored_digest(connection, upload, name) != expected:
            yield f"Upload {upload}: its rows in {name} were changed in the database after they were stored."
    yield from _again(connection, said)
    yield from _ended(connection, said)


def _again(connection: sa.Connection, said: Statements) -> Iterator[str]:
    stored = set(every_again(connection))
    for version, upload, name in sorted({*said.again, *stored}):
        expected = said.again.get((version, upload, name))
        if expected is None:
            yield f"Table {name} has rows of upload {upload} from version {version}, which no line of the audit says."
        elif name in ROWS and stored_digest(connection, upload, name, version) != expected:
            yield (
                f"Upload {upload}: its rows in {name} that stand again from version {version} were changed in the "
                "database."
            )


def _ended(connection: sa.Connection, said: Statements) -> Iterator[str]:
    stored = every_ended(connection)
    for version, name in sorted({*stored, *said.ended}):
        is_so = stored.get((version, name), NONE_ENDED)
        should_be = said.ended.get((version, name), NONE_ENDED)
        if is_so != should_be:
            others = "" if is_so[0] != should_be[0] else ", and they are other rows"
            yield (
                f"Table {name}: {is_so[0]:,} rows end in version {version}, and by the audit {should_be[0]:,} "
                f"do{others}. They were ended, or brought back, in the database itself."
            )
