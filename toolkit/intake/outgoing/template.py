"""The Excel template of a table: locked headings, drop-downs, checks as you type, an example row and notes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.errors import InputError
from toolkit.intake.cells import column_letters
from toolkit.intake.outgoing.safe_cells import new_workbook, write_note, write_text, write_texts
from toolkit.intake.outgoing.template_instruments import anchor_note, has_others, score_rule, score_words
from toolkit.intake.outgoing.template_instruments import offered as of_instruments
from toolkit.intake.outgoing.template_notes import ADVICE, write_notes
from toolkit.intake.review.cell_readers import expected, reader_for
from toolkit.intake.review.dates import EARLIEST, LATEST
from toolkit.intake.review.duplicates import plain_values
from toolkit.intake.review.sheets import LISTS_SHEET, NOTES_SHEET
from toolkit.tables import Column, Kind, Table
from toolkit.tables.instrument_scale import ONLY_BUILT_IN, Instrument

CHECKED_ROWS = 5_000
"""Rows under the headings that have drop-downs and checks."""
PREFILLED_ROWS = 300
"""Rows that carry the centre's number, when one is given."""

_MADE_ON = datetime(2000, 1, 1)  # a fixed day in the file's properties, so that the same template is the same bytes
_LONGEST_MESSAGE = 255
_FAMILY = "family_id"
_LAST_COLUMN = 16_383
_NUMBER_FORMATS = {
    Kind.DATE: "dd/mm/yyyy",
    Kind.MONTH: "mmmm yyyy",
    Kind.WHOLE: "0",
    Kind.DECIMAL: "General",
}
_ALLOWED = {
    name: True
    for name in ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
}


def write_template(
    table: Table,
    path: Path,
    *,
    centre_id: str | None = None,
    instruments: Mapping[str, Instrument] = ONLY_BUILT_IN,
    rows: pd.DataFrame | None = None,
) -> None:
    """Write the template of a table as a workbook. See `template_bytes`.

    Raises
    ------
    InputError
        When the file cannot be written there.
    """
    content = template_bytes(table, centre_id=centre_id, instruments=instruments, rows=rows)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise InputError(f"The template cannot be written to {path}: {error.strerror or error}.") from error


def template_bytes(
    table: Table,
    *,
    centre_id: str | None = None,
    instruments: Mapping[str, Instrument] = ONLY_BUILT_IN,
    rows: pd.DataFrame | None = None,
    families: Sequence[str] = (),
    advice: Sequence[str] = ADVICE,
    banner: str = "",
) -> bytes:
    """Return the template of a table as the bytes of an xlsx workbook; the same template is always the same bytes.

    Parameters
    ----------
    table
        The table.
    centre_id
        A centre's number to fill in on the first rows, where the table has one; a row with nothing else is taken as
        not filled in when the workbook comes back.
    instruments
        Those that scores may name: offered, checked for and explained, with what their values mean.
    rows
        Rows to be filled in below the example, in any of the table's columns, as a store reads them. Read again they
        are the same rows.
    families
        Numbers of families that are offered to choose from; another may be typed, since a family may be scored where
        it did not join.
    advice
        What the notes begin with.
    banner
        What every printed page says at its head; the sheet is then named simulated.
    """
    buffer = io.BytesIO()
    with new_workbook(buffer) as workbook:
        workbook.set_properties({"title": f"{table.title}: template", "comments": banner, "created": _MADE_ON})
        sheet = workbook.add_worksheet((f"Simulated {table.title.lower()}" if banner else table.title)[:31])
        if banner:
            sheet.set_header(f"&C{banner}")
        lists = _write_lists(workbook, table, instruments, families)
        _write_headings(workbook, sheet, table)
        for at, column in enumerate(table.columns):
            _check_as_typed(sheet, at, column, lists.get(column.name, ""), instruments)
            if column.is_on_instrument and (note := anchor_note(instruments)):
                write_note(sheet, 0, at, note)
        _write_example(workbook, sheet, table, centre_id)
        filled = 0 if rows is None else _write_rows(workbook, sheet, table, rows)
        _write_centre(workbook, sheet, table, centre_id, after=filled)
        sheet.freeze_panes(1, 0)
        sheet.protect("", _ALLOWED)
        write_notes(workbook, workbook.add_worksheet(NOTES_SHEET), table, instruments, advice)
        sheet.activate()
    return buffer.getvalue()


def _format_of(workbook: xlsxwriter.Workbook, column: Column, **more: Any) -> Format:
    return workbook.add_format({"num_format": _NUMBER_FORMATS.get(column.kind, "@"), "locked": False, **more})


def _write_headings(workbook: xlsxwriter.Workbook, sheet: Worksheet, table: Table) -> None:
    must = workbook.add_format({"bold": True, "bg_color": "#1D4F76", "font_color": "#FFFFFF", "text_wrap": True})
    may = workbook.add_format({"bold": True, "bg_color": "#D9E6F0", "font_color": "#0B0C0C", "text_wrap": True})
    sheet.set_column(0, _LAST_COLUMN, None, workbook.add_format({"locked": False}))
    sheet.set_row(0, 32)
    for at, column in enumerate(table.columns):
        widest = max([len(column.label), len(column.example), *(len(meaning) for meaning in column.codes.values())])
        sheet.set_column(at, at, min(40, max(14, widest + 3)), _format_of(workbook, column))
        write_text(sheet, 0, at, column.label, must if column.is_required else may)


def _write_lists(
    workbook: xlsxwriter.Workbook, table: Table, instruments: Mapping[str, Instrument], families: Sequence[str]
) -> dict[str, str]:
    """Write what the drop-downs offer to a hidden sheet; return each column's range there.

    A list within the drop-down itself may have 255 characters and no commas: too little for who refers.
    """
    offered = {column.name: list(column.codes.values()) for column in table.columns if column.codes}
    offered |= {column.name: ["yes", "no"] for column in table.columns if column.kind is Kind.YES_NO}
    offered |= of_instruments(table.columns, instruments)
    if families:
        offered |= {column.name: list(families) for column in table.columns if column.name == _FAMILY}
    if not offered:
        return {}
    sheet = workbook.add_worksheet(LISTS_SHEET)
    sheet.hide()
    ranges: dict[str, str] = {}
    for at, (name, words) in enumerate(offered.items()):
        write_texts(sheet, 0, at, words, downwards=True)
        letters = column_letters(at)
        ranges[name] = f"={LISTS_SHEET}!${letters}$1:${letters}${len(words)}"
    return ranges


def _check_as_typed(
    sheet: Worksheet, at: int, column: Column, list_range: str, instruments: Mapping[str, Instrument]
) -> None:
    by_instrument = column.is_on_instrument and has_others(instruments)
    what_to_enter = score_words(instruments) if by_instrument else expected(column)
    rule: dict[str, Any] = {
        "ignore_blank": True,
        "input_title": column.label[:32],
        "input_message": (what_to_enter if by_instrument else column.description)[:_LONGEST_MESSAGE],
        "error_title": column.label[:32],
        "error_message": what_to_enter[:_LONGEST_MESSAGE],
    }
    sheet.data_validation(
        1, at, CHECKED_ROWS, at, rule | (score_rule(instruments) if by_instrument else _criteria(column, list_range))
    )


def _criteria(column: Column, list_range: str) -> dict[str, Any]:
    if list_range:
        rule = {"validate": "list", "source": list_range}
        return rule | {"error_type": "information"} if column.name == _FAMILY else rule
    if column.kind in {Kind.DATE, Kind.MONTH}:
        first, last = (datetime.combine(day, time.min) for day in (EARLIEST, LATEST))
        return {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}
    if column.kind in {Kind.WHOLE, Kind.DECIMAL}:
        kind = "integer" if column.kind is Kind.WHOLE or column.is_on_instrument else "decimal"
        low = -1e9 if column.minimum is None else column.minimum
        high = 1e9 if column.maximum is None else column.maximum
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return {"validate": "any"}


def _write_example(workbook: xlsxwriter.Workbook, sheet: Worksheet, table: Table, centre_id: str | None) -> None:
    for at, column in enumerate(table.columns):
        value = reader_for(column, today=LATEST)(column.example).value if column.example else None
        if centre_id is not None and _is_filled_in(column, table):
            value = centre_id
        style = _format_of(workbook, column, italic=True, font_color="#505A5F")
        _write_value(sheet, 1, at, column, value, style)


def _write_rows(workbook: xlsxwriter.Workbook, sheet: Worksheet, table: Table, rows: pd.DataFrame) -> int:
    """Write rows below the example; return how many."""
    for at, column in enumerate(table.columns):
        if column.name not in rows:
            continue
        style = _format_of(workbook, column)
        for row, value in enumerate(plain_values(rows[column.name], column.kind), start=2):
            if value is not None:
                _write_value(sheet, row, at, column, value, style)
    return len(rows)


def _write_centre(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, table: Table, centre_id: str | None, *, after: int
) -> None:
    """Fill in the centre's number on the first rows that are not filled in already."""
    for at, column in enumerate(table.columns):
        if centre_id is not None and _is_filled_in(column, table):
            plain = _format_of(workbook, column)
            for row in range(2 + after, PREFILLED_ROWS + 1):
                write_text(sheet, row, at, centre_id, plain)


def _is_filled_in(column: Column, table: Table) -> bool:
    return column.name == "centre_id" and table.key != ("centre_id",)


def _write_value(sheet: Worksheet, row: int, at: int, column: Column, value: Any, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, at, None, style)
    elif column.kind in {Kind.DATE, Kind.MONTH}:
        sheet.write_datetime(row, at, datetime.combine(value, time.min), style)
    elif column.kind in {Kind.WHOLE, Kind.DECIMAL}:
        sheet.write_number(row, at, float(value), style)
    elif column.kind is Kind.YES_NO:
        write_text(sheet, row, at, "yes" if value else "no", style)
    else:
        write_text(sheet, row, at, column.codes.get(value, value), style)
