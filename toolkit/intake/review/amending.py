"""Rows of a file that are put right in a form: which cells, what they hold, and the file as it is with new ones.

The file itself stays as it was sent; what is reviewed and stored is a copy in which some cells are others. A single
row that a person fills in is made a file of one row, so that there is one way to check anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.intake.cells import Cell, as_text, column_letters, column_position, is_blank, visible
from toolkit.intake.files.raw_sheet import FORM, RawSheet, Row, Sheet
from toolkit.intake.problems import Notice, Problem, listed_rows
from toolkit.intake.review.result import Review
from toolkit.intake.review.rows import sort_rows
from toolkit.intake.review.sheets import choose_sheet
from toolkit.tables import Column, Table

Place = tuple[int, int]
"""A cell: its row's number in Excel, its position from 0."""
_HIDDEN = "not shown"


@dataclass(frozen=True, slots=True)
class CellToMend:
    """One cell of a row that has a problem.

    Attributes
    ----------
    place
        Where it stands.
    label
        What its column is called: as the table calls it, else as the file does.
    column
        The table's column; ``None`` where the file's own means none of them.
    text
        What it holds, as a person would write it; empty where it looks like a name, which is not repeated.
    problem
        What is wrong with it, in sentences; empty where nothing is.
    """

    place: Place
    label: str
    column: Column | None
    text: str
    problem: str = ""

    @property
    def name(self) -> str:
        """Its name in Excel, such as D3."""
        return f"{column_letters(self.place[1])}{self.place[0]}"


@dataclass(frozen=True, slots=True)
class RowToMend:
    """A row that has a problem: its number, its cells in the file's order, and what is wrong with it as a whole."""

    number: int
    cells: tuple[CellToMend, ...]
    problem: str = ""

    @property
    def wrong(self) -> tuple[CellToMend, ...]:
        """The cells that are wrong."""
        return tuple(cell for cell in self.cells if cell.problem)

    @property
    def others(self) -> tuple[CellToMend, ...]:
        """The cells with which nothing is wrong."""
        return tuple(cell for cell in self.cells if not cell.problem)


def rows_to_amend(raw: RawSheet, found: Review) -> tuple[RowToMend, ...]:
    """Return the rows of a reviewed file that have problems; none where the file as a whole has one."""
    chosen = choose_sheet(raw, found.table)
    if chosen.headings is None or any(problem.row is None for problem in found.problems):
        return ()
    columns = {at: found.table.column(name) for name, at in chosen.headings.columns.items()}
    texts = chosen.headings.texts
    labels = {at: columns[at].label if at in columns else visible(text) for at, text in enumerate(texts) if text}
    of_row: dict[int, list[Problem]] = {}
    for problem in found.problems:
        of_row.setdefault(problem.row or 0, []).append(problem)
    rows = dict(chosen.sheet.rows)
    return tuple(_row(number, rows.get(number, ()), of_row[number], labels, columns) for number in sorted(of_row))


def _row(
    number: int, cells: Sequence[Cell], problems: Sequence[Problem], labels: Mapping[int, str],
    columns: Mapping[int, Column],
) -> RowToMend:  # fmt: skip
    wrong: dict[int, list[Problem]] = {}
    whole: list[str] = []
    for problem in problems:
        at = _position(problem)
        if at is not None and at in labels:
            wrong.setdefault(at, []).append(problem)
        else:
            whole.append(problem.message)
    found = tuple(
        CellToMend(
            (number, at),
            label,
            columns.get(at),
            "" if any(one.value.startswith(_HIDDEN) for one in wrong.get(at, ())) else _written(cells, at),
            " ".join(one.message for one in wrong.get(at, ())),
        )
        for at, label in labels.items()
        if at in columns or at in wrong
    )
    return RowToMend(number, found, " ".join(whole))


def _position(problem: Problem) -> int | None:
    letters = problem.cell.rstrip("0123456789")
    return column_position(letters) if letters.isalpha() and letters.isascii() else None


def _written(cells: Sequence[Cell], at: int) -> str:
    return as_text(cells[at]) if at < len(cells) else ""


def amended(raw: RawSheet, table: Table, cells: Mapping[Place, str], without: Collection[int] = ()) -> RawSheet:
    """Return a file with other texts in some cells and without some rows, and a notice that says which.

    Parameters
    ----------
    raw
        The file.
    table
        The table it is to hold: it decides which sheet is meant.
    cells
        What is to stand, as written; a blank text empties the cell.
    without
        Numbers in Excel of rows to be left out.
    """
    chosen = choose_sheet(raw, table)
    if chosen.headings is None or not (cells or without):
        return raw
    rows = tuple(_with_texts(row, cells) for row in chosen.sheet.rows if row[0] not in without)
    sheets = tuple(replace(one, rows=rows) if one is chosen.sheet else one for one in raw.sheets)
    return replace(raw, sheets=sheets, notices=(*raw.notices, Notice(f"{what_was_done(cells, without)}.")))


def _with_texts(row: Row, texts: Mapping[Place, str]) -> Row:
    number, cells = row
    mine = {at: text for (of, at), text in texts.items() if of == number}
    if not mine:
        return row
    width = max(len(cells), *(at + 1 for at in mine))
    found = [cells[at] if at < len(cells) else None for at in range(width)]
    for at, text in mine.items():
        found[at] = None if is_blank(text) else text
    return number, tuple(found)


def what_was_done(cells: Mapping[Place, str], without: Collection[int]) -> str:
    """Return which cells were put right here and which rows taken out, by their names and never by what they hold.

    >>> what_was_done({(3, 3): "4", (5, 0): "F1"}, {8})
    'Put right on the page: D3 and A5. Taken out on the page: row 8'
    """
    parts = []
    names = [f"{column_letters(at)}{row}" for row, at in sorted(cells) if row not in without]
    if names:
        *first, last = names
        before = f"{', '.join(first)} and " if first else ""
        parts.append(f"Put right on the page: {before}{last}")
    if without:
        parts.append(f"Taken out on the page: {listed_rows(sorted(without))}")
    return ". ".join(parts)


def says_declared(raw: RawSheet, table: Table) -> bool:
    """Return whether each row of a file says itself what could be declared of the whole file: nothing is to be asked.

    It is not so of a file whose columns are still to be named.
    """
    chosen = choose_sheet(raw, table)
    if chosen.headings is None:
        return False
    rows = sort_rows(chosen.sheet, chosen.headings, table).data
    for column in table.columns:
        if not (column.is_declared and column.is_required):
            continue
        names = (column.name, column.said_by)
        places = [chosen.headings.columns[name] for name in names if name in chosen.headings.columns]
        if not all(any(_written(cells, at).strip() for at in places) for _, cells in rows):
            return False
    return True


def as_file(table: Table, values: Mapping[str, str], name: str) -> RawSheet:
    """Return what a person filled in, by column, as a file of one row under the table's headings."""
    columns = [column for column in table.columns if column.name in values]
    cells = tuple(None if is_blank(values[column.name]) else values[column.name] for column in columns)
    said = json.dumps([table.name, dict(values)], sort_keys=True)
    rows: tuple[Row, ...] = ((1, tuple(column.label for column in columns)), (2, cells))
    return RawSheet(name, hashlib.sha256(said.encode()).hexdigest(), FORM, (Sheet("", rows),))
