"""The ledger of what councillors asked for: what was found, what was decided on it, and by when it is looked at again.

A decision is written down by the lead, in words that members read; each one on a recommendation stays on record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from toolkit.errors import InputError, did_you_mean
from toolkit.publish.members.findings import ASKED, Finding
from toolkit.publish.members.reasons import checked_reason
from toolkit.records import Store
from toolkit.records.decisions import Decision
from toolkit.records.publications import standing
from toolkit.wording.numbers import uk_date

__all__ = ["NUMBERS", "Decision", "LedgerRow", "day_to_look_again", "decide", "ledger"]

NUMBERS: tuple[str, ...] = tuple(asked.number for asked in ASKED)
"""The recommendations that may be decided on, as they are cited."""
FURTHEST = 10
"""So many years ahead a date to look again may lie: a later one is a slip of the pen."""
_DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A recommendation with what was found and what was decided.

    Attributes
    ----------
    finding
        What was found, as members' first page has it.
    decisions
        What was decided on it, the oldest first; the last stands.
    is_due
        Whether the day to look again has come.
    """

    finding: Finding
    decisions: tuple[Decision, ...]
    is_due: bool


def ledger(
    found: Sequence[Finding], decisions: Sequence[Decision], *, today: date | None = None
) -> tuple[LedgerRow, ...]:
    """Return a row a recommendation, in the order of the report, as it stands today or on another day."""
    today = datetime.now(UTC).date() if today is None else today
    rows = []
    for finding in found:
        its = tuple(one for one in decisions if one.about == finding.asked.number)
        rows.append(LedgerRow(finding, its, bool(its) and its[-1].look_again_on <= today))
    return tuple(rows)


def decide(
    store: Store, about: str, *, words: str, look_again: str | date, by: str, seen: int | None = None
) -> Decision:
    """Write down what was decided on a recommendation, in place of what stood.

    Parameters
    ----------
    store
        The store.
    about
        The recommendation, one of `NUMBERS`.
    words
        What was decided, in words that members read.
    look_again
        The day by which it is looked at again, as people write it (31/12/2030) or as ISO 8601.
    by, seen
        Who writes it down, and the newest decision on it they have seen, as `Store.decide` has them.

    Raises
    ------
    InputError
        When there is no such recommendation, the words are empty or count families, or the day is none, is past, or
        lies more than `FURTHEST` years ahead.
    StoreError
        When somebody wrote down another decision on it since.
    """
    asked = next((one for one in ASKED if one.number == about), None)
    if asked is None:
        near = did_you_mean(about, NUMBERS)
        raise InputError(f"“{about}” is none of the recommendations: {', '.join(NUMBERS)}. {near}".rstrip())
    on = day_to_look_again(look_again, today=datetime.now(UTC).date())
    stood = [one for name in asked.questions if (one := standing(store.record(name))) is not None]
    answer = (stood[0].question, stood[0].version) if stood else ("", 0)
    said = checked_reason(words, called="The decision")
    return store.decide(about, words=said, look_again_on=on, answer=answer, by=by, seen=seen)


def day_to_look_again(written: str | date, *, today: date) -> date:
    """Return the day that somebody wrote to look again.

    Raises
    ------
    InputError
        When it is no day, is not after today, or lies too far ahead.
    """
    day = written if isinstance(written, date) else _day(written)
    if day <= today:
        raise InputError(
            f"The day to look again, {uk_date(day)}, is not after today. Give one that is still to come: members "
            "see it as the day by which the decision is looked at again."
        )
    if day.year > today.year + FURTHEST:
        raise InputError(
            f"The day to look again, {uk_date(day)}, is more than {FURTHEST} years ahead. Check the year: a decision "
            "should be looked at sooner."
        )
    return day


def _day(written: str) -> date:
    text = written.strip()
    british = _DAY.fullmatch(text)
    try:
        return date(*(int(british[part]) for part in (3, 2, 1))) if british else date.fromisoformat(text)
    except ValueError:
        said = f"“{text}” is no day" if text else "The day to look again is empty"
        raise InputError(f"{said}. Write day, month and year, such as 31/12/{datetime.now(UTC).year + 1}.") from None
