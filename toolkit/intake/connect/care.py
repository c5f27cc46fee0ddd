"""Times in care: the dataset has an episode for each placement and legal status, we keep one for a period of care."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from toolkit.intake.cells import is_blank
from toolkit.intake.connect.builder import Gather
from toolkit.intake.connect.columns import Columns, Record

_STARTED = "S"
"""The reason of an episode with which a period of care begins (SSDA903)."""
_GOES_ON = "X1"
"""The reason of an episode's end when another follows on the same day (SSDA903)."""


@dataclass(frozen=True, slots=True)
class CareColumns:
    """What the dataset calls what tells periods of care apart, besides the child, the start and the end.

    Attributes
    ----------
    entered
        The day the child entered care.
    period
        The number of the period of care.
    start_reason, end_reason
        Why the episode began and ended (SSDA903 codes).
    """

    entered: str
    period: str
    start_reason: str
    end_reason: str


@dataclass(frozen=True, slots=True)
class _Episode:
    child: str
    start: date
    end: date | None
    entered: date | None
    period: str
    start_reason: str
    end_reason: str


def take_care(
    gather: Gather, records: Iterable[tuple[str, Record]], columns: Columns, care: CareColumns
) -> tuple[str, ...]:
    """Keep each period of care as one, from the first entry to the last leaving; return what a person should know.

    Episodes are of one period when they have the day of entering care in common; without that, the number of the
    period; without either, when one follows on the other within a day and is not itself a start. A child of whom an
    episode cannot be read is left out with all its care: a period with a part missing has no sure end.
    """
    gather.covers.add("looked_after")
    by_child: dict[str, list[_Episode]] = {}
    broken: set[str] = set()
    for where, record in records:
        if is_blank(record.get(columns.started)):
            gather.passed_over["looked_after without a start"] += 1
            continue
        child = gather.child(where, record.get(columns.child), field_name=columns.child)
        if child is None:
            continue
        episode = _read(gather, where, child, record, columns, care)
        if episode is None:
            broken.add(child)
        else:
            by_child.setdefault(child, []).append(episode)
    gather.in_part.update(broken)
    went_on = 0
    for child, episodes in by_child.items():
        if child in broken:
            continue
        for period in _periods(episodes):
            last = max(period, key=lambda one: (one.start, one.end or date.max))
            goes_on = last.end_reason.upper() == _GOES_ON
            went_on += goes_on and last.end is not None
            ends = [one.end for one in period if one.end is not None]
            end = None if last.end is None or goes_on else max(ends)
            gather.keep(child, "looked_after", min(one.entered or one.start for one in period), end)
    if went_on:
        return (
            f"{went_on:,} periods of care end with the reason {_GOES_ON} (another episode follows) and none follows: "
            "they are kept as going on.",
        )
    return ()


def _read(
    gather: Gather, where: str, child: str, record: Record, columns: Columns, care: CareColumns
) -> _Episode | None:
    fields, before = gather.fields, len(gather.wrong)
    start = fields.day(where, columns.started, record.get(columns.started), required=True)
    end = fields.day(where, columns.ended, record.get(columns.ended))
    entered = fields.day(where, care.entered, record.get(care.entered))
    period = fields.number(where, care.period, record.get(care.period))
    if start is not None and end is not None and end < start:
        todo = f"Put {columns.started} or {columns.ended} right."
        fields.note(where, columns.ended, "ended before it began", f"{end:%d/%m/%Y}", todo)
    if start is not None and entered is not None and start < entered:
        todo = f"Put {columns.started} or {care.entered} right."
        fields.note(where, care.entered, "the episode began before the child entered care", f"{entered:%d/%m/%Y}", todo)
    if start is None or len(gather.wrong) > before:
        return None
    began, ceased = (str(record.get(name) or "").strip() for name in (care.start_reason, care.end_reason))
    return _Episode(child, start, end, entered, period or "", began, ceased)


def _periods(episodes: list[_Episode]) -> Iterator[list[_Episode]]:
    """Yield a child's episodes by the period of care they are of."""
    ordered = sorted(episodes, key=lambda one: (one.start, one.end or date.max))
    entered_of: dict[str, set[date]] = {}
    for one in ordered:
        if one.period and one.entered is not None:
            entered_of.setdefault(one.period, set()).add(one.entered)
    found: dict[date | str | int, list[_Episode]] = {}
    last: _Episode | None = None
    chain = 0
    for one in ordered:
        known = entered_of.get(one.period, set())
        key: date | str | int
        if one.entered is not None:
            key = one.entered
        elif len(known) == 1:
            key = next(iter(known))
        elif one.period:
            key = one.period
        else:
            chain += not _follows(one, last)
            key = chain
            last = one
        found.setdefault(key, []).append(one)
    yield from found.values()


def _follows(one: _Episode, last: _Episode | None) -> bool:
    if last is None or one.start_reason.upper() == _STARTED:
        return False
    return last.end is not None and one.start <= last.end + timedelta(days=1)
