"""Which rows under the headings are data, and which are totals, notes, repeated headings or not filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.intake.cells import Cell, is_blank, shown
from toolkit.intake.files.raw_sheet import Row, Sheet
from toolkit.intake.problems import Notice, rows_notice
from toolkit.intake.review.headings import Headings, is_same_headings
from toolkit.tables import Kind, Table
from toolkit.tables.progress_scores import PREFILLED, PROGRESS_SCORES

_TOTAL = re.compile(
    r"(grand|sub|overall|running)?\s*-?\s*totals?(\s*[:(=].*|\s+(for|of|rows?|families|scores?|number|count)\b.*)?"
    r"|(sum|average|mean|median|count|number of \w+)\s*:?",
    re.IGNORECASE,
)
_NOTE_FROM_WORDS = 2
_LONGEST_TOTAL = 200

TOTAL = "A total, not a row of data."
NOTE = "A note, not a row of data."
HEADINGS = "The headings again, not a row of data."
ELSEWHERE = "Nothing in the columns that are read."

_SAID = {
    TOTAL: ("looks like a total ({}) and was left out.", "look like totals ({}) and were left out."),
    NOTE: ("looks like a note ({}) and was left out.", "look like notes ({}) and were left out."),
    HEADINGS: ("repeats the headings and was left out.", "repeat the headings and were left out."),
    ELSEWHERE: (
        "has nothing in the columns that are read ({}) and was left out.",
        "have nothing in the columns that are read ({}) and were left out.",
    ),
}


@dataclass(frozen=True, slots=True)
class SortedRows:
    """The rows under the headings.

    Parameters
    ----------
    data
        Rows to be read.
    set_aside
        Rows that are not data, each with the reason.
    notices
        What was set aside, by row.
    """

    data: tuple[Row, ...]
    set_aside: tuple[tuple[Row, str], ...]
    notices: tuple[Notice, ...]


def sort_rows(sheet: Sheet, headings: Headings, table: Table) -> SortedRows:
    """Return the rows under the headings, data apart from what is not; blank rows are neither, but are noticed."""
    columns = [(table.column(name), at) for name, at in headings.columns.items()]
    required = {at for column, at in columns if column.is_required}
    in_words = {at for column, at in columns if column.kind is Kind.TEXT}
    centre, prefilled = _prefilled(headings, table, required)
    data: list[Row] = []
    aside: list[tuple[Row, str]] = []
    unfilled: list[int] = []
    unscored: list[int] = []
    for number, cells in sheet.rows:
        filled = [at for at, cell in enumerate(cells) if not is_blank(cell)] if number > headings.row else []
        if not filled:
            continue
        if centre is not None and filled == [centre]:
            unfilled.append(number)
        elif centre in filled and prefilled.issuperset(filled):
            unscored.append(number)
        elif reason := _not_data(cells, filled, required, in_words, headings):
            aside.append(((number, cells), reason))
        else:
            data.append((number, cells))
    return SortedRows(tuple(data), tuple(aside), tuple(_notices(sheet, headings, data, aside, unfilled, unscored)))


def _prefilled(headings: Headings, table: Table, required: set[int]) -> tuple[int | None, set[int]]:
    """Return where the centre stands, and all that our own templates come with: the centre, or a family to score."""
    if table.key == ("centre_id",) or len(required) <= 2:
        return None, set()
    names = PREFILLED if table.name == PROGRESS_SCORES.name else ("centre_id",)
    positions = {headings.columns[name] for name in names if name in headings.columns}
    return headings.columns.get("centre_id"), positions


def is_total(cell: Cell) -> bool:
    """Return whether a cell says that its row is a total."""
    return isinstance(cell, str) and _TOTAL.fullmatch(" ".join(cell[:_LONGEST_TOTAL].split())) is not None


def _not_data(
    cells: Sequence[Cell], filled: Sequence[int], required: set[int], in_words: set[int], headings: Headings
) -> str:
    """Return why a row is no data, or "" when it is, perhaps with a gap."""
    first = cells[filled[0]]
    if isinstance(first, str) and is_same_headings(headings, cells):
        return HEADINGS
    if required.issubset(filled):
        return ""
    if is_total(first):
        return TOTAL
    is_alone = len(filled) == 1 and filled[0] not in in_words
    if is_alone and isinstance(first, str) and len(first.split()) >= _NOTE_FROM_WORDS:
        return NOTE
    return "" if set(filled) & set(headings.columns.values()) else ELSEWHERE


def _notices(
    sheet: Sheet,
    headings: Headings,
    data: Sequence[Row],
    aside: Sequence[tuple[Row, str]],
    unfilled: Sequence[int],
    unscored: Sequence[int],
) -> Iterator[Notice]:
    above = [number for number, cells in sheet.rows if number < headings.row and not all(map(is_blank, cells))]
    if above:
        yield rows_notice(above, "is above the headings and was not read.", "are above the headings and were not read.")
    for reason, (one, several) in _SAID.items():
        rows = [row for row, why in aside if why == reason]
        texts = _first_texts(rows)
        if rows:
            yield rows_notice([number for number, _ in rows], one.format(texts), several.format(texts))
    if unfilled:
        yield rows_notice(
            unfilled,
            "has only the centre number and was taken as not filled in.",
            "have only the centre number and were taken as not filled in.",
        )
    if unscored:
        yield rows_notice(
            unscored,
            "names a family and gives no date, stage or score, and was taken as not filled in.",
            "name a family and give no date, stage or score, and were taken as not filled in.",
        )
    blank = _blank_between(sheet, headings, data)
    if blank:
        yield rows_notice(blank, "is blank and was skipped.", "are blank and were skipped.")


def _first_texts(rows: Sequence[Row]) -> str:
    texts = dict.fromkeys(shown(next(cell for cell in cells if not is_blank(cell))) for _, cells in rows)
    return ", ".join(list(texts)[:3])


def _blank_between(sheet: Sheet, headings: Headings, data: Sequence[Row]) -> list[int]:
    if not data:
        return []
    last = data[-1][0]
    filled = {number for number, cells in sheet.rows if headings.row < number <= last and not all(map(is_blank, cells))}
    if len(filled) == last - headings.row:
        return []
    return [number for number in range(headings.row + 1, last) if number not in filled]
