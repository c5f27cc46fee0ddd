"""Which of a workbook's sheets holds the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toolkit.intake.cells import is_blank
from toolkit.intake.files.raw_sheet import RawSheet, Sheet
from toolkit.intake.problems import Notice, Problem, file_problem
from toolkit.intake.review.headings import Headings, find_headings, no_headings
from toolkit.tables import Table

NOTES_SHEET = "Notes"
NOTES_TITLE = "How to fill in this workbook"
"""What the first cell of our own template's notes sheet says."""
LISTS_SHEET = "Lists"
"""Our own template's hidden sheet of what its drop-downs offer."""


@dataclass(frozen=True, slots=True)
class ChosenSheet:
    """The sheet to read, or the problem of there being none.

    Parameters
    ----------
    sheet
        The sheet; without headings, the first that holds anything.
    headings
        Its headings; None when no visible sheet has them.
    notices
        Why this sheet, where there was a choice.
    problems
        Why none can be read.
    """

    sheet: Sheet
    headings: Headings | None
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()


def choose_sheet(
    raw: RawSheet, table: Table, find: Callable[[Sheet, Table], Headings | None] = find_headings
) -> ChosenSheet:
    """Return the visible sheet whose headings name the most of a table's columns, the first of equals.

    A hidden sheet is never read: when only that has the headings, the person is asked to show it.

    Parameters
    ----------
    raw
        The file.
    table
        The table it is to hold.
    find
        Finds the headings of a sheet; by what our own tables' columns may be called, when not given.
    """
    found: Mapping[int, Headings] = {
        at: headings
        for at, sheet in enumerate(raw.sheets)
        if not is_ours(sheet) and (headings := find(sheet, table)) is not None
    }
    visible = {at: headings for at, headings in found.items() if not raw.sheets[at].is_hidden}
    if not visible:
        return ChosenSheet(_first_filled(raw), None, problems=(_none_visible(raw, found, table),))
    best = max(visible, key=lambda at: (len(visible[at].columns), -at))
    return ChosenSheet(raw.sheets[best], visible[best], notices=_why(raw, best, found))


def is_ours(sheet: Sheet) -> bool:
    """Return whether a sheet is one that our own templates bring along."""
    if sheet.name == LISTS_SHEET and sheet.is_hidden:
        return True
    first = sheet.rows[0][1] if sheet.rows else ()
    return sheet.name == NOTES_SHEET and bool(first) and first[0] == NOTES_TITLE


def _first_filled(raw: RawSheet) -> Sheet:
    filled = [sheet for sheet in raw.sheets if sheet.rows and not sheet.is_hidden and not is_ours(sheet)]
    return filled[0] if filled else Sheet("", ())


def _none_visible(raw: RawSheet, found: Mapping[int, Headings], table: Table) -> Problem:
    if found:
        best = max(found, key=lambda at: (len(found[at].columns), -at))
        return file_problem(
            f'The table is on the hidden sheet "{raw.sheets[best].name}", and hidden sheets are not read. '
            "Show it in Excel (right-click a sheet's tab, Unhide), check it, save and upload it again."
        )
    if not any(not is_blank(cell) for sheet in raw.sheets for _, cells in sheet.rows for cell in cells):
        return file_problem("The file has no filled cells. Choose the file again.")
    return no_headings(table)


def _why(raw: RawSheet, best: int, found: Mapping[int, Headings]) -> tuple[Notice, ...]:
    others = [sheet.name for at, sheet in enumerate(raw.sheets) if at != best and sheet.rows and not is_ours(sheet)]
    if not others:
        return ()
    like = [raw.sheets[at].name for at in found if at != best]
    named = ", ".join(f'"{name}"' for name in others)
    sentence = f'Only the sheet "{raw.sheets[best].name}" was read, not {named}.'
    if like:
        named = ", ".join(f'"{name}"' for name in like)
        sentence += (
            f" {named} {'has' if len(like) == 1 else 'have'} these headings too: upload what is there separately."
        )
    return (Notice(sentence),)
