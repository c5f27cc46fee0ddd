"""Which records of one file are of one referral, and the number each referral gets where the file gives none.

A number of a referral counts with the child it is of: a step for siblings bears one number and is a referral of each.
Without one, a referral is known by its child, day and source, and where there are several, by their order when sorted
by how they ended, so that the order in the file makes no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from toolkit.intake.origin import PART
from toolkit.intake.pseudonyms import Key


@dataclass(frozen=True, slots=True)
class Record:
    """What a file says of a referral.

    Attributes
    ----------
    child
        The child's pseudonym.
    day, source, outcome, closed_on, closure
        As stored.
    speaks_of
        The columns the file has, and "nfa" where it says whether there was further action.
    number
        The source system's own number, or empty.
    node
        Which of the file's entries for the child it stands in; empty where every record is an entry of its own.
    """

    child: str
    day: date
    source: str
    outcome: str | None
    closed_on: date | None
    closure: str | None
    speaks_of: frozenset[str]
    number: str = ""
    node: str = ""


@dataclass(slots=True)
class Referrals:
    """The referrals of one file, each once.

    Attributes
    ----------
    twice
        How many records repeated one that was there.
    alike
        How many without a number are of a child, day and source that another is of too.
    """

    twice: int = 0
    alike: int = 0
    _numbered: dict[tuple[str, str], Record] = field(default_factory=dict)
    _others: dict[tuple[str, date, str], list[Record]] = field(default_factory=dict)

    def take(self, record: Record) -> bool:
        """Take a record; return False where another has the child's very number and says otherwise."""
        if record.number:
            own = (record.child, record.number)
            both = _together(self._numbered[own], record) if own in self._numbered else record
            if both is None:
                return False
            self.twice += own in self._numbered
            self._numbered[own] = both
            return True
        there = self._others.setdefault((record.child, record.day, record.source), [])
        for at, other in enumerate(there):
            both = _together(other, record) if record.node and record.node != other.node else None
            if both is not None:
                there[at] = both
                self.twice += 1
                return True
        self.alike += bool(there)
        there.append(record)
        return True

    def rows(
        self, key: Key, lasting: dict[str, str], in_part: Iterable[str]
    ) -> Iterator[tuple[tuple[object, ...], str]]:
        """Yield each referral's row, in the order of the table's columns, and what it speaks of.

        Parameters
        ----------
        key
            For the pseudonyms.
        lasting
            By child's pseudonym, what no change of key changes.
        in_part
            The children of whom a record was left out.
        """
        part = frozenset(in_part)
        for record, own in self._each(lasting):
            signs = {
                *record.speaks_of,
                *(["number"] if record.number else []),
                *([PART] if record.child in part else []),
            }
            row = (
                key.pseudonym("referral", own), record.child, record.day, record.source, record.outcome,
                record.closed_on, record.closure, None,
            )  # fmt: skip
            yield row, ",".join(sorted(signs)) or "received_on"

    def _each(self, lasting: dict[str, str]) -> Iterator[tuple[Record, str]]:
        for (child, number), record in self._numbered.items():
            yield record, f"{number} of {lasting[child]}"
        for (child, day, source), records in self._others.items():
            for repeat, record in enumerate(sorted(records, key=_by_ending)):
                yield record, f"{lasting[child]} {day.isoformat()} {source} {repeat}"


def repeats_in(records: Referrals) -> tuple[str, ...]:
    """Return what a person should know of referrals that are there more than once, in sentences."""
    said = []
    if records.twice:
        said.append(
            f"{records.twice:,} referrals are there more than once, with the same child and number or day: each is one."
        )
    if records.alike:
        said.append(
            f"{records.alike:,} referrals without a number are of a child, day and source that another is of too: each "
            "is stored as a referral of its own. If they are one, take the second out."
        )
    return tuple(said)


def _together(one: Record, other: Record) -> Record | None:
    """Return what two records of one referral say together; ``None`` where they contradict each other."""
    if (one.day, one.source) != (other.day, other.source):
        return None
    for a, b in ((one.closed_on, other.closed_on), (one.closure, other.closure)):
        if a is not None and b is not None and a != b:
            return None
    outcomes = {one.outcome, other.outcome} - {None}
    if "nfa" in outcomes and len(outcomes) > 1:
        return None
    outcome = "in_need" if "in_need" in outcomes else next(iter(outcomes), None)
    return replace(
        one, outcome=outcome, closed_on=one.closed_on or other.closed_on, closure=one.closure or other.closure,
        speaks_of=one.speaks_of | other.speaks_of,
    )  # fmt: skip


def _by_ending(record: Record) -> tuple[date, str, str]:
    return record.closed_on or date.max, record.closure or "", record.outcome or ""
