"""Checking the audit: every line's hash, its place in the chain, and the last line against the file beside it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.records.audit.heads import HEADS, read_heads
from toolkit.records.audit.lines import Head, first_hash, line_hash
from toolkit.records.database.schema import AUDIT
from toolkit.records.database.versions import frame_of

CANNOT_FIND = (
    "It cannot find lines that were never written, a name that was not true when it was written, or an audit made "
    f"again from its start together with the file {HEADS} by someone who may write to both: keep a copy elsewhere."
)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What was found: how many lines, the last one, and each problem as a sentence."""

    lines: int
    head: Head | None
    problems: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every line is as it was written and none is missing."""
        return not self.problems

    def summary(self) -> str:
        """Return what was found for a person."""
        if self.problems:
            return f"The audit is not as it was written ({self.lines:,} lines):\n  " + "\n  ".join(self.problems)
        last = "" if self.head is None else f" The last is line {self.head.line} ({self.head.hash[:16]})."
        return f"The audit is whole: {self.lines:,} lines, each as it was written.{last} {CANNOT_FIND}"


def check_audit(connection: sa.Connection, folder: Path) -> AuditCheck:
    """Return whether the audit is as it was written."""
    heads: dict[int, list[str]] = {}
    for head in read_heads(folder):
        heads.setdefault(head.line, []).append(head.hash)
    stored = connection.execution_options(stream_results=True).execute(sa.select(AUDIT).order_by(AUDIT.c.line))
    count, last, problems = _check_chain(stored.mappings(), first_hash(connection), heads)
    newest = max(heads, default=0)
    if newest > (last.line if last else 0):
        problems.append(
            f"Lines {(last.line if last else 0) + 1} to {newest} are missing at the end: the file {HEADS} has them."
        )
    if count and not heads:
        problems.append(f"The file {HEADS} is missing or empty, so lines cut off at the end would not be noticed.")
    shown = problems[:_SHOWN] + ([f"and {len(problems) - _SHOWN:,} more"] if len(problems) > _SHOWN else [])
    return AuditCheck(count, last, tuple(shown))


def list_lines(
    connection: sa.Connection, *, last: int | None = None, action: str | Collection[str] = "", after: int = 0
) -> pd.DataFrame:
    """Return the audit, the newest line first: line, at (UTC, ISO text), who, action, what, detail (JSON), hash.

    Where actions are named, only the lines of these; where a line is, only those after it.
    """
    names = ("line", "at", "who", "action", "what", "detail", "hash")
    query = sa.select(*(AUDIT.c[name] for name in names)).order_by(AUDIT.c.line.desc()).limit(last)
    query = query.where(AUDIT.c.line > after) if after else query
    actions = [action] if isinstance(action, str) else list(action)
    return frame_of(connection.execute(query.where(AUDIT.c.action.in_(actions)) if action else query))


def newest_line(connection: sa.Connection) -> int:
    """Return the number of the last line, 0 where there is none."""
    return int(connection.execute(sa.select(sa.func.max(AUDIT.c.line))).scalar() or 0)


def _check_chain(lines: Iterable[Any], first: str, heads: dict[int, list[str]]) -> tuple[int, Head | None, list[str]]:
    count, before, problems = 0, Head(0, first), []
    for line in lines:
        count += 1
        number = line["line"]
        if number > before.line + 1:
            missing = (
                f"Line {before.line + 1} is"
                if number == before.line + 2
                else f"Lines {before.line + 1} to {number - 1} are"
            )
            problems.append(f"{missing} missing.")
        elif line["previous"] != before.hash:
            problems.append(f"Line {number} does not follow from the line before it: one of them was changed or moved.")
        made = line_hash(line)
        if made != line["hash"]:
            problems.append(f"Line {number} was changed after it was written.")
        if any(noted != line["hash"] for noted in heads.get(number, ())):
            problems.append(f"Line {number} is not the line that the file {HEADS} noted when it was written.")
        before = Head(number, line["hash"])
    return count, (before if count else None), problems
