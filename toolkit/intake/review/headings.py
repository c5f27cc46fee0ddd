"""Which row holds the headings, and which column each heading means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import did_you_mean
from toolkit.intake.cells import Cell, as_text, column_letters, is_blank, visible
from toolkit.intake.files.raw_sheet import Sheet
from toolkit.intake.problems import Problem, file_problem
from toolkit.tables import Column, Table

SEARCHED = 40
"""How many filled rows from the top are searched for the headings."""
WHAT_TO_PUT_RIGHT = "What to put right"
"""The heading of the column that `toolkit.intake.outgoing.left_out` adds; a mended file may still have it."""

_COMPARED = 200
"""Headings compared with one that is missing; a file with more is no table of ours."""
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings of a sheet, read for one table.

    Parameters
    ----------
    row
        Its number in Excel.
    texts
        What each column from A is headed, "" where nothing.
    columns
        The position, from 0, of each of the table's columns that was found, by the column's name.
    doubled
        Further positions headed with what another column already means, by the column's name.
    unknown
        Positions with a heading that means none of the table's columns.
    """

    row: int
    texts: tuple[str, ...]
    columns: Mapping[str, int]
    doubled: Mapping[str, tuple[int, ...]]
    unknown: tuple[int, ...]


def plain(text: str) -> str:
    """Return a heading without case, spaces and punctuation.

    >>> plain("Family  No."), plain("family_no")
    ('familyno', 'familyno')
    """
    return _SIGNS.sub("", text).casefold()


def find_headings(sheet: Sheet, table: Table) -> Headings | None:
    """Return the row near the top whose cells name the most of a table's columns, or None when none does.

    A row is taken for the headings when it names at least two columns, or half of those a row must have; of two that
    name as many the upper one. A heading merged down into that row counts for it.
    """
    best: Headings | None = None
    known = meanings(table)
    enough = min(2, len(table.columns))
    for number, cells in sheet.rows[:SEARCHED]:
        found = _read_row(number, _with_merged(sheet, number, cells), known)
        if len(found.columns) >= enough and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def heading_problems(headings: Headings, table: Table, declared: Mapping[str, str]) -> list[Problem]:
    """Return what is wrong with the headings: required columns missing, two columns that mean the same."""
    problems = []
    for name, positions in headings.doubled.items():
        label = table.column(name).label
        all_positions = (headings.columns[name], *positions)
        named = " and ".join(f'{column_letters(at)} ("{headings.texts[at]}")' for at in all_positions)
        cell = f"{column_letters(positions[0])}{headings.row}"
        problems.append(
            file_problem(f'Columns {named} both mean "{label}". Keep one of them.', cell, headings.row, label)
        )
    for column in table.columns:
        if column.name not in headings.columns and not column.default and column.is_required:
            problem = _missing(column, headings, declared)
            if problem:
                problems.append(file_problem(problem, column=column.label))
    return problems


def no_headings(table: Table) -> Problem:
    """Return the problem of a file without a row of headings."""
    labels = ", ".join(column.label for column in table.columns if column.is_required and not column.is_declared)
    return file_problem(
        f"No row of headings was found. The first row should name the columns: {labels}. The template has them ready."
    )


def is_same_headings(headings: Headings, cells: Sequence[Cell]) -> bool:
    """Return whether a later row repeats the headings, as printed reports do on every page."""
    positions = sorted(headings.columns.values())
    for position in positions[:2]:
        cell = cells[position] if position < len(cells) else None
        if not isinstance(cell, str) or plain(cell) != plain(headings.texts[position]):
            return False
    return len(positions) >= 2


def near_miss(text: str, table: Table, found: Mapping[str, int]) -> str:
    """Return "Did you mean …?" for a heading close to a column that was not found, else ""."""
    labels = [column.label for column in table.columns if column.name not in found]
    return did_you_mean(visible(text), labels) if _is_near(visible(text), labels) else ""


def _is_near(text: str, labels: Sequence[str]) -> bool:
    return did_you_mean(text, labels).startswith("Did you mean")


def _missing(column: Column, headings: Headings, declared: Mapping[str, str]) -> str:
    if declared.get(column.name):
        return ""
    if column.is_declared:
        if column.said_by in {*headings.columns, *(name for name in declared if name)}:
            return ""
        meanings = " or ".join(meaning[0].lower() + meaning[1:] for meaning in column.codes.values())
        return (
            f'The file does not say "{column.label}": {meanings}. Say it when you upload the file, '
            "or add a column that says it in every row."
        )
    close = [at for at in headings.unknown[:_COMPARED] if _is_near(headings.texts[at], [column.label])]
    if close:
        at = close[0]
        return (
            f'There is no column "{column.label}". Column {column_letters(at)} is headed "{headings.texts[at]}": '
            f'if it is that, change its heading to "{column.label}".'
        )
    return f'There is no column "{column.label}". Add it; the template has it ready.'


def meanings(table: Table) -> dict[str, str]:
    """Return the names of a table's columns by what each may be called, as `plain` writes it."""
    known: dict[str, str] = {}
    for column in table.columns:
        for word in (column.label, column.name, *column.synonyms):
            known.setdefault(plain(word), column.name)
    return known


def _read_row(number: int, texts: tuple[str, ...], known: Mapping[str, str]) -> Headings:
    columns: dict[str, int] = {}
    doubled: dict[str, tuple[int, ...]] = {}
    unknown: list[int] = []
    for position, text in enumerate(texts):
        name = known.get(plain(text)) or known.get(plain(_BRACKETED.sub(" ", text)))
        if name is None:
            if text and plain(text) != plain(WHAT_TO_PUT_RIGHT):
                unknown.append(position)
        elif name in columns:
            doubled[name] = (*doubled.get(name, ()), position)
        else:
            columns[name] = position
    return Headings(number, texts, columns, doubled, tuple(unknown))


def _with_merged(sheet: Sheet, number: int, cells: tuple[Cell, ...]) -> tuple[str, ...]:
    texts = ["" if is_blank(cell) else " ".join(as_text(cell).split()) for cell in cells]
    for top, left, bottom, _ in sheet.merged:
        if top < number <= bottom:
            above = next((row for at, row in sheet.rows if at == top), ())
            if left < len(above) and not is_blank(above[left]):
                texts.extend([""] * (left + 1 - len(texts)))
                texts[left] = texts[left] or " ".join(as_text(above[left]).split())
    return tuple(texts)
