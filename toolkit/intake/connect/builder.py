"""Gathering records one at a time: each is judged, given its pseudonyms, and kept as a row, or as what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from toolkit.intake.cells import Cell
from toolkit.intake.connect.codes import outcome_of
from toolkit.intake.connect.columns import Columns, Record
from toolkit.intake.connect.fields import Fields
from toolkit.intake.connect.meanings import NO_WORDS, Words
from toolkit.intake.connect.result import Found, Wrong
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
    """

    key: Key
    today: date
    words: Words = NO_WORDS
    counts: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    fields: Fields = field(init=False)
    _referrals: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    _episodes: dict[tuple[str, str, date], date | None] = field(default_factory=dict)
    _lasting: dict[str, str] = field(default_factory=dict)  # a child's pseudonym → what no change of key changes
    _repeats: Counter[tuple[str, date]] = field(default_factory=Counter)

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
        if len(self.wrong) > before or day is None or number is None:
            return
        repeat = self._repeats[child, day]
        self._repeats[child, day] += 1
        own = number or f"{self._lasting[child]} {day.isoformat()} {repeat}"
        row = (self.key.pseudonym("referral", own), child, day, code, outcome, closed_on, closure, None)
        if row[0] in self._referrals:
            self.fields.note(
                where, "the referral's number", "it was met before in this file", own, "Give each its own."
            )
            return
        self._referrals[row[0]] = row

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

    def episode(self, where: str, child: str, kind: str, record: Record, columns: Columns) -> None:
        """Take an enquiry or plan, as the file has it."""
        started, ended = columns.started, columns.ended
        before = len(self.wrong)
        start = self.fields.day(where, started, record.get(started), required=True)
        end = self.fields.day(where, ended, record.get(ended)) if ended else None
        if start is not None and end is not None and end < start:
            todo = f"Put {started} or {ended} right."
            self.fields.note(where, ended, "ended before it began", f"{end:%d/%m/%Y}", todo)
        if start is None or len(self.wrong) > before:
            self.counts[kind] += 1
            return
        self.keep(child, kind, start, end)

    def keep(self, child: str, kind: str, start: date, end: date | None) -> None:
        """Keep an enquiry, plan or time looked after; the same one met twice is one, until the later end."""
        self.counts[kind] += 1
        known = self._episodes.get((child, kind, start))
        self._episodes[child, kind, start] = max(filter(None, (known, end)), default=None)

    def found(self, source_name: str, content_hash: str, notices: tuple[str, ...] = ()) -> Found:
        """Return all that was gathered."""
        referrals = pd.DataFrame(list(self._referrals.values()), columns=list(table_named("referrals").names))
        rows = [(child, kind, start, end) for (child, kind, start), end in self._episodes.items()]
        episodes = pd.DataFrame(rows, columns=list(table_named("episodes").names))
        tables = {name: frame for name, frame in (("referrals", referrals), ("episodes", episodes)) if len(frame)}
        passed_over = dict(sorted(self.passed_over.items()))
        unmapped = {what: dict(words) for what, words in self.fields.unmapped.items()}
        said = (*notices, *self.fields.notices())
        return Found(
            source_name, content_hash, tables, tuple(self.wrong), dict(self.counts), passed_over, said, unmapped
        )
