"""Asking what a file's scores were given on: which scale, and which way it runs. Nothing is assumed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import BUILT_IN, DIRECTIONS
from toolkit.web.parts.layout import as_it_is

IN_EACH_ROW = "in each row"


def ask(instruments: Mapping[str, Instrument], *, known_by: str) -> Mapping[str, str] | None:
    """Draw the questions and return what is declared of the whole file; None while something is still to be said.

    Where the store has only the built-in scale, it asks for the direction alone. Of another instrument the direction
    is known. A file that says the instrument in each row declares nothing: each row is then read as it says.
    ``known_by`` is the file's: each is asked about by itself.
    """
    chosen = BUILT_IN if len(instruments) < 2 else _scale(instruments, known_by)
    if chosen is None:
        return None
    if chosen == IN_EACH_ROW:
        return {}
    instrument = instruments[chosen]
    if not instrument.is_built_in:
        st.write(as_it_is(f"On {instrument.name}, a higher score is {_direction(instrument)}."))
        return {"instrument": instrument.instrument_id, "higher_is": instrument.higher_is}
    direction = st.radio(
        "On your scale, a higher score is",
        list(DIRECTIONS),
        format_func=lambda code: DIRECTIONS[code],
        index=None,
        key=f"direction-{known_by}",
    )
    if direction is None:
        return None
    said = {"higher_is": str(direction)}
    return said if len(instruments) < 2 else {**said, "instrument": BUILT_IN}


def said(declared: Mapping[str, str], instruments: Mapping[str, Instrument]) -> str:
    """Return in words what was declared of a file; empty where nothing was."""
    number, direction = declared.get("instrument", BUILT_IN), declared.get("higher_is", "")
    if number != BUILT_IN:
        return f'"{instruments[number].name}"' if number in instruments else ""
    return f'"{DIRECTIONS[direction]}"' if direction in DIRECTIONS else ""


def warn_of_change(before: Mapping[str, str], now: Mapping[str, str], instruments: Mapping[str, Instrument]) -> None:
    """Warn where another thing is said of a file than the centre said last time of one with these headings."""
    last, here = said(before, instruments), said(now, instruments)
    if last and here and last != here:
        st.warning(
            as_it_is(
                f"You said {here} of this file. Last time, for a file with these headings, your centre said {last}. "
                "Check which is right before you store anything."
            )
        )


def _scale(instruments: Mapping[str, Instrument], known_by: str) -> str | None:
    words = {number: as_it_is(f"{one.name}: {one.allowed}") for number, one in instruments.items()}
    words[BUILT_IN] = "The scale from 1 to 5"
    words[IN_EACH_ROW] = 'The file says it, in a column "Instrument"'
    return st.radio(
        "The scores were given on",
        list(words),
        format_func=lambda key: words[key],
        index=None,
        key=f"scored-on-{known_by}",
    )


def _direction(instrument: Instrument) -> str:
    return f"{DIRECTIONS[instrument.higher_is][0].lower()}{DIRECTIONS[instrument.higher_is][1:]}"
