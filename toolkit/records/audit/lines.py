"""The audit's lines: who did what, each with the hash of the line before, so that no line can be changed unseen.

A line names uploads, counts, pages and filters. It never names a family or child: strings that are the number of one
in the store are withheld before they are written.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from toolkit.errors import InputError
from toolkit.records.database.schema import AUDIT, FACTS, ROWS
from toolkit.wording.signs import visible, visible_json

WITHHELD = "[withheld]"
_PARTS = ("line", "at", "who", "action", "what", "detail", "previous")
_WORDS = re.compile(r"[^\s,;:=&/?!\"'()\[\]{}<>|]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of an audit: its number and hash."""

    line: int
    hash: str


def line_hash(line: Mapping[str, Any]) -> str:
    """Return a line's hash: SHA-256 over its other parts as canonical JSON, the hash of the line before among them."""
    parts = {name: line[name] for name in _PARTS}
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_hash(connection: sa.Connection) -> str:
    """Return what stands for the line before the first: a hash of the store's own number."""
    return hashlib.sha256(str(_fact(connection, "store_id")).encode()).hexdigest()


def append_line(
    connection: sa.Connection, *, who: str, action: str, what: str, detail: Mapping[str, Any] | None = None
) -> Head:
    """Write the next line; other writers must be waiting (`versions.take_turn`).

    Signs that are not seen are spelt out, so that no line can hide itself or another from who reads them.

    Raises
    ------
    InputError
        When ``detail`` cannot be written as JSON.
    """
    newest = sa.select(AUDIT.c.line, AUDIT.c.hash).order_by(AUDIT.c.line.desc()).limit(1)
    before = connection.execute(newest).first()
    line: dict[str, Any] = {
        "line": 1 if before is None else before.line + 1,
        "at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "who": visible(who),
        "action": visible(action),
        "what": visible(what),
        "detail": _as_json(detail or {}),
        "previous": first_hash(connection) if before is None else before.hash,
    }
    head = Head(line["line"], line_hash(line))
    connection.execute(sa.insert(AUDIT), {**line, "hash": head.hash})
    return head


def withheld(connection: sa.Connection, value: Any) -> Any:
    """Return a value for a line with every word withheld that is the number of a family, child or referral."""
    known = _known(connection, set(_words(value)))
    return _without(value, known) if known else value


def _words(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
        yield from _WORDS.findall(value)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _words(key)
            yield from _words(inner)
    elif isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _words(inner)


def _known(connection: sa.Connection, words: set[str]) -> set[str]:
    known: set[str] = set()
    asked = sorted(words)
    for table, column in (("families", "family_id"), ("children", "child_id"), ("referrals", "referral_id")):
        rows = ROWS[table]
        for start in range(0, len(asked), 500):
            among = rows.c[column].in_(asked[start : start + 500])
            known |= set(connection.execute(sa.select(rows.c[column]).where(rows.c.v_to.is_(None), among)).scalars())
    return known


def _without(value: Any, known: set[str]) -> Any:
    if isinstance(value, str):
        return WITHHELD if value in known else _WORDS.sub(lambda m: WITHHELD if m[0] in known else m[0], value)
    if isinstance(value, Mapping):
        return {_without(key, known): _without(inner, known) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without(inner, known) for inner in value]
    return value


def _as_json(detail: Mapping[str, Any]) -> str:
    try:
        return visible_json(
            json.dumps(detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"An audit line's detail must be plain text, numbers and lists of them: {error}.") from error


def _fact(connection: sa.Connection, name: str) -> str:
    return str(connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == name)).scalar_one())


__all__ = ["WITHHELD", "Head", "append_line", "first_hash", "line_hash", "withheld"]
