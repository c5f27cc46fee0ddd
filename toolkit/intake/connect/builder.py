"""Gathering records one at a time: each is judged, given its pseudonyms, and kept as a row, or as what is wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import pandas as pd

from toolkit.intake.connect.codes import CLOSURE_REASONS, closure_of, outcome_of, source_of, yes_or_no
from toolkit.intake.connect.result import Found, Wrong
from toolkit.intake.connect.same_referral import Record, Referrals, repeats_in
from toolkit.intake.origin import NO_FILE, PART, Origin
from toolkit.intake.pseudonyms import Key
from toolkit.intake.review.dates import EARLIEST, read_date
from toolkit.tables import table as table_named

Value = str | date | int | float | None
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
    wrong, counts, passed_over
        As `Found` has them.
    origin
        What the file is and, where it says so, as of what day.
    covers
        What it is a list of: "referrals" and kinds of episodes.
    """

    key: Key
    today: date
    wrong: list[Wrong] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    passed_over: Counter[str] = field(default_factory=Counter)
    origin: Origin = NO_FILE
    covers: set[str] = field(default_factory=set)
    _referrals: Referrals = field(default_factory=Referrals)
    _episodes: dict[tuple[str, str, date], date | None] = field(default_factory=dict)
    _silent: set[tuple[str, str, date]] = field(default_factory=set)  # episodes of whose end nothing is said
    _in_part: set[str] = field(default_factory=set)  # children of whom a record was left out
    _lasting: dict[str, str] = field(default_factory=dict)  # a child's pseudonym → what no change of key changes

    def child(self, where: str, number: Value, *, field_name: str) -> str | None:
        """Return a child's pseudonym, or note that the number is missing."""
        text = _text(number)
        if not text:
            self._note(where, field_name, "it is missing", "blank", "Give the child's own number of your system.")
            return None
        child = self.key.pseudonym("child", text)
        self._lasting[child] = self.key.of_oldest("child", text)
        return child

    def referral(
        self,
        where: str,
        child: str,
        *,
        received: Value,
        source: Value,
        nfa: Value = None,
        closed: Value = None,
        reason: Value = None,
        was_in_need: bool = False,
        number: Value = None,
        names: tuple[str, str, str, str, str],
        silent: frozenset[str] = frozenset(),
        node: str = "",
    ) -> None:
        """Take a referral, or note everything that is wrong with it.

        Parameters
        ----------
        where
            The record, for messages.
        child
            The child's pseudonym.
        received, source, nfa, closed, reason
            As the file has them; without any column of sources they are unknown.
        was_in_need
            Whether a plan or an enquiry followed.
        number
            The source system's own number of the referral, where it has one.
        names
            What the file calls received, source, nfa, closed and reason.
        silent
            The columns of the store that the file has none for.
        node
            Which of the file's entries for the child it is in, where one entry holds several referrals.
        """
        self.counts["referrals"] += 1
        before = len(self.wrong)
        of_received, of_source, of_nfa, of_closed, of_reason = names
        day = self._day(where, of_received, received, required=True)
        closed_on = self._day(where, of_closed, closed)
        code = source_of(_text(source)) if of_source else _UNKNOWN
        if code is None:
            todo = "Give the census code of who referred, 1A to 10."
            self._note(where, of_source, "it is not a source of the census", _text(source) or "blank", todo)
        no_action = yes_or_no(_text(nfa)) if _text(nfa) else None
        self.counts["no further action"] += bool(no_action)
        if _text(nfa) and no_action is None:
            self._note(where, of_nfa, "it is neither yes nor no", _text(nfa), "Give true or false, 1 or 0, Y or N.")
        closure = closure_of(_text(reason)) if _text(reason) else None
        if _text(reason) and (closure is None or closure not in CLOSURE_REASONS):
            self._note(where, of_reason, "it is not a reason of the census", _text(reason), "Give RC1 to RC9.")
        if day is not None and closed_on is not None and closed_on < day:
            todo = f"Put {of_received} or {of_closed} right."
            self._note(where, of_closed, "closed before it was received", f"{closed_on:%d/%m/%Y}", todo)
        if len(self.wrong) > before or day is None or code is None:
            self._in_part.add(child)
            return
        outcome = outcome_of(nfa=no_action, closure=closure, was_in_need=was_in_need)
        speaks_of = {"source", "closed_on", "closure_reason"} - silent - (set() if of_source else {"source"})
        speaks_of |= ({"outcome"} if outcome else set()) | ({"nfa"} if no_action is not None else set())
        own = _text(number)
        record = Record(child, day, code, outcome, closed_on, closure, _signs(*sorted(speaks_of)), own, node)
        if not self._referrals.take(record):
            self._in_part.add(child)
            why = "it was met before in this file with other values"
            self._note(where, "the referral's number", why, own, "Give each its own.")

    def episode(
        self, where: str, child: str, kind: str, *, started: Value, ended: Value = None, names: tuple[str, str],
        speaks_of_end: bool = True,
    ) -> None:  # fmt: skip
        """Take an enquiry, plan or time looked after; the same one met twice is one, until the later end."""
        self.counts[kind] += 1
        before = len(self.wrong)
        start, end = self._day(where, names[0], started, required=True), self._day(where, names[1], ended)
        if start is None or len(self.wrong) > before:
            self._in_part.add(child)
        if start is None:
            return
        if end is not None and end < start:
            self._in_part.add(child)
            todo = f"Put {names[0]} or {names[1]} right."
            self._note(where, names[1], "ended before it began", f"{end:%d/%m/%Y}", todo)
            return
        known = self._episodes.get((child, kind, start))
        self._episodes[child, kind, start] = max(filter(None, (known, end)), default=None)
        if not speaks_of_end:
            self._silent.add((child, kind, start))

    def found(
        self, source_name: str, content_hash: str, notices: tuple[str, ...] = (), *, as_of: date | None = None
    ) -> Found:
        """Return all that was gathered; ``as_of`` is the day the file speaks of, where whoever imports it says so."""
        said: dict[str, tuple[str, ...]] = {}
        both = list(self._referrals.rows(self.key, self._lasting, self._in_part))
        referrals = pd.DataFrame([row for row, _ in both], columns=list(table_named("referrals").names))
        said["referrals"] = tuple(signs for _, signs in both)
        rows = [(child, kind, start, end) for (child, kind, start), end in self._episodes.items()]
        episodes = pd.DataFrame(rows, columns=list(table_named("episodes").names))
        said["episodes"] = tuple(self._of_episode(key, end) for key, end in self._episodes.items())
        tables = {name: frame for name, frame in (("referrals", referrals), ("episodes", episodes)) if len(frame)}
        days = [day for row, _ in both for day in (row[2], row[5]) if isinstance(day, date)]
        days += [day for row in rows for day in row[2:] if day is not None]
        origin = replace(self.origin, covers=frozenset(self.covers)).dated(days, given=as_of)
        told = (*notices, *repeats_in(self._referrals), *filter(None, [origin.sentence]))
        return Found(
            source_name, content_hash, tables, tuple(self.wrong), dict(self.counts),
            dict(sorted(self.passed_over.items())), told, {name: said[name] for name in tables}, origin,
        )  # fmt: skip

    def _of_episode(self, key: tuple[str, str, date], end: date | None) -> str:
        signs = ["started_on"] if key in self._silent and end is None else ["ended_on"]
        return ",".join([*signs, *([PART] if key[0] in self._in_part else [])])

    def _day(self, where: str, name: str, value: Value, *, required: bool = False) -> date | None:
        if not _text(value):
            if required:
                self._note(where, name, "it is missing", "blank", "Give the day.")
            return None
        text = _text(value)
        cell = text[:10] if isinstance(value, str) and len(text) > 10 and text[10:11] in "T " else value
        read = read_date(cell if not isinstance(cell, str) else cell.strip())
        day = read.value
        if not isinstance(day, date):
            self._note(where, name, "it is not a day", text, "Give it as yyyy-mm-dd or dd/mm/yyyy.")
            return None
        if not EARLIEST <= day <= self.today:
            why = "it is still to come" if day > self.today else f"it is before {EARLIEST.year}"
            self._note(where, name, why, f"{day:%d/%m/%Y}", "Put the day right.")
            return None
        return day

    def _note(self, where: str, name: str, why: str, value: str, todo: str) -> None:
        self.wrong.append(Wrong(where, name, why, value[:60], todo))


@cache
def _signs(*names: str) -> frozenset[str]:
    """Return one and the same set for the same names: a file has few, and many records."""
    return frozenset(names)


def _text(value: Value) -> str:
    if value is None or value != value:  # an empty cell, or not a number
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
