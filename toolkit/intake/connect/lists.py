"""Lists of records in columns: each list's columns by the names other systems give them, read row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.connect.builder import Gather, Value

Record = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one kind of list, as a file names them; empty for one that it has not.

    Attributes
    ----------
    child, received, source, nfa, closed, reason, number
        Of referrals.
    started, ended
        Of episodes.
    """

    child: str
    received: str = ""
    source: str = ""
    nfa: str = ""
    closed: str = ""
    reason: str = ""
    number: str = ""
    started: str = ""
    ended: str = ""

    def needed(self) -> tuple[str, ...]:
        """Return the columns without which nothing can be read."""
        return tuple(filter(None, (self.child, self.received, self.source, self.started)))


def check_columns(columns: Columns, there: Iterable[str], what: str) -> None:
    """Check that a list has the columns it needs.

    Raises
    ------
    InputError
        Naming those that are missing, with the closest there are.
    """
    present = list(there)
    missing = [name for name in columns.needed() if name not in present]
    if missing:
        said = " ".join(f'"{name}". {did_you_mean(name, present)}'.rstrip() for name in missing)
        raise InputError(f"{what} has no column {said} Nothing was stored.")


def take_referrals(
    gather: Gather,
    records: Iterable[tuple[str, Record]],
    columns: Columns,
    *,
    in_need: Callable[[Record], bool] = lambda record: False,
) -> None:
    """Take a list of referrals; ``records`` are places and rows."""
    names = (
        columns.received,
        columns.source,
        columns.nfa or "NFA",
        columns.closed or "closed",
        columns.reason or "reason",
    )
    gather.covers.add("referrals")
    silent = frozenset(
        name for name, column in (("closed_on", columns.closed), ("closure_reason", columns.reason)) if not column
    )
    for where, record in records:
        child = gather.child(where, record.get(columns.child), field_name=columns.child)
        if child is None:
            gather.counts["referrals"] += 1
            continue
        gather.referral(
            where,
            child,
            received=record.get(columns.received),
            source=record.get(columns.source),
            nfa=record.get(columns.nfa) if columns.nfa else None,
            closed=record.get(columns.closed) if columns.closed else None,
            reason=record.get(columns.reason) if columns.reason else None,
            was_in_need=in_need(record),
            number=record.get(columns.number) if columns.number else None,
            names=names,
            silent=silent,
        )


def take_episodes(gather: Gather, records: Iterable[tuple[str, Record]], kind: str, columns: Columns) -> None:
    """Take a list of enquiries, plans or times looked after; a row without a start is one that never began."""
    gather.covers.add(kind)
    for where, record in records:
        if not _given(record.get(columns.started)):
            gather.passed_over[f"{kind} without a start"] += 1
            continue
        child = gather.child(where, record.get(columns.child), field_name=columns.child)
        if child is not None:
            ended = record.get(columns.ended) if columns.ended else None
            names = (columns.started, columns.ended or "end")
            gather.episode(
                where, child, kind, started=record.get(columns.started), ended=ended, names=names,
                speaks_of_end=bool(columns.ended),
            )  # fmt: skip


def with_headings(rows: Iterable[tuple[int, tuple[Any, ...]]], place: str) -> Iterator[tuple[str, Record]]:
    """Yield the rows under a heading row as records, each with its place."""
    headings: list[str] | None = None
    for number, cells in rows:
        if headings is None:
            headings = [" ".join(str(cell).split()) if cell is not None else "" for cell in cells]
            continue
        yield f"{place}row {number}", dict(zip(headings, cells, strict=False))


def _given(value: Value) -> bool:
    return value is not None and bool(str(value).strip())
