"""The notes sheet of a template: what each column wants, and what each code means."""

from __future__ import annotations

from collections.abc import Mapping

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from toolkit.intake.outgoing.safe_cells import write_text, write_texts
from toolkit.intake.outgoing.template_instruments import OF_INSTRUMENTS, anchor_note, has_others, write_instruments
from toolkit.intake.review.cell_readers import expected
from toolkit.intake.review.sheets import NOTES_TITLE
from toolkit.tables import Kind, Table
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, Instrument

_ADVICE = (
    "Row 2 is an example. Type over it or leave it: an unchanged example is never stored.",
    "Do not change the headings in row 1. Columns with a pale heading may be left empty.",
    "Write days as day/month/year, such as 04/03/2010.",
    "Never enter a person's name: use the family's or child's number.",
    "You may paste rows from another workbook; paste values only, so that the checks stay.",
)


def write_notes(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    table: Table,
    instruments: Mapping[str, Instrument] = ONLY_BUILT_IN,
) -> None:
    """Write the notes of a table on a sheet of a workbook, with the instruments where its rows name one."""
    title = workbook.add_format({"bold": True, "font_size": 14})
    bold = workbook.add_format({"bold": True, "bottom": 1})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 3, 60)
    write_text(sheet, 0, 0, NOTES_TITLE, title)
    write_text(sheet, 1, 0, f"One row is {table.one_row_is}.")
    for row, line in enumerate(_ADVICE, start=2):
        write_text(sheet, row, 0, line)
    row = len(_ADVICE) + 3
    write_texts(sheet, row, 0, ("Heading", "Must be filled in", "What it is", "What to enter"), bold)
    for column in table.columns:
        row += 1
        must = "yes" if column.is_required else "no"
        write_texts(sheet, row, 0, (column.label, must, column.description, expected(column)), wrapped)
    for column in table.columns:
        if column.kind is Kind.CODE:
            row += 2
            write_texts(sheet, row, 0, (column.label, "Code", "Meaning"), bold)
            for code, meaning in column.codes.items():
                row += 1
                write_texts(sheet, row, 1, (code, meaning), wrapped)
    names_one = any(column.refers_to == OF_INSTRUMENTS for column in table.columns)
    if names_one and (has_others(instruments) or anchor_note(instruments)):
        write_instruments(workbook, sheet, row, instruments, bold)
    sheet.protect()
