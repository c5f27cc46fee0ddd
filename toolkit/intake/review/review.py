"""Reviewing a spreadsheet for a table: every problem by its cell, what is good, and what is left out and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from toolkit.intake.cells import Cell, column_letters
from toolkit.intake.files.raw_sheet import FORM, RawSheet, Row
from toolkit.intake.problems import Notice, Problem, file_problem, listed_rows, rows_notice
from toolkit.intake.review.cell_readers import reader_for
from toolkit.intake.review.columns import ReadRows, check_declared, read_rows
from toolkit.intake.review.context import CENTRE, ReviewContext
from toolkit.intake.review.duplicates import compare_with_stored, repeats_within, stored_frame
from toolkit.intake.review.frames import good_frame, left_out_frame
from toolkit.intake.review.headings import Headings, heading_problems, near_miss
from toolkit.intake.review.on_instruments import anchor_problems, on_instruments
from toolkit.intake.review.references import is_centre, reference_problems
from toolkit.intake.review.result import Review, Summary
from toolkit.intake.review.rows import SortedRows, sort_rows
from toolkit.intake.review.score_notices import score_notices
from toolkit.intake.review.sheets import ChosenSheet, choose_sheet
from toolkit.intake.review.side_by_side import ScoreColumn, scales, score_columns
from toolkit.intake.review.unfolded import read_unfolded, unfolded_problems, used
from toolkit.tables import Table
from toolkit.tables.checks import CHECKS
from toolkit.tables.instrument_scale import ONLY_BUILT_IN

__all__ = ["Review", "ReviewContext", "Summary", "review"]

ALREADY_STORED = "Already stored, the same."
MOST_ROWS = 150_000
"""Rows reviewed at once. So many, wrong in every cell, are reviewed and written to be mended in under a gigabyte."""
MOST_NAMED = 30
"""Unused columns are named one by one up to this many."""
_READINGS = 1_000
_ROW = re.compile(r"\bRow (\d+)\b")
EXAMPLE = "The template's example row."


def review(raw: RawSheet, table: Table, context: ReviewContext | None = None) -> Review:
    """Return a review of a spreadsheet for a table: all problems at once, nothing silently dropped.

    Parameters
    ----------
    raw
        The spreadsheet, as `toolkit.intake.files.spreadsheet.read_sheet` returns it.
    table
        The table it is to be stored in.
    context
        What to compare with; nothing but the calendar when not given.

    Raises
    ------
    InputError
        When what the context declares is not something the table asks for. What is wrong in the file never raises.
    """
    context = context or ReviewContext()
    check_declared(table, context)
    chosen = choose_sheet(raw, table)
    if chosen.headings is None:
        return _nothing_read(raw, table, chosen)
    headings = chosen.headings
    if len(chosen.sheet.rows) > MOST_ROWS:
        return _nothing_read(raw, table, replace(chosen, problems=(_too_many(chosen.sheet.rows),)))
    folded = score_columns(
        chosen.sheet, headings, table, scales(context.instruments or ONLY_BUILT_IN, context.declared, headings)
    )
    of_file = _heading_problems(headings, folded, table, context)
    headings = used(headings, folded) if folded else headings
    rows = sort_rows(chosen.sheet, headings, table)
    if raw.kind != FORM:  # what a person fills in is no template
        rows = _without_example(rows, headings, table, context)
    data = rows.data
    if folded:
        read, data = read_unfolded(raw, chosen.sheet, chosen.headings, folded, rows.data, table, context)
    else:
        read = read_rows(raw, chosen.sheet, headings, rows.data, table, context)
    read = on_instruments(read, context)
    by_row, stored = _row_problems(read, data, headings, raw, context)
    reasons = _reasons(by_row, of_file, stored, len(data))
    good = [at for at in range(len(data)) if at not in reasons]
    left = _left_out(rows, data, reasons)
    already_stored = tuple(dict.fromkeys(read.numbers[at] for at in sorted(stored)))
    in_order = sorted(by_row, key=lambda found: _place(found, headings, table))
    return Review(
        table=table,
        source_name=raw.name,
        content_hash=raw.content_hash,
        rows=good_frame(read, good),
        row_numbers=tuple(read.numbers[at] for at in good),
        problems=(*of_file, *(problem for _, problem in in_order)),
        notices=(
            *raw.notices,
            *chosen.notices,
            *_of_one_centre(headings, table, context),
            *_ignored(headings, table, rows.data, raw),
            *rows.notices,
            *_of_what_came(rows.data, already_stored),
            *read.notices,
            *score_notices(read, stored_frame(context.existing, table), context),
        ),
        left_out=left_out_frame(left, headings.texts),
        rows_read=len(rows.data) + len(rows.set_aside),
        already_stored=already_stored,
    )


def _heading_problems(
    headings: Headings, folded: Sequence[ScoreColumn], table: Table, context: ReviewContext
) -> list[Problem]:
    if folded:
        return unfolded_problems(headings, folded, table, context.said_of_file)
    return heading_problems(headings, table, context.said_of_file)


def _of_one_centre(headings: Headings, table: Table, context: ReviewContext) -> Iterable[Notice]:
    if context.all_of is not None and CENTRE in table.names and CENTRE not in headings.columns:
        label = table.column(CENTRE).label
        yield Notice(f'All rows were taken as being of {context.all_of.called}: the file has no column "{label}".')


def _left_out(rows: SortedRows, data: Sequence[Row], reasons: Mapping[int, str]) -> list[tuple[Row, str]]:
    """Return the sheet's rows that are left out, each once with every reason: a row may hold several readings."""
    of_row: dict[int, tuple[Row, dict[str, None]]] = {}
    for at, reason in reasons.items():
        of_row.setdefault(data[at][0], (data[at], {}))[1][reason] = None
    return [*rows.set_aside, *((row, " ".join(said)) for row, said in of_row.values())]


def _without_example(rows: SortedRows, headings: Headings, table: Table, context: ReviewContext) -> SortedRows:
    if not rows.data or not _is_example(rows.data[0], headings, table, context):
        return rows
    example, *data = rows.data
    notice = Notice(f"Row {example[0]} is the template's example and was left out.", (example[0],))
    return SortedRows(tuple(data), (*rows.set_aside, (example, EXAMPLE)), (*rows.notices, notice))


def _of_what_came(data: Sequence[Row], already_stored: Sequence[int]) -> Iterable[Notice]:
    if already_stored:
        yield rows_notice(
            already_stored,
            "is already stored, the same, and was left out.",
            "are already stored, the same, and were left out.",
        )
    if not data:
        yield Notice("There are no rows of data under the headings.")


def _row_problems(
    read: ReadRows, data: Sequence[Row], headings: Headings, raw: RawSheet, context: ReviewContext
) -> tuple[list[tuple[int, Problem]], set[int]]:
    stored_rows = stored_frame(context.existing, read.table)
    same, of_store = compare_with_stored(read, stored_rows, takes_later=context.takes_later)
    found = [*read.problems(), *reference_problems(read, context), *of_store, *repeats_within(read, same)]
    found += anchor_problems(read, context)
    if raw.kind == "csv":
        found += _too_wide(data, headings)
    found += _of_checks(read, stored_rows)
    return found, same - {at for at, _ in found}


def _of_checks(read: ReadRows, stored: pd.DataFrame) -> Iterator[tuple[int, Problem]]:
    """Yield what the table's checks find, with its place.

    Checks tell rows by number. Where a row holds several readings, each has its row's number times `_READINGS` and its
    place on top, and what a check says of "Row …" is turned back.
    """
    frame = read.frame()
    places = {number: at for at, number in enumerate(read.numbers)}
    if read.positions_of:
        places = {number * _READINGS + at % _READINGS: at for at, number in enumerate(read.numbers)}
        frame = frame.set_axis(list(places), axis=0)
    for check in CHECKS[read.table.name]:
        for finding in check.find(frame, stored):
            at, said = places[finding.row], finding.sentence
            if read.positions_of:
                said = _ROW.sub(lambda found: f"Row {int(found[1]) // _READINGS}", said)
            yield at, read.problem(at, finding.column, said)


def _too_wide(data: Sequence[Row], headings: Headings) -> Iterable[tuple[int, Problem]]:
    width = len(headings.texts)
    for at, (number, cells) in enumerate(data):
        if len(cells) > width:
            yield (
                at,
                file_problem(
                    f"The row has {len(cells)} cells and there are {width} headings. A separator within a value has "
                    "cut it in two: put that value in quotation marks, or save the file as an Excel Workbook (.xlsx).",
                    f"Row {number}",
                    number,
                ),
            )


def _is_example(row: Row, headings: Headings, table: Table, context: ReviewContext) -> bool:
    """Return whether a row is the template's example, unchanged but for the centre's number."""
    _, cells = row
    for column in table.columns:
        if is_centre(column) and table.key != (column.name,):
            continue
        position = headings.columns.get(column.name)
        if position is None and column.came_later:
            continue  # a template of before the column
        if position is None:
            return False
        cell: Cell = cells[position] if position < len(cells) else None
        reader = reader_for(column, today=context.today)
        written = reader(column.example).value if column.example else None
        if (None if cell is None else reader(cell).value) != written:
            return False
    return True


def _ignored(headings: Headings, table: Table, data: Sequence[Row], raw: RawSheet) -> Iterable[Notice]:
    for at in headings.unknown[:MOST_NAMED]:
        near = near_miss(headings.texts[at], table, headings.columns)
        yield Notice(f'Column {column_letters(at)}, "{headings.texts[at]}", is not used. {near}'.rstrip())
    if len(headings.unknown) > MOST_NAMED:
        yield Notice(f"And {len(headings.unknown) - MOST_NAMED:,} more columns are not used.")
    unheaded: dict[int, list[int]] = {}
    for number, cells in data:
        for at, cell in enumerate(cells):
            if cell is not None and (at >= len(headings.texts) or not headings.texts[at]):
                unheaded.setdefault(at, []).append(number)
    for at, rows in list(unheaded.items())[:MOST_NAMED]:
        if raw.kind != "csv" or at < len(headings.texts):
            yield Notice(
                f"Column {column_letters(at)} has no heading and is not used ({listed_rows(rows)}).", tuple(rows)
            )
    if len(unheaded) > MOST_NAMED:
        yield Notice(f"And {len(unheaded) - MOST_NAMED:,} more columns without a heading are not used.")


def _place(found: tuple[int, Problem], headings: Headings, table: Table) -> tuple[int, int]:
    at, problem = found
    positions = {table.column(name).label: position for name, position in headings.columns.items()}
    return at, positions.get(problem.column, len(headings.texts))


def _reasons(
    by_row: Iterable[tuple[int, Problem]], of_file: Sequence[Problem], stored: set[int], rows: int
) -> Mapping[int, str]:
    """Return why each row that is not good is left out, by its place."""
    messages: dict[int, list[str]] = {at: [] for at in range(rows)} if of_file else {}
    for at, problem in by_row:
        messages.setdefault(at, []).append(problem.sentence)
    for_all = [problem.message for problem in of_file]
    reasons = {at: " ".join([*said, *for_all]) for at, said in messages.items()}
    for at in stored:
        reasons.setdefault(at, ALREADY_STORED)
    return dict(sorted(reasons.items()))


def _nothing_read(raw: RawSheet, table: Table, chosen: ChosenSheet) -> Review:
    reason = " ".join(problem.message for problem in chosen.problems)
    # The rows of a file too large to be reviewed are not handed back either: the person has the file.
    left = [(row, reason) for row in chosen.sheet.rows] if len(chosen.sheet.rows) <= MOST_ROWS else []
    empty = ReadRows(table, [], {}, {}, {name: [] for name in table.names}, {}, ())
    return Review(
        table=table,
        source_name=raw.name,
        content_hash=raw.content_hash,
        rows=good_frame(empty, []),
        row_numbers=(),
        problems=chosen.problems,
        notices=(*raw.notices, *chosen.notices),
        left_out=left_out_frame(left, ()),
        rows_read=len(chosen.sheet.rows),
    )


def _too_many(rows: Sequence[Row]) -> Problem:
    return file_problem(
        f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} are taken at once. Split it into parts, a period each."
    )
