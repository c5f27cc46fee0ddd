"""Which of a file's columns a person chose for each of a table's, held against what each row must have."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from toolkit.errors import InputError
from toolkit.intake.cells import column_letters
from toolkit.intake.files.raw_sheet import RawSheet
from toolkit.intake.mapping.mapping import Proposal, with_columns
from toolkit.intake.mapping.one_centre import unchosen_centres
from toolkit.intake.review.context import CENTRE, ReviewContext
from toolkit.tables import Column, Table

NO_COLUMN = -1
"""The position chosen where a file has no such column."""


def still_missing(table: Table, chosen: Mapping[str, int], *, but: Collection[str] = ()) -> list[str]:
    """Return the labels of the columns that each row must have and that no column of the file was chosen for.

    ``but`` are columns that may be said of the whole file.
    """
    columns = (table.column(name) for name, at in chosen.items() if at == NO_COLUMN and name not in but)
    return [column.label for column in columns if _must(column)]


def by_position(
    raw: RawSheet, table: Table, proposal: Proposal, chosen: Mapping[str, int], context: ReviewContext
) -> dict[int, str]:
    """Return the columns by position.

    Raises
    ------
    InputError
        When one position was chosen for two columns, a column of centres was passed over, or the file cannot be read
        so.
    """
    columns: dict[int, str] = {}
    for name, at in chosen.items():
        if at == NO_COLUMN:
            continue
        if at in columns:
            labels = " and ".join(f'"{table.column(one).label}"' for one in (columns[at], name))
            raise InputError(f"Column {column_letters(at)} was chosen for {labels}. Choose it for one of them.")
        columns[at] = name
    named = with_columns(raw, table, proposal, columns)  # what cannot be read so is said before it is kept
    passed_over = "" if chosen.get(CENTRE, 0) != NO_COLUMN else unchosen_centres(named, table, context)
    if passed_over:
        label = table.column(CENTRE).label
        raise InputError(f'It seems that {passed_over} says which centre a row is of. Choose it for "{label}".')
    return columns


def _must(column: Column) -> bool:
    return column.is_required and not column.default and not column.said_by
