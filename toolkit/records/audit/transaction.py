"""Writing to a store: each thing done has its line in the audit, in the same transaction or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from toolkit.records.audit.heads import write_head
from toolkit.records.audit.lines import Head, append_line
from toolkit.records.audit.statements import of_version
from toolkit.records.database.connect import writing
from toolkit.records.database.versions import WRITTEN


class Log(Protocol):
    """What writes a line of the audit in the transaction at hand."""

    def __call__(self, *, who: str, action: str, what: str, detail: Mapping[str, Any]) -> Head:
        """Write the line and return it as the new head."""


@contextmanager
def logged(engine: sa.Engine, folder: Path) -> Iterator[tuple[sa.Connection, Log]]:
    """Write in one transaction; each line logged in it is noted beside the database once it is kept.

    Take the turn (`versions.take_turn`) before the first line. The line of a version that was written in it also says
    which rows ended in that version, and which stand again.
    """
    heads: list[Head] = []
    with writing(engine) as connection:
        connection.info.pop(WRITTEN, None)

        def log(*, who: str, action: str, what: str, detail: Mapping[str, Any]) -> Head:
            if "version" in detail and detail["version"] == connection.info.get(WRITTEN):
                detail = {**of_version(connection, connection.info.pop(WRITTEN)), **detail}
            heads.append(append_line(connection, who=who, action=action, what=what, detail=detail))
            return heads[-1]

        yield connection, log
    for head in heads:
        write_head(folder, head)
