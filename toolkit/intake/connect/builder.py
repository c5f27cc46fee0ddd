"""Gathering records one at a time: each is judged, given its pseudonyms, and kept as a row, or as what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import pandas as pd

from toolkit.intake.cells import Cell, is_blank
from toolkit.intake.connect.codes import outcome_of
from toolkit.intake.connect.columns import Columns, Record
from toolkit.intake.connect.fields import Fields
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found, Wrong
from toolkit.intake.connect.same_referral import Record as Said
from toolkit.intake.connect.same_referral import Referrals, repeats_in
from toolkit.intake.origin import NO_FILE, PART, Origin
from toolkit.intake.pseudonyms import Key
from toolkit.tables import table as table_named

_UNKNOWN = "10"


@dataclass(slots=True)
class Gather:
    """What has been gathered so far.

    Attributes
    ----------
    key
        For the pseudonyms.
    today
        No day after it can have been.
    words
        What the council's own words mean.
    counts, passed_over
        As `Found` has them.
    fields
        What reads single fields.
    origin
        What the file is and, where it says so, as of what day.
    covers
        What it is a list of: "referrals" and kinds of episodes.
    in_part
        Children of whom a record was left out.
    """

    key: Key
    today: date
    words: Words = NO_WORDS
    counts: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    fields: Fields = field(init=False)
    origin: Origin = NO_FILE
    covers: set[str] = field(default_factory=set)
    in_part: set[str] = field(default_factory=set)
    _referrals: Referrals = field(default_factory=Referrals)
    _episodes: dict[tuple[str, str, date], date | None] = field(default_factory=dict)
    _silent: set[tuple[str, str, date]] = field(default_factory=set)  # episodes of whose end nothing is said
    _lasting: dict[str, str] = field(default_factory=dict)  # a child's pseudonym → what no change of key changes

    def __post_init__(self) -> None:
        """Begin with nothing wrong."""
        self.fields = Fields(self.today, self.words)

    @property
    def wrong(self) -> list[Wrong]:
        """What is wrong so far."""
        return self.fields.wrong

    @property
    def children(self) -> int:
        """How many children were met by a number that can be read."""
        return len(self._lasting)

    def child(self, where: str, number: Cell, *, field_name: str) -> str | None:
        """Return a child's pseudonym, or note that the number is missing or cannot be trusted."""
        text = self.fields.child(where, field_name, number)
        if text is None:
            return None
        child = self.key.pseudonym("child", text)
        self._lasting[child] = self.key.of_oldest("child", text) if self.key.before else child
        return child

    def referral(
        self,
        where: str,
        child: str,
        record: Record,
        columns: Columns,
        *,
        was_in_need: bool = False,
        number: str | None = "",
        node: str = "",
    ) -> None:
        """Take a referral, or note everything that is wrong with it.

        Parameters
        ----------
        where
            The record, for messages.
        child
            The child's pseudonym.
        record, columns
            What the file has, and what it calls its columns; without one of sources they are unknown.
        was_in_need
            Whether a plan or an enquiry followed.
        number
            The source system's own number of the referral, "" where it has none; ``None`` where it was noted as wrong.
        node
            Which of the file's entries for the child it is in, where one entry holds several referrals.
        """
        self.counts["referrals"] += 1
        before = len(self.wrong)
        day = self.fields.day(where, columns.received, record.get(columns.received), required=True)
        closed_on = self.fields.day(where, columns.closed, record.get(columns.closed))
        code = self.fields.source(where, columns.source, record.get(columns.source)) if columns.source else _UNKNOWN
        closure = self.fields.closure(where, columns.reason, record.get(columns.reason))
        outcome = self._outcome(where, record, columns, closure, was_in_need)
        if day is not None and closed_on is not None and closed_on < day:
            todo = f"Put {columns.received} or {columns.closed} right."
            self.fields.note(where, columns.closed, "closed before it was received", f"{closed_on:%d/%m/%Y}", todo)
        if len(self.wrong) > before or day is None or number is None or code is None:
            self.in_part.add(child)
            return
        speaks_of = _speaks_of(record, columns, outcome)
        said = Said(child, day, code, outcome, closed_on, closure, speaks_of, number, node)
        if not self._referrals.take(said):
            self.in_part.add(child)
            why = "it was met before in this file with other values"
            self.fields.note(where, "the referral's number", why, number, "Give each its own.")

    def _outcome(
        self, where: str, record: Record, columns: Columns, closure: str | None, was_in_need: bool
    ) -> str | None:
        no_action = self.fields.no_action(where, columns.nfa, record.get(columns.nfa)) if columns.nfa else None
        stated = self.fields.outcome(where, columns.outcome, record.get(columns.outcome)) if columns.outcome else None
        self.counts["no further action"] += "nfa" in (no_action, stated)
        if no_action and stated and no_action != stated:
            todo = f"Put {columns.nfa} or {columns.outcome} right."
            self.fields.note(where, columns.outcome, f"{columns.nfa} says otherwise", stated, todo)
        told = stated or no_action
        return told or outcome_of(nfa=None, closure=closure, was_in_need=was_in_need)

    def episode(
        self, where: str, child: str, kind: str, record: Record, columns: Columns, *, speaks_of_end: bool = True
    ) -> None:
        """Take an enquiry or plan, as the file has it; ``speaks_of_end`` says whether no end means that it goes on."""
        started, ended = columns.started, columns.ended
        before = len(self.wrong)
        start = self.fields.day(where, started, record.get(started), required=True)
        end = self.fields.day(where, ended, record.get(ended)) if ended else None
        if start is not None and end is not None and end < start:
            todo = f"Put {started} or {ended} right."
            self.fields.note(where, ended, "ended before it began", f"{end:%d/%m/%Y}", todo)
        if start is None or len(self.wrong) > before:
            self.counts[kind] += 1
            self.in_part.add(child)
            return
        self.keep(child, kind, start, end, speaks_of_end=speaks_of_end and bool(ended))

    def keep(self, child: str, kind: str, start: date, end: date | None, *, speaks_of_end: bool = True) -> None:
        """Keep an enquiry, plan or time looked after; the same one met twice is one, until the later end."""
        self.counts[kind] += 1
        known = self._episodes.get((child, kind, start))
        self._episodes[child, kind, start] = max(filter(None, (known, end)), default=None)
        if not speaks_of_end:
            self._silent.add((child, kind, start))

    def found(
        self, source_name: str, content_hash: str, notices: tuple[str, ...] = (), *, as_of: date | None = None
    ) -> Found:
        """Return all that was gathered; ``as_of`` is the day the file speaks of, where whoever imports it says so."""
        both = list(self._referrals.rows(self.key, self._lasting, self.in_part))
        referrals = pd.DataFrame([row for row, _ in both], columns=list(table_named("referrals").names))
        rows = [(child, kind, start, end) for (child, kind, start), end in self._episodes.items()]
        episodes = pd.DataFrame(rows, columns=list(table_named("episodes").names))
        speaks_of = {
            "referrals": tuple(signs for _, signs in both),
            "episodes": tuple(self._of_episode(key, end) for key, end in self._episodes.items()),
        }
        tables = {name: frame for name, frame in (("referrals", referrals), ("episodes", episodes)) if len(frame)}
        days = [day for row, _ in both for day in (row[2], row[5]) if isinstance(day, date)]
        days += [day for row in rows for day in row[2:] if day is not None]
        origin = replace(self.origin, covers=frozenset(self.covers)).dated(days, given=as_of)
        told = (*notices, *self.fields.notices(), *repeats_in(self._referrals), *filter(None, [origin.sentence]))
        unmapped = {what: dict(words) for what, words in self.fields.unmapped.items()}
        return Found(
            source_name, content_hash, tables, tuple(self.wrong), dict(self.counts),
            dict(sorted(self.passed_over.items())), told, unmapped, {name: speaks_of[name] for name in tables}, origin,
        )  # fmt: skip

    def _of_episode(self, key: tuple[str, str, date], end: date | None) -> str:
        signs = ["started_on"] if key in self._silent and end is None else ["ended_on"]
        return ",".join([*signs, *([PART] if key[0] in self.in_part else [])])


def _speaks_of(record: Record, columns: Columns, outcome: str | None) -> frozenset[str]:
    """Return the columns of the store that the file has, and "nfa" where it says whether there was further action."""
    has = {"source": columns.source, "closed_on": columns.closed, "closure_reason": columns.reason}
    says_nfa = any(column and not is_blank(record.get(column)) for column in (columns.nfa, columns.outcome))
    return _signs(*(name for name, column in has.items() if column), *["outcome"] * bool(outcome), *["nfa"] * says_nfa)


@cache
def _signs(*names: str) -> frozenset[str]:
    """Return one and the same set for the same names: a file has few, and many records."""
    return frozenset(names)
