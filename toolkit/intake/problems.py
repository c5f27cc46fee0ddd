"""What is wrong in a file, said by cell, and what else a person should know about how it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.intake.cells import Cell, column_letters, shown

GROUP_FROM = 16
"""From this many problems in one column they are told as one sentence (the full list is kept)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    Parameters
    ----------
    cell
        The cell in Excel's terms, such as ``D3``; "Row 3" for a row as a whole; empty for the file as a whole.
    row
        The row's number in Excel; None for the file as a whole.
    column
        The column's label; empty where no one column is meant.
    value
        The value as a person sees it; "blank" for nothing.
    expected
        What to do: "Enter a whole number from 1 to 5."
    message
        What is wrong and what to do: "Score is 7. Enter a whole number from 1 to 5."
    """

    cell: str
    row: int | None
    column: str
    value: str
    expected: str
    message: str

    @property
    def sentence(self) -> str:
        """The whole sentence, with the cell: "D3: Score is 7. Enter a whole number from 1 to 5."."""
        return f"{self.cell}: {self.message}" if self.cell else self.message


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about how the file was read, that need not be put right.

    Parameters
    ----------
    message
        One or two plain sentences.
    rows
        The numbers of the rows in Excel it is about, if any.
    """

    message: str
    rows: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """The message."""
        return self.message


def cell_problem(row: int, position: int | None, label: str, cell: Cell, expected: str, value: str = "") -> Problem:
    """Return the problem of one cell.

    Parameters
    ----------
    row
        The row's number in Excel.
    position
        The column's position from 0; None when the file has no such column.
    label
        The column's label.
    cell
        What the cell holds.
    expected
        What to do.
    value
        How the cell's value is shown instead of as it stands (a name is not repeated).
    """
    value = value or shown(cell)
    name = f"Row {row}" if position is None else f"{column_letters(position)}{row}"
    said = label if label.endswith(" is") else f"{label} is"
    return Problem(name, row, label, value, expected, f"{said} {value}. {expected}")


def file_problem(message: str, cell: str = "", row: int | None = None, column: str = "") -> Problem:
    """Return a problem of the file as a whole, or of one of its headings."""
    return Problem(cell, row, column, "", message, message)


def listed_rows(rows: Sequence[int], most: int = 8) -> str:
    """Return row numbers, in order, as a person lists them.

    >>> listed_rows([3]), listed_rows([3, 4, 9]), listed_rows([3, 4, 5, 9])
    ('row 3', 'rows 3, 4 and 9', 'rows 3 to 5 and 9')
    """
    if len(rows) == 1:
        return f"row {rows[0]}"
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    parts: list[tuple[str, int]] = []
    for run in runs:
        parts += [(f"{run[0]} to {run[-1]}", len(run))] if len(run) > 2 else [(str(row), 1) for row in run]
    if len(parts) > most:
        rest = sum(size for _, size in parts[most:])
        return f"rows {', '.join(text for text, _ in parts[:most])} and {rest:,} more"
    *first, last = (text for text, _ in parts)
    return f"rows {', '.join(first)} and {last}" if first else f"rows {last}"


def rows_notice(rows: Sequence[int], one: str, several: str) -> Notice:
    """Return a notice of rows: "Row 3 is blank." or "Rows 3 and 5 are blank.", from the two endings."""
    named = listed_rows(rows)
    return Notice(f"{named[0].upper()}{named[1:]} {one if len(rows) == 1 else several}", tuple(rows))


def grouped(problems: Sequence[Problem]) -> tuple[str, ...]:
    """Return the problems' sentences, those of a column with `GROUP_FROM` or more as one sentence a column."""
    by_column: dict[str, list[Problem]] = {}
    for problem in problems:
        if problem.row is not None and problem.column:
            by_column.setdefault(problem.column, []).append(problem)
    many = {column: _group_sentence(column, found) for column, found in by_column.items() if len(found) >= GROUP_FROM}
    sentences: dict[str, None] = {}
    for problem in problems:
        if problem.column in many and problem.row is not None:
            sentences[many[problem.column]] = None
        else:
            sentences[problem.sentence] = None
    return tuple(sentences)


def _group_sentence(column: str, problems: Sequence[Problem]) -> str:
    rows = sorted({problem.row for problem in problems if problem.row is not None})
    advice: dict[str, int] = {}
    for problem in problems:
        advice[problem.expected] = advice.get(problem.expected, 0) + 1
    most_given = max(advice, key=lambda text: advice[text])
    return f"{column}: {len(problems):,} problems, in {listed_rows(rows)}. {most_given}"
