"""Whether a file says in a column which centre its rows are of: where none does, a person may say it of the whole."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.intake.cells import Cell, column_letters, is_blank, visible
from toolkit.intake.files.raw_sheet import RawSheet, Row
from toolkit.intake.mapping.similarity import alike
from toolkit.intake.review.cell_readers import reader_for
from toolkit.intake.review.context import CENTRE, ReviewContext
from toolkit.intake.review.headings import Headings
from toolkit.intake.review.sheets import choose_sheet
from toolkit.tables import Table

_CALLED_SO = 0.9
"""How near a heading is to the column's own that is taken for it."""
_NAMED = 0.3
"""The share of known centres in a column from which it names centres."""
_LOOKED_AT = 500
_MOST_COLUMNS = 100


def lacks_centres(raw: RawSheet, table: Table, context: ReviewContext) -> bool:
    """Return whether a file has headings, and none of its columns says which centre a row is of.

    A column that is headed nearly as the table's, or holds numbers of centres that are known, says it although it was
    not chosen: its rows may be of other centres, so nothing is said of the whole file over it.
    """
    headings = choose_sheet(raw, table).headings
    if headings is None or CENTRE in headings.columns:
        return False
    return not unchosen_centres(raw, table, context)


def unchosen_centres(raw: RawSheet, table: Table, context: ReviewContext) -> str:
    """Return the unused column that looks like the rows' centres, as in `column B ("Site")`; empty where none does."""
    chosen = choose_sheet(raw, table)
    if chosen.headings is None:
        return ""
    column = table.column(CENTRE)
    reader = reader_for(column, today=context.today)
    known = context.known(column.refers_to) or frozenset()
    for at in chosen.headings.unknown[:_MOST_COLUMNS]:
        text = chosen.headings.texts[at]
        below = _below(chosen.sheet.rows[:_LOOKED_AT], chosen.headings, at)
        named = sum(reader(cell).value in known for cell in below)
        if alike(text, column) >= _CALLED_SO or (named and named >= _NAMED * len(below)):
            return f'column {column_letters(at)} ("{visible(text)}")'
    return ""


def _below(rows: Sequence[Row], headings: Headings, at: int) -> list[Cell]:
    data = (cells for number, cells in rows if number > headings.row and at < len(cells))
    return [cells[at] for cells in data if not is_blank(cells[at])]
