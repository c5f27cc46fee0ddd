"""What a template of scores says of a council's instruments: which they are, what each allows, what values mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.intake.outgoing.safe_cells import write_texts
from toolkit.tables import Column
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import DIRECTIONS

OF_INSTRUMENTS = "instruments.instrument_id"
_LONGEST_NOTE = 8_000


def has_others(instruments: Mapping[str, Instrument]) -> bool:
    """Return whether there is any instrument beside the built-in."""
    return any(not one.is_built_in for one in instruments.values())


def offered(columns: tuple[Column, ...], instruments: Mapping[str, Instrument]) -> dict[str, list[str]]:
    """Return what the drop-downs of columns that name an instrument offer, where there are any to choose from."""
    named = [column.name for column in columns if column.refers_to == OF_INSTRUMENTS]
    return {name: list(instruments) for name in named} if has_others(instruments) else {}


def score_rule(instruments: Mapping[str, Instrument]) -> dict[str, Any]:
    """Return how scores are checked as they are typed: within the widest scale, as a cell's rule cannot ask which."""
    low = min(one.lowest for one in instruments.values())
    high = max(one.highest for one in instruments.values())
    return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}


def score_words(instruments: Mapping[str, Instrument]) -> str:
    """Return what a score may be, instrument by instrument."""
    return " ".join(f"{one.instrument_id}: {one.allowed}." for one in instruments.values())


def anchor_note(instruments: Mapping[str, Instrument]) -> str:
    """Return what the instruments' values mean, a line each; empty where none has anchors."""
    parts = [
        "\n".join([one.name, *(f"{value:g}: {meaning}" for value, meaning in one.anchors)])
        for one in instruments.values()
        if one.anchors
    ]
    return "\n\n".join(parts)[:_LONGEST_NOTE]


def write_instruments(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, row: int, instruments: Mapping[str, Instrument], bold: Format
) -> int:
    """Write the instruments and their anchors on the notes sheet below a row; return the last row written."""
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    row += 2
    write_texts(sheet, row, 0, ("Instrument", "Value", "Meaning", "What it allows"), bold)
    for one in instruments.values():
        row += 1
        write_texts(sheet, row, 0, (one.instrument_id, "", one.name, " ".join(_about(one))), wrapped)
        for value, meaning in one.anchors:
            row += 1
            write_texts(sheet, row, 1, (f"{value:g}", meaning), wrapped)
    return row


def _about(one: Instrument) -> Iterator[str]:
    yield f"{one.allowed[0].upper()}{one.allowed[1:]}."
    if one.higher_is:
        yield f"A higher score is {DIRECTIONS[one.higher_is][0].lower()}{DIRECTIONS[one.higher_is][1:]}."
    if one.dimensions:
        yield f"What is scored: {', '.join(one.dimensions)}."
    if one.is_built_in:
        yield "Leave the instrument empty, or write this."
