"""Decisions of councillors on what was found: what was decided, by when it is looked at again; none is overwritten.

A decision on a recommendation stands until another one on it is written down; what was decided before stays on record.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime

import sqlalchemy as sa

from toolkit.errors import InputError, StoreError
from toolkit.records.audit.lines import withheld
from toolkit.records.database.schema import DECISIONS

LONGEST = 500
"""Letters of a decision: it is read in a row of a table."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on one of the recommendations.

    Attributes
    ----------
    decision_id
        Counts on over all of them; the newest on a recommendation is the state somebody has seen.
    about
        The recommendation, as it is cited.
    words
        What was decided.
    look_again_on
        The day by which it is looked at again.
    question, version
        The answer that stood when it was written down; empty and 0 where none did.
    by, at
        Who wrote it down, and when (UTC).
    """

    decision_id: int
    about: str
    words: str
    look_again_on: date
    question: str
    version: int
    by: str
    at: datetime


def decisions_of(connection: sa.Connection, about: str | None = None) -> tuple[Decision, ...]:
    """Return what was decided on a recommendation, or on all of them, the oldest first."""
    query = sa.select(*(DECISIONS.c[field.name] for field in fields(Decision)))
    if about is not None:
        query = query.where(DECISIONS.c.about == about)
    found = connection.execute(query.order_by(DECISIONS.c.decision_id)).mappings()
    return tuple(Decision(**row) for row in found)


def write_decision(
    connection: sa.Connection,
    about: str,
    *,
    words: str,
    look_again_on: date,
    answer: tuple[str, int],
    by: str,
    seen: int | None,
) -> Decision:
    """Write down what was decided on a recommendation; other writers must be waiting.

    Parameters
    ----------
    connection
        The transaction.
    about, words, look_again_on
        The recommendation, what was decided on it, and by when it is looked at again.
    answer
        The question and version of the answer that stands.
    by
        Who writes it down.
    seen
        The ``decision_id`` of the newest decision on it that this person has seen, 0 for none; ``None`` takes whatever
        stands.

    Raises
    ------
    InputError
        When it is empty, too long, or names a family by its number.
    StoreError
        When somebody wrote down another decision on it since.
    """
    before = decisions_of(connection, about)
    newest = before[-1].decision_id if before else 0
    if seen is not None and newest != seen:
        last = before[-1]
        raise StoreError(
            f"Somebody wrote down another decision on {about} since you opened this page: {last.by}, on "
            f"{last.at:%-d %B %Y at %H:%M} (UTC): “{last.words}” Nothing was changed. Read it, then decide again."
        )
    row = {
        "about": about,
        "words": _checked(connection, words),
        "look_again_on": look_again_on,
        "question": answer[0],
        "version": answer[1],
        "by": by,
        "at": datetime.now(UTC),
    }
    number = connection.execute(sa.insert(DECISIONS).returning(DECISIONS.c.decision_id), row).scalar_one()
    return Decision(decision_id=int(number), **row)  # type: ignore[arg-type]


def _checked(connection: sa.Connection, words: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise InputError("The decision is empty. Write in a sentence what was decided: members read it.")
    if len(said) > LONGEST:
        raise InputError(f"The decision has {len(said)} letters. Members read it: keep it to {LONGEST}.")
    if withheld(connection, said) != said:
        raise InputError("The decision names a family, child or referral by its number. Leave it out: members read it.")
    return said
