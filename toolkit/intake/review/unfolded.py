"""Rows that hold several readings, read as one row a reading: each still problem by problem at its own cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.intake.cells import column_letters, is_blank, visible
from toolkit.intake.files.raw_sheet import RawSheet, Row, Sheet
from toolkit.intake.problems import Notice, Problem, file_problem, listed_rows
from toolkit.intake.review.columns import ReadRows, read_rows
from toolkit.intake.review.context import ReviewContext
from toolkit.intake.review.headings import Headings, heading_problems
from toolkit.intake.review.side_by_side import ScoreColumn
from toolkit.tables import Table
from toolkit.tables.progress_scores import STAGES


def used(headings: Headings, columns: Sequence[ScoreColumn]) -> Headings:
    """Return the headings with the columns of scores and their days known: no column of theirs is unused or doubled."""
    taken = {at for one in columns for at in (one.position, one.day) if at is not None}
    unknown = tuple(at for at in headings.unknown if at not in taken)
    kept = {name: at for name, at in headings.columns.items() if name not in ("score", "scored_on")}
    doubled = {name: at for name, at in headings.doubled.items() if name not in ("score", "scored_on")}
    whole = {**kept, "score": columns[0].position}
    if columns[0].day is not None:
        whole["scored_on"] = columns[0].day
    return replace(headings, columns=whole, doubled=doubled, unknown=unknown)


def unfolded_problems(
    headings: Headings, columns: Sequence[ScoreColumn], table: Table, declared: Mapping[str, str]
) -> list[Problem]:
    """Return what is wrong with the headings of a sheet with scores side by side."""
    said = {column: "said" for column in ("stage", "dimension") if all(getattr(one, column) for one in columns)}
    whole = used(headings, columns)
    known = {**whole.columns, "scored_on": whole.columns.get("scored_on", 0)}
    problems = heading_problems(replace(whole, columns={**known, **dict.fromkeys(said, 0)}), table, declared)
    for one in columns:
        if one.day is None:
            problems.append(_no_day(one, headings))
    meant: dict[tuple[str, str], ScoreColumn] = {}
    for one in columns:
        first = meant.setdefault((one.stage, one.dimension.casefold()), one)
        if first is not one:
            named = " and ".join(_named(column, headings) for column in (first, one))
            problems.append(file_problem(f"Columns {named} both look like the same scores. Keep one of them."))
    return problems


def read_unfolded(
    raw: RawSheet,
    sheet: Sheet,
    headings: Headings,
    columns: Sequence[ScoreColumn],
    rows: Sequence[Row],
    table: Table,
    context: ReviewContext,
) -> tuple[ReadRows, tuple[Row, ...]]:
    """Return the readings of all rows in the order of rows and columns, and the row each is of.

    A score that is blank is no reading: the family has not been scored for it yet. A row with no score at all is read
    for its first column, which then says that the score is missing.
    """
    parts: list[tuple[ReadRows, list[int]]] = []
    for place, one in enumerate(columns):
        chosen = [at for at, (_, cells) in enumerate(rows) if _is_there(cells, one, columns, is_first=place == 0)]
        of_one = one.headings(headings)
        read = read_rows(raw, sheet, of_one, [rows[at] for at in chosen], table, context)
        values = dict(read.values)
        for name in ("stage", "dimension"):
            if value := getattr(one, name):
                values[name] = [value] * len(chosen)
        parts.append((replace(read, values=values), chosen))
    order = sorted((at, place, within) for place, (_, at_) in enumerate(parts) for within, at in enumerate(at_))
    read = _together([part for part, _ in parts], [(place, within) for _, place, within in order], table)
    notices = (_said(headings, columns), *_without_scores(rows, headings, columns), *_one_each(read.notices))
    return replace(read, notices=notices), tuple(rows[at] for at, _, _ in order)


def _is_there(cells: Sequence[object], one: ScoreColumn, columns: Sequence[ScoreColumn], *, is_first: bool) -> bool:
    if _filled(cells, one.position):
        return True
    return is_first and not any(_filled(cells, other.position) for other in columns)


def _filled(cells: Sequence[object], at: int | None) -> bool:
    return at is not None and at < len(cells) and not is_blank(cells[at])  # type: ignore[arg-type]


def _together(parts: Sequence[ReadRows], order: Sequence[tuple[int, int]], table: Table) -> ReadRows:
    names = set.intersection(*(set(part.cells) for part in parts))
    return ReadRows(
        table=table,
        numbers=[parts[place].numbers[within] for place, within in order],
        cells={name: [parts[place].cells[name][within] for place, within in order] for name in sorted(names)},
        positions={},
        values={
            column.name: [parts[place].values[column.name][within] for place, within in order]
            for column in table.columns
        },
        refused={
            column.name: {
                at: parts[place].refused[column.name][within]
                for at, (place, within) in enumerate(order)
                if within in parts[place].refused[column.name]
            }
            for column in table.columns
        },
        notices=tuple(notice for part in parts for notice in part.notices),
        positions_of=[parts[place].positions for place, _ in order],
    )


def _one_each(notices: Sequence[Notice]) -> list[Notice]:
    return list(dict.fromkeys(notices))


def _said(headings: Headings, columns: Sequence[ScoreColumn]) -> Notice:
    read = "; ".join(one.said(headings.texts) for one in columns)
    return Notice(f"Each score of a row was made a row of its own: {read}. Check that this is what they are.")


def _without_scores(rows: Sequence[Row], headings: Headings, columns: Sequence[ScoreColumn]) -> list[Notice]:
    """Return notices of rows that have a day for scores and none of them."""
    notices = []
    for day in sorted({one.day for one in columns if one.has_own_day and one.day is not None}):
        of_day = [one for one in columns if one.day == day]
        scored = [one.position for one in columns]
        bare = [
            number
            for number, cells in rows
            if _filled(cells, day)
            and not any(_filled(cells, one.position) for one in of_day)
            and any(_filled(cells, at) for at in scored)
        ]
        if bare:
            heading = visible(headings.texts[day])
            said = f'Column {column_letters(day)}, "{heading}", has a day without a score in {listed_rows(bare)}'
            notices.append(Notice(f"{said}; nothing was read of it.", tuple(bare)))
    return notices


def _named(one: ScoreColumn, headings: Headings) -> str:
    return f'{column_letters(one.position)} ("{visible(headings.texts[one.position])}")'


def _no_day(one: ScoreColumn, headings: Headings) -> Problem:
    when = STAGES[one.stage][0].lower() + STAGES[one.stage][1:] if one.stage else "scored"
    return file_problem(
        f"Column {_named(one, headings)} holds scores {when}, and no column says on which day they were given. "
        f'Add a column "{(one.stage or "score").capitalize()} date".',
        f"{column_letters(one.position)}{headings.row}",
        headings.row,
        "Date of score",
    )
