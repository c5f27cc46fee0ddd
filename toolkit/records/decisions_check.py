"""Whether what was decided reads as it was written down: the table of decisions against the audit's lines of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from toolkit.records.database.schema import AUDIT
from toolkit.records.decisions import Decision, decisions_of
from toolkit.wording.signs import visible

_APART = timedelta(minutes=10)
"""A decision and its line are written in one turn: their times differ by less, however slow the machine."""
_WORDS = {
    "about": "recommendation",
    "words": "decision",
    "look again on": "day to look again",
    "question": "answer",
    "version": "version of the answer",
    "by": "person",
}
"""What a line says of a decision, as a sentence names it; lines of before a part was written do not have it."""


def wrong_decisions(connection: sa.Connection) -> Iterator[str]:
    """Yield decisions that the audit has otherwise or not at all, and lines of decisions that are gone, as sentences.

    Parameters
    ----------
    connection
        A reading one.
    """
    told, record = _told(connection), decisions_of(connection)
    for one in record:
        named = f"Decision {one.decision_id}, on {one.about},"
        line = told.get(one.decision_id)
        if line is None:
            yield f"{named} has no line in the audit."
            continue
        for name, there in _parts(one).items():
            if name in line and line[name] != there:
                yield f"{named} names another {_WORDS[name]} in the database than in the audit."
        if abs(line["at"] - one.at) > _APART:
            yield f"{named} has another time in the database than in the audit."
    for number in sorted(set(told) - {one.decision_id for one in record}):
        about = told[number].get("about")
        yield f"Decision {number}, on {about}, stands in the audit, and the database has no row of it."


def _parts(one: Decision) -> Mapping[str, Any]:
    return {
        "about": one.about,
        "words": one.words,
        "look again on": f"{one.look_again_on}",
        "question": one.question,
        "version": one.version,
        "by": visible(one.by),
    }


def _told(connection: sa.Connection) -> Mapping[int, Mapping[str, Any]]:
    """Return what the lines say of each decision, by its number."""
    query = sa.select(AUDIT.c.at, AUDIT.c.who, AUDIT.c.detail).where(
        AUDIT.c.action == "decided", AUDIT.c.what == "decision"
    )
    lines = ((at, who, json.loads(text)) for at, who, text in connection.execute(query.order_by(AUDIT.c.line)))
    return {
        detail["decision"]: {**detail, "by": who, "at": datetime.fromisoformat(at)}
        for at, who, detail in lines
        if isinstance(detail.get("decision"), int)
    }
