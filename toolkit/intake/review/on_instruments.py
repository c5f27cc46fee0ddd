"""Scores read on the instruments that their rows name: which one, its direction, its dimensions, its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from toolkit.intake.cells import is_blank, visible
from toolkit.intake.problems import Notice, Problem, listed_rows, rows_notice
from toolkit.intake.review.cell_readers import expected
from toolkit.intake.review.columns import ReadRows
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.points import read_points
from toolkit.intake.review.reading import Reading
from toolkit.tables.instrument_scale import ONE_TO_FIVE, ONLY_BUILT_IN, Instrument, named_among
from toolkit.tables.instruments import INSTRUMENT_ANCHORS
from toolkit.tables.progress_scores import BUILT_IN, PROGRESS_SCORES

_TOUCHED = ("instrument", "score", "dimension", "higher_is")


def on_instruments(read: ReadRows, context: ReviewContext) -> ReadRows:
    """Return rows of scores with each read on its instrument; rows of other tables as they are.

    An instrument may be written by its number or its title, and is stored by its number; its direction need not be
    said in the file, and its dimensions are stored as it writes them. What it does not allow is refused, each at its
    cell. An instrument that is not known stays as written, for `references` to refuse; where none is known at all
    (a file checked without a store) its scores are not held against it, and a notice says so.
    """
    if read.table.name != PROGRESS_SCORES.name:
        return read
    if "instrument" not in read.cells and not any(read.values["instrument"]):
        notices = _of_built_in(read, context)
        return replace(read, notices=(*read.notices, *notices))
    rows = _Rows(read, context)
    for at in range(len(read.numbers)):
        rows.take(at)
    return _with_direction(rows.read())


def anchor_problems(read: ReadRows, context: ReviewContext) -> Iterator[tuple[int, Problem]]:
    """Yield the anchors of values that their instrument does not have, with the row's place."""
    if read.table.name != INSTRUMENT_ANCHORS.name or context.instruments is None:
        return
    both = zip(read.values["instrument_id"], read.values["value"], strict=True)
    for at, (number, value) in enumerate(both):
        instrument = context.instruments.get(number or "")
        if instrument is not None and value is not None and not instrument.allows(value):
            yield at, read.problem(at, "value", instrument.expected)


class _Rows:
    """The rows as they are gone through, one at a time."""

    def __init__(self, read: ReadRows, context: ReviewContext) -> None:
        self._read, self._declared = read, context.declared
        self._known = ONLY_BUILT_IN if context.instruments is None else context.instruments
        self._is_checked = context.instruments is not None
        self._values: dict[str, list[Any]] = {name: list(read.values[name]) for name in _TOUCHED}
        self._refused: dict[str, dict[int, Reading]] = {name: dict(read.refused[name]) for name in _TOUCHED}
        self._unchecked: list[int] = []
        self._found: dict[str, Instrument | None] = {}

    def take(self, at: int) -> None:
        """Read one row on its instrument."""
        if at in self._refused["instrument"]:
            return
        said = self._values["instrument"][at]
        instrument = self._instrument(said)
        if instrument is None:
            if not self._is_checked:
                self._unchecked.append(self._read.numbers[at])
            self._take_unknown(at)
            return
        declared = self._instrument(self._declared.get("instrument"))
        if "instrument" in self._declared and declared is not instrument:
            name = visible((declared or ONE_TO_FIVE).name)
            self._refuse(at, "instrument", f'You declared "{name}" for the upload. Put one of the two right.')
            return
        self._values["instrument"][at] = None if instrument.is_built_in else instrument.instrument_id
        if not instrument.is_built_in:
            self._direct(at, instrument)
            self._score(at, instrument)
        self._dimension(at, instrument)

    def read(self) -> ReadRows:
        """Return the rows."""
        notices = list(self._read.notices)
        if self._unchecked:
            notices.append(
                Notice(
                    "Scores that name an instrument were not held against it, as none is known here: check the file "
                    f"with --store ({listed_rows(sorted(set(self._unchecked)))}).",
                    tuple(sorted(set(self._unchecked))),
                )
            )
        values, refused = {**self._read.values, **self._values}, {**self._read.refused, **self._refused}
        return replace(self._read, values=values, refused=refused, notices=tuple(notices))

    def _instrument(self, said: str | None) -> Instrument | None:
        if said is None:
            return self._known.get(BUILT_IN, ONE_TO_FIVE)
        if said not in self._found:
            self._found[said] = named_among(said, self._known)
        return self._found[said]

    def _take_unknown(self, at: int) -> None:
        """Leave a row as it is whose instrument is not known: what it would allow cannot be said."""
        self._refused["score"].pop(at, None)
        if self._is_empty(at, "score"):
            self._refuse(at, "score", expected(PROGRESS_SCORES.column("score")))
        if self._is_empty(at, "higher_is"):
            self._refused["higher_is"].pop(at, None)

    def _direct(self, at: int, instrument: Instrument) -> None:
        given = self._values["higher_is"][at]
        if given is None and self._is_empty(at, "higher_is"):
            self._refused["higher_is"].pop(at, None)
            self._values["higher_is"][at] = instrument.higher_is
        elif given is not None and given != instrument.higher_is:
            self._refuse(at, "higher_is", instrument.other_direction())

    def _score(self, at: int, instrument: Instrument) -> None:
        if "score" not in self._read.cells:
            return
        if self._is_empty(at, "score"):
            before = self._refused["score"].get(at, Reading()).refusal
            built_in = expected(PROGRESS_SCORES.column("score"))
            self._refuse(at, "score", before.replace(built_in, instrument.expected) or instrument.expected)
            return
        reading = read_points(self._read.cells["score"][at], instrument)
        self._values["score"][at] = reading.value
        self._refused["score"].pop(at, None)
        if reading.refusal:
            self._refused["score"][at] = reading

    def _dimension(self, at: int, instrument: Instrument) -> None:
        given = self._values["dimension"][at]
        if given is None:
            return
        written = instrument.dimension(given)
        if written is None:
            self._refuse(at, "dimension", instrument.not_a_dimension(visible(given)))
        else:
            self._values["dimension"][at] = written

    def _is_empty(self, at: int, name: str) -> bool:
        return name not in self._read.cells or is_blank(self._read.cells[name][at])

    def _refuse(self, at: int, name: str, what_to_do: str) -> None:
        self._values[name][at] = None
        self._refused[name][at] = Reading(refusal=what_to_do)


def _with_direction(read: ReadRows) -> ReadRows:
    """Refuse rows of which nothing says what a higher score is: the file has no such column and they no instrument."""
    column = PROGRESS_SCORES.column("higher_is")
    if column.name in read.cells or all(read.values[column.name]):
        return read
    refused = dict(read.refused[column.name])
    for at, value in enumerate(read.values[column.name]):
        is_on_built_in = read.values["instrument"][at] is None and at not in read.refused["instrument"]
        if value is None and at not in refused and is_on_built_in:
            refused[at] = Reading(refusal=expected(column))
    return replace(read, refused={**read.refused, column.name: refused})


def _of_built_in(read: ReadRows, context: ReviewContext) -> Iterator[Notice]:
    """Yield that scores are taken for the built-in scale's where a council has other instruments and a file no word."""
    others = set(context.instruments or ()) - {BUILT_IN}
    if others and not context.declared.get("instrument") and read.numbers:
        yield rows_notice(
            list(dict.fromkeys(read.numbers)),
            "names no instrument, and was read on the built-in scale from 1 to 5.",
            "name no instrument, and were read on the built-in scale from 1 to 5.",
        )
