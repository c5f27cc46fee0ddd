"""A form for the rows of a file that have problems: the wrong cells, the others folded, or leave the row out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from toolkit.intake.review.amending import CellToMend, RowToMend
from toolkit.tables.instrument_scale import ONE_TO_FIVE, Instrument
from toolkit.web.pages.upload.work import File, the_work
from toolkit.web.parts.fields import column_field
from toolkit.web.parts.layout import as_it_is, header
from toolkit.web.parts.messages import wrong_here
from toolkit.wording.numbers import counted

MOST = 20
"""Rows in the form at once: with more, it is the file that is to be put right."""


def key_of(file: File, cell: CellToMend) -> str:
    """Return the key of a cell's field."""
    return f"cell-{file.known_by}-{cell.name}"


def show(rows: Sequence[RowToMend], file: File, instruments: Mapping[str, Instrument]) -> None:
    """Draw the form, and take what was written in it: the file is then checked again, and nothing is stored."""
    if not rows:
        return
    header("Put it right here")
    if len(rows) > MOST:
        st.write(f"The first {MOST} of {counted(len(rows), 'row')}. The next come when these are right.")
    on = instruments.get((file.declared or {}).get("instrument", ""), ONE_TO_FIVE)
    cells: list[tuple[CellToMend, str]] = []
    without: list[int] = []
    with st.form(f"put-right-{file.known_by}"):
        for row in rows[:MOST]:
            cells += _row(row, file, on)
            if st.checkbox(f"Leave row {row.number} out", key=f"without-{file.known_by}-{row.number}"):
                without.append(row.number)
        if st.form_submit_button("Check again", type="primary"):
            _take(file, cells, without)


def _row(row: RowToMend, file: File, on: Instrument) -> list[tuple[CellToMend, str]]:
    st.markdown(f"**Row {row.number}**{as_it_is(_whose(row))}")
    if row.problem:
        wrong_here(row.problem)
    written = [(cell, _field(cell, file, on)) for cell in row.wrong]
    if row.others:
        with st.expander(f"Other cells of row {row.number}"):
            written += [(cell, _field(cell, file, on)) for cell in row.others]
    return written


def _whose(row: RowToMend) -> str:
    """Return which row it is, by what is right in it: the family and the day."""
    right = {cell.column.name: cell.text for cell in row.others if cell.column is not None and cell.text}
    told = [right[name] for name in ("family_id", "scored_on") if name in right]
    return f": {', '.join(told)}" if told else ""


def _field(cell: CellToMend, file: File, on: Instrument) -> str:
    if cell.problem:
        wrong_here(f"{cell.name}: {cell.problem}")
    label = f"{cell.label}, row {cell.place[0]}"
    return column_field(cell.column, cell.text, key=key_of(file, cell), label=label, instrument=on)


def _take(file: File, cells: Sequence[tuple[CellToMend, str]], without: Sequence[int]) -> None:
    for cell, text in cells:
        now = cell.column.codes.get(cell.text, cell.text) if cell.column is not None else cell.text
        if text.strip() != now.strip():
            file.cells[cell.place] = text
    file.without = file.without | set(without)
    the_work().next(file=file)
    st.rerun()
