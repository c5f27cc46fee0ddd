"""Reading every cell of the columns that were found: values, what is refused, and what needed interpretation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from toolkit.errors import InputError, did_you_mean
from toolkit.intake.cells import Cell, is_blank
from toolkit.intake.files.raw_sheet import RawSheet, Row, Sheet
from toolkit.intake.problems import Notice, Problem, cell_problem, listed_rows
from toolkit.intake.review.cell_readers import expected, lower_first, reader_for
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.headings import Headings
from toolkit.intake.review.reading import SAID, How, Reading
from toolkit.tables import Column, Table

_MOST_MERGED = 500
_PEOPLE = {"family_id": "family", "child_id": "child"}
_IN_MERGED = "It is part of a merged cell: unmerge it and fill in every row. {expected}"


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The data rows of a file, read column by column.

    Parameters
    ----------
    table
        The table they were read for.
    numbers
        The rows' numbers in Excel.
    cells
        What the cells hold, by the name of each column that the file has.
    positions
        Where each of these columns stands, from 0.
    values
        The values by column, for every column of the table; None where blank or refused.
    refused
        By column, the readings that were refused, by the row's place in ``numbers``.
    notices
        What needed interpretation, with counts.
    positions_of
        Where the columns stand for each row in turn, where a row of the sheet was read as several; else empty.
    """

    table: Table
    numbers: Sequence[int]
    cells: Mapping[str, list[Cell]]
    positions: Mapping[str, int]
    values: Mapping[str, list[Any]]
    refused: Mapping[str, Mapping[int, Reading]]
    notices: tuple[Notice, ...]
    positions_of: Sequence[Mapping[str, int]] = ()

    def frame(self) -> pd.DataFrame:
        """Return the values as a frame of objects, one column a column of the table, indexed by row number."""
        return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in self.values.items()}).set_axis(
            list(self.numbers), axis=0
        )

    def problem(self, at: int, name: str, what_to_do: str, hidden: str = "") -> Problem:
        """Return the problem of one cell: ``at`` is the row's place, ``name`` the column's name."""
        cell = self.cells[name][at] if name in self.cells else self.values[name][at]
        label = self.table.column(name).label
        positions = self.positions_of[at] if self.positions_of else self.positions
        return cell_problem(self.numbers[at], positions.get(name), label, cell, what_to_do, hidden)

    def problems(self) -> list[tuple[int, Problem]]:
        """Return the problems of single cells, each with its row's place."""
        return [
            (at, self.problem(at, name, reading.refusal, reading.hidden))
            for name, refused in self.refused.items()
            for at, reading in refused.items()
        ]


def read_rows(
    raw: RawSheet, sheet: Sheet, headings: Headings, rows: Sequence[Row], table: Table, context: ReviewContext
) -> ReadRows:
    """Return the rows' values and refusals, column by column.

    Each distinct cell of a column is read once: a file has few distinct days, centres and scores.

    Raises
    ------
    InputError
        When ``context.declared`` names a column or code that the table does not have.
    """
    check_declared(table, context)
    numbers = [number for number, _ in rows]
    cells: dict[str, list[Cell]] = {}
    values: dict[str, list[Any]] = {}
    refused: dict[str, dict[int, Reading]] = {}
    hows: dict[How, list[tuple[int, str]]] = defaultdict(list)
    for column in table.columns:
        filler, how = _filler(column, context)
        position = headings.columns.get(column.name)
        if position is None:
            whole = context.said_of_file.get(column.name, filler)
            values[column.name], refused[column.name] = [whole] * len(rows), {}
            continue
        cells[column.name] = [row[position] if position < len(row) else None for _, row in rows]
        reader = reader_for(column, today=context.today, counts_from_1904=raw.counts_from_1904)
        blank = Reading(filler, expected(column) if filler is None and column.is_required else "", how)
        read: dict[Any, Reading] = {}
        readings: list[Reading] = []
        for cell in cells[column.name]:
            distinct = (type(cell), cell)
            reading = read.get(distinct)
            if reading is None:
                reading = read[distinct] = blank if is_blank(cell) else _taken(reader(cell), column, context)
            readings.append(reading)
        values[column.name] = [reading.value for reading in readings]
        refused[column.name] = {
            at: _in_merged(reading, sheet, numbers[at], position) if reading.value is None else reading
            for at, reading in enumerate(readings)
            if reading.refusal
        }
        for at, reading in enumerate(readings):
            if reading.how is not None:
                hows[reading.how].append((numbers[at], column.label))
    return ReadRows(table, numbers, cells, headings.columns, values, refused, _notices(hows))


def check_declared(table: Table, context: ReviewContext) -> None:
    """Check that what was declared is something the table asks for.

    Raises
    ------
    InputError
        Naming what is not.
    """
    for name, value in context.declared.items():
        column = table.column(name)
        if not column.is_declared:
            raise InputError(f'"{column.label}" of {table.title.lower()} is said in each row, not of a whole upload.')
        if column.refers_to is not None:
            known = context.known(column.refers_to)
            if known is not None and value not in known:
                raise InputError(f'No {lower_first(column.label)} "{value}" is stored. {did_you_mean(value, known)}')
            continue
        if value not in column.codes:
            raise InputError(f'"{value}" cannot be declared for "{column.label}". {did_you_mean(value, column.codes)}')


def _filler(column: Column, context: ReviewContext) -> tuple[str | None, How | None]:
    if column.name in context.declared:
        return context.declared[column.name], How.DECLARED
    return (column.default, How.DEFAULT) if column.default else (None, None)


def _taken(reading: Reading, column: Column, context: ReviewContext) -> Reading:
    """Return a reading as it is to be stored: under the person's pseudonym, and as was declared."""
    of = _PEOPLE.get(column.name)
    if context.stored_number is not None and of is not None and reading.value is not None:
        return replace(reading, value=context.stored_number(of, reading.value))
    return _agreed(reading, column, context)


def _agreed(reading: Reading, column: Column, context: ReviewContext) -> Reading:
    declared = context.declared.get(column.name)
    if declared is None or reading.value is None or reading.value == declared or column.refers_to is not None:
        return reading  # what is declared of an instrument is compared where its title is known
    return Reading(refusal=f'You declared "{column.codes[declared]}" for the upload. Put one of the two right.')


def _in_merged(reading: Reading, sheet: Sheet, row: int, position: int) -> Reading:
    for top, left, bottom, right in sheet.merged[:_MOST_MERGED]:
        if top <= row <= bottom and left <= position <= right and (row, position) != (top, left):
            return Reading(refusal=_IN_MERGED.format(expected=reading.refusal))
    return reading


def _notices(hows: Mapping[How, list[tuple[int, str]]]) -> tuple[Notice, ...]:
    notices = []
    for how in How:
        found = hows.get(how, [])
        if not found:
            continue
        one, several = SAID[how]
        rows = tuple(sorted({row for row, _ in found}))
        labels = ", ".join(f'"{label}"' for label in dict.fromkeys(label for _, label in found))
        said = one if len(found) == 1 else f"{len(found):,} {several}"
        notices.append(Notice(f"{said} ({labels}, {listed_rows(rows)}).", rows))
    return tuple(notices)
