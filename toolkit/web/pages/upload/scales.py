"""The scales that scores may be given on, and adding one of the centre's own: a form with what its values mean."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.errors import ToolkitError
from toolkit.intake.review.anchors_written import anchors_written
from toolkit.tables.instrument_scale import Instrument
from toolkit.tables.progress_scores import DIRECTIONS
from toolkit.web.access import ManagerStore
from toolkit.web.access.checked_rows import INSTRUMENTS
from toolkit.web.parts.fields import column_field
from toolkit.web.parts.layout import header, page_head, table
from toolkit.web.parts.messages import Said, done, problems
from toolkit.web.session import act

_TURN, _DONE = "scales-turn", "scales-done"
_LABELS = {"name": "Scale", "number": "Number", "allowed": "A score is", "higher": "A higher score is"}


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "scales")
    page_head("Scales", simulated=store.is_simulated)
    turn = st.session_state.setdefault(_TURN, 0)
    if (said := st.session_state.get(_DONE)) is not None:
        done(f"Added: {said}", turn=f"scales-{turn}", lines=["Every centre of the county can now score on it."])
    top = st.container()
    header("Scales you can score on")
    table(_listed(store.instruments()), "The county's scales", _LABELS)
    header("Add another scale")
    st.write(
        "A scale is added for the whole county, and never changed here. If it is wrong, tell the early intervention "
        "lead before anyone scores on it."
    )
    with st.form(f"scale-{turn}"):
        written = {
            column.name: column_field(column, "", key=f"scale-{column.name}-{turn}", label=_label(column.name))
            for column in INSTRUMENTS.columns
        }
        meanings = st.text_area("What its values mean, one a line (may be empty). As: 1: stuck", key=f"meant-{turn}")
        pressed = st.form_submit_button("Add the scale", type="primary")
    if pressed:
        st.session_state[_TURN] = turn  # the fields keep what is in them
        with top:
            _add(store, person, written, meanings, turn)


def _label(name: str) -> str:
    column = INSTRUMENTS.column(name)
    such = f", such as {column.example}" if column.example and not column.codes else ""
    return f"{column.label}{such}"


def _listed(instruments: Mapping[str, Instrument]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [one.name for one in instruments.values()],
            "number": list(instruments),
            "allowed": [one.allowed for one in instruments.values()],
            "higher": [DIRECTIONS.get(one.higher_is, "Said with each file") for one in instruments.values()],
        }
    )


def _add(store: ManagerStore, person: Person, written: Mapping[str, str], meanings: str, turn: int) -> None:
    known_by = f"scales-{turn}-{abs(hash((*written.values(), meanings)))}"
    try:
        act(store, person, Action.ADD_INSTRUMENT)
        found = store.checked_instrument(written)
        names = {column.label: column.name for column in INSTRUMENTS.columns}
        lines = [Said(one.message, f"scale-{names.get(one.column, '')}-{turn}") for one in found.problems]
        if found.already_stored:
            lines = [Said("This scale is stored already, the same.", f"scale-instrument_id-{turn}")]
        if lines or not len(found.rows):
            lines = lines or [Said("Fill in the form.", f"scale-instrument_id-{turn}")]
            after = "Nothing was added."
            problems(f"There is a problem: {len(lines)} to put right", lines, turn=known_by, after=after)
            return
        store.add_instrument(found.rows, anchors_written(meanings, str(found.rows["instrument_id"].iloc[0])))
    except ToolkitError as error:
        problems("Nothing was added", (), turn=known_by, before=str(error))
        return
    st.session_state[_DONE] = str(found.rows["title"].iloc[0])
    st.session_state[_TURN] = turn + 1
    st.rerun()
