"""Which columns of another system's export stand for a table's columns: proposed here, confirmed by a person.

A proposal weighs the heading (by its meaning, its words and its spelling) and the values under it (by whether the
column's own reader accepts them, and whether the families and centres they name are known). Nothing is read by a
proposal alone: the person confirms it, and the file is then read as if its headings were the template's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.errors import InputError
from toolkit.intake.cells import Cell, as_text, column_letters, is_blank, visible
from toolkit.intake.files.raw_sheet import RawSheet, Row, Sheet
from toolkit.intake.mapping.similarity import alike, confidence
from toolkit.intake.problems import Notice
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.headings import SEARCHED, heading_problems, meanings, plain
from toolkit.intake.review.sheets import choose_sheet, is_ours
from toolkit.intake.review.side_by_side import scales, score_columns
from toolkit.tables import Table
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, Instrument

SAMPLED = 60
"""How many filled cells of a column are tried."""
ENOUGH = 0.4
"""From this confidence a column is proposed."""
SURE = 0.9
LIKELY = 0.65
MOST_COLUMNS = 100
_LOOKED_AT = 5_000
_NOT_USED = "Not used: "
_DIGITS = re.compile(r"[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one column of a file may stand for.

    Parameters
    ----------
    position
        Where it stands, from 0.
    heading
        Its heading.
    column
        The name of the table's column proposed for it; empty for none.
    confidence
        From 0 to 1; 1 where the heading means the column by itself.
    """

    position: int
    heading: str
    column: str
    confidence: float

    @property
    def how_sure(self) -> str:
        """How sure the proposal is, in a word: "sure", "likely", "a guess", or "" where there is none."""
        if not self.column:
            return ""
        return "sure" if self.confidence >= SURE else "likely" if self.confidence >= LIKELY else "a guess"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the columns of a file may stand for.

    Parameters
    ----------
    sheet
        The sheet's position in the workbook.
    row
        The number in Excel of the row taken for the headings.
    suggestions
        One for each column with a heading.
    """

    sheet: int
    row: int
    suggestions: tuple[Suggestion, ...]

    @property
    def columns(self) -> dict[int, str]:
        """The proposed columns' names by position."""
        return {one.position: one.column for one in self.suggestions if one.column}

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings, in the file's order."""
        return tuple(one.heading for one in self.suggestions)


def needs_mapping(
    raw: RawSheet,
    table: Table,
    declared: Mapping[str, str],
    instruments: Mapping[str, Instrument] = ONLY_BUILT_IN,
) -> bool:
    """Return whether a required column of the table is missing, and the file has columns that may be it."""
    chosen = choose_sheet(raw, table)
    if chosen.headings is None:
        return any(len(cells) > 1 for sheet in _visible(raw) for _, cells in sheet.rows)
    if score_columns(chosen.sheet, chosen.headings, table, scales(instruments, declared, chosen.headings)):
        return False
    return bool(chosen.headings.unknown) and any(
        not problem.cell for problem in heading_problems(chosen.headings, table, declared)
    )


def propose(raw: RawSheet, table: Table, context: ReviewContext | None = None) -> Proposal | None:
    """Return what the file's columns may stand for: of its visible sheets and first rows, those that fit best.

    Parameters
    ----------
    raw
        The file.
    table
        The table it is to be stored in.
    context
        What is known of families and centres, and today.

    Returns
    -------
    Proposal | None
        None when no row has two cells of words that could be headings.
    """
    context = context or ReviewContext()
    best: tuple[float, Proposal] | None = None
    for at, sheet in enumerate(raw.sheets):
        if sheet.is_hidden or is_ours(sheet):
            continue
        row = _heading_row(sheet, table)
        if row is None:
            continue
        suggestions = _suggestions(raw, sheet, row, table, context)
        total = sum(one.confidence for one in suggestions if one.column)
        if best is None or total > best[0]:
            best = total, Proposal(at, row[0], suggestions)
    return best[1] if best else None


def with_columns(raw: RawSheet, table: Table, proposal: Proposal, columns: Mapping[int, str]) -> RawSheet:
    """Return the file as if its headings were the template's, with a notice of what was read as what.

    Parameters
    ----------
    raw
        The file.
    table
        The table.
    proposal
        What says which sheet and row hold the headings.
    columns
        The column's name by position, as the person confirmed it. A position without one is not used, whatever its
        heading says.

    Raises
    ------
    InputError
        When two positions are given for one column, naming them.
    """
    _check_once(table, proposal, columns)
    sheet = raw.sheets[proposal.sheet]
    rows = tuple((n, _headed(cells, table, columns) if n == proposal.row else cells) for n, cells in sheet.rows)
    sheets = list(raw.sheets)
    sheets[proposal.sheet] = replace(sheet, rows=rows)
    read = [
        f'"{visible(one.heading)}" as "{table.column(columns[one.position]).label}"'
        for one in proposal.suggestions
        if columns.get(one.position) and plain(one.heading) != plain(table.column(columns[one.position]).label)
    ]
    notices = (*raw.notices, Notice(f"Read as you said: {', '.join(read)}.")) if read else raw.notices
    return replace(raw, sheets=tuple(sheets), notices=notices)


def _check_once(table: Table, proposal: Proposal, columns: Mapping[int, str]) -> None:
    headings = {one.position: visible(one.heading) for one in proposal.suggestions}
    for name in set(columns.values()):
        positions = sorted(at for at, column in columns.items() if column == name)
        if len(positions) > 1:
            named = " and ".join(f'{column_letters(at)} ("{headings.get(at, "")}")' for at in positions)
            raise InputError(f'Columns {named} are both said to be "{table.column(name).label}". Choose one of them.')


def _headed(cells: tuple[Cell, ...], table: Table, columns: Mapping[int, str]) -> tuple[Cell, ...]:
    known = meanings(table)
    headed: list[Cell] = []
    for at, cell in enumerate(cells):
        if name := columns.get(at):
            headed.append(table.column(name).label)
        elif not is_blank(cell) and plain(as_text(cell)) in known:
            headed.append(_NOT_USED + as_text(cell))
        else:
            headed.append(cell)
    return tuple(headed)


def _visible(raw: RawSheet) -> list[Sheet]:
    return [sheet for sheet in raw.sheets if not sheet.is_hidden and not is_ours(sheet)]


def _heading_row(sheet: Sheet, table: Table) -> Row | None:
    """Return the row whose words are nearest to the table's; of equals the upper one."""
    best: tuple[float, Row] | None = None
    for number, cells in sheet.rows[:SEARCHED]:
        words = [" ".join(cell.split()) for cell in cells[:MOST_COLUMNS] if isinstance(cell, str) and _is_wordy(cell)]
        filled = sum(not is_blank(cell) for cell in cells)
        if len(words) < 2 or len(words) < 0.7 * filled or len(set(words)) < len(words):
            continue
        near = sum(max(alike(text, column) for column in table.columns) for text in words)
        if best is None or near > best[0] + 0.5:
            best = near, (number, cells)
    return best[1] if best else None


def _is_wordy(text: str) -> bool:
    # A family's number or a day is no heading, however little is known of the words beside it.
    return any(sign.isalpha() for sign in text) and not _DIGITS.search(text)


def _suggestions(raw: RawSheet, sheet: Sheet, row: Row, table: Table, context: ReviewContext) -> tuple[Suggestion, ...]:
    number, cells = row
    texts = {at: " ".join(as_text(cell).split()) for at, cell in enumerate(cells) if not is_blank(cell)}
    below = [one for at, one in sheet.rows if at > number][:_LOOKED_AT]
    ranked = sorted(
        (
            (confidence(text, _sample(below, at), column, raw, context), at, column.name)
            for at, text in list(texts.items())[:MOST_COLUMNS]
            for column in table.columns
        ),
        key=lambda one: (-one[0], one[1]),
    )
    given: dict[int, tuple[str, float]] = {}
    taken: set[str] = set()
    for likely, at, name in ranked:
        if likely >= ENOUGH and at not in given and name not in taken:
            given[at] = name, likely
            taken.add(name)
    return tuple(Suggestion(at, text, *given.get(at, ("", 0.0))) for at, text in texts.items())


def _sample(rows: Sequence[tuple[Cell, ...]], position: int) -> list[Cell]:
    found: list[Cell] = []
    for cells in rows:
        if position < len(cells) and not is_blank(cells[position]):
            found.append(cells[position])
            if len(found) == SAMPLED:
                break
    return found
