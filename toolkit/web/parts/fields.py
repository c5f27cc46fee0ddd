"""A field for a column of a table: what it is called, what may be written in it, and what stands in it now."""

from __future__ import annotations

import streamlit as st

from toolkit.tables import Column, Kind
from toolkit.tables.instrument_scale import ONE_TO_FIVE, Instrument

_YES_NO = ("yes", "no")


def column_field(
    column: Column | None, text: str, *, key: str, label: str = "", instrument: Instrument = ONE_TO_FIVE
) -> str:
    """Draw a field that holds a text as a file would, and return what stands in it.

    Codes and yes or no are chosen from a list; all else is written, so that what was wrong can be seen and put right.

    Parameters
    ----------
    column
        The column; ``None`` for one that the table does not have.
    text
        What stands in it before anybody writes.
    key
        The field's.
    label
        What it is called in place of the column's label.
    instrument
        What scores of its row are given on.
    """
    name = label or (column.label if column is not None else "")
    if column is not None and column.kind in (Kind.CODE, Kind.YES_NO):
        return _choice(column, text, key, name)
    hint = "" if column is None else _hint(column, instrument)
    return str(st.text_input(f"{name} ({hint})" if hint else name, value=text, key=key, autocomplete="off"))


def _choice(column: Column, text: str, key: str, name: str) -> str:
    options = list(column.codes.values()) if column.codes else list(_YES_NO)
    now = column.codes.get(text, text)
    chosen = st.selectbox(
        name, options, index=options.index(now) if now in options else None, key=key, placeholder="Choose"
    )
    return "" if chosen is None else str(chosen)


def _hint(column: Column, instrument: Instrument) -> str:
    if column.is_on_instrument:
        return instrument.allowed
    if column.kind is Kind.DATE:
        return "day/month/year"
    if column.kind is Kind.MONTH:
        return "month and year"
    if column.kind in (Kind.WHOLE, Kind.DECIMAL):
        return "a number"
    return "" if column.is_required else "may be empty"
