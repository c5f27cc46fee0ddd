"""A list of records in a workbook or csv file, found with the care our own templates are read with.

Hidden sheets and other sheets are left out and said, and so are titles, notes and totals; a column that is named but
not there, or there twice, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.intake.cells import as_text, column_letters, is_blank
from toolkit.intake.connect.cells import day_in
from toolkit.intake.connect.columns import Columns, Record
from toolkit.intake.connect.lists import missing_columns
from toolkit.intake.files.raw_sheet import RawSheet, Row, Sheet
from toolkit.intake.problems import rows_notice
from toolkit.intake.review.headings import SEARCHED, Headings, find_headings
from toolkit.intake.review.rows import is_total, sort_rows
from toolkit.intake.review.sheets import choose_sheet
from toolkit.tables import Column, Kind, Table

_KINDS = {"source": Kind.TEXT, "reason": Kind.TEXT, "outcome": Kind.TEXT, "nfa": Kind.YES_NO}
_DAYS = frozenset({"received", "closed", "started", "ended"})


@dataclass(frozen=True, slots=True)
class ReadList:
    """A list, read.

    Attributes
    ----------
    records
        The place of each row and its cells, by what the columns are called in `Columns`.
    notices
        What was left out, and why.
    """

    records: tuple[tuple[str, Record], ...]
    notices: tuple[str, ...]


def read_list(raw: RawSheet, called: str, columns: Columns) -> ReadList:
    """Return the one list of a file whose columns a person named, as they are written there.

    Raises
    ------
    InputError
        When no sheet that is shown has the columns, naming those that are missing or there twice.
    """
    table = _table(columns)
    chosen = choose_sheet(raw, table, _as_written)
    if chosen.headings is None:
        if any(_as_written(sheet, table) for sheet in raw.sheets if sheet.is_hidden):
            raise InputError(f'"{called}" was not read. {" ".join(one.message for one in chosen.problems)}')
        first_rows = [row for sheet in raw.sheets if not sheet.is_hidden for row in sheet.rows[:1]]
        if not first_rows:
            raise InputError(f'"{called}" has no filled cells. Choose the file again.')
        raise _refused(missing_columns(columns.named().values(), _texts(max(first_rows, key=_width)), f'"{called}"'))
    one_of_several = sum(bool(sheet.rows) for sheet in raw.sheets) > 1
    read = _rows_of(chosen.sheet, chosen.headings, table, f'"{called}"', f"{chosen.sheet.name}, " * one_of_several, raw)
    if not read.records:
        raise InputError(f'"{called}" holds no rows under its headings.')
    return ReadList(read.records, (*(one.sentence for one in chosen.notices), *read.notices))


def read_titled_list(
    raw: RawSheet, sheet: Sheet, called: str, columns: Columns, also: Mapping[str, tuple[str, ...]]
) -> ReadList:
    """Return the list of one sheet, whose headings may vary in case, signs, brackets, and as ``also`` says.

    Raises
    ------
    InputError
        Naming the columns that are missing or there twice.
    """
    if not any(not is_blank(cell) for _, cells in sheet.rows for cell in cells):
        return ReadList((), (f"{sheet.name} is empty.",))
    table, what = _table(columns, also), f"{sheet.name} of {called}"
    headings = find_headings(sheet, table)
    if headings is None:
        raise _refused(missing_columns(columns.named().values(), _texts(sheet.rows[0]), what))
    return _rows_of(sheet, headings, table, what, f"{sheet.name}, ", raw)


def _table(columns: Columns, also: Mapping[str, tuple[str, ...]] | None = None) -> Table:
    """Return a list's columns as a table, so that what reads our own tables' headings and rows reads it."""
    needed = columns.needed()
    described = tuple(
        Column(
            part,
            heading,
            Kind.DATE if part in _DAYS else _KINDS.get(part, Kind.IDENTIFIER),
            "",
            is_required=heading in needed,
            synonyms=(also or {}).get(heading, ()),
        )
        for part, heading in columns.named().items()
    )
    return Table("list", "List", "a record", described, ("child",))


def _as_written(sheet: Sheet, table: Table) -> Headings | None:
    """Return the row near the top that has the most of the columns under the very names that were said."""
    best: Headings | None = None
    for row in sheet.rows[:SEARCHED]:
        texts = _texts(row)
        places = {
            column.name: [at for at, text in enumerate(texts) if text == column.label] for column in table.columns
        }
        found = {name: at[0] for name, at in places.items() if at}
        doubled = {name: tuple(at[1:]) for name, at in places.items() if len(at) > 1}
        if found and (best is None or len(found) > len(best.columns)):
            best = Headings(row[0], texts, found, doubled, ())
    return best


def _width(row: Row) -> int:
    return sum(bool(text) for text in _texts(row))


def _texts(row: Row) -> tuple[str, ...]:
    return tuple("" if is_blank(cell) else " ".join(as_text(cell).split()) for cell in row[1])


def _rows_of(sheet: Sheet, headings: Headings, table: Table, what: str, place: str, raw: RawSheet) -> ReadList:
    problems = [
        f'{what} has the column "{table.column(name).label}" more than once '
        f"({' and '.join(column_letters(at) for at in (headings.columns[name], *more))}). Keep one of them."
        for name, more in headings.doubled.items()
    ]
    lacking = [column.label for column in table.columns if column.name not in headings.columns]
    problems += missing_columns(lacking, [text for text in headings.texts if text], what)
    if problems:
        raise _refused(problems)
    rows = sort_rows(sheet, headings, table)
    day = headings.columns.get("received", headings.columns.get("started"))
    totals = [row for row in rows.data if _is_total(row, day)]
    records = []
    left_out = {number for number, _ in totals}
    for number, cells in (row for row in rows.data if row[0] not in left_out):
        if raw.kind == "csv" and len(cells) > len(headings.texts):
            problems.append(
                f"{what}, row {number}, has {len(cells)} cells and there are {len(headings.texts)} headings: a "
                "separator within a value has cut it in two. Put that value in quotation marks."
            )
        record = {
            table.column(name).label: cells[at] if at < len(cells) else None for name, at in headings.columns.items()
        }
        records.append((f"{place}row {number}", record))
    if problems:
        raise _refused(problems[:20])
    notices = [one.sentence for one in rows.notices]
    if totals:
        one, several = "looks like a total and was left out.", "look like totals and were left out."
        notices.append(rows_notice([number for number, _ in totals], one, several).sentence)
    return ReadList(tuple(records), tuple(f"{place.replace(', ', ': ')}{notice}" for notice in notices))


def _is_total(row: Row, day: int | None) -> bool:
    """Return whether a row says that it is a total and has no day, though it fills what a record must have."""
    first = next((cell for cell in row[1] if not is_blank(cell)), None)
    if day is None or not is_total(first):
        return False
    return day_in(row[1][day] if day < len(row[1]) else None).value is None


def _refused(problems: list[str]) -> InputError:
    return InputError(f"{' '.join(problems)} Nothing was stored.")
