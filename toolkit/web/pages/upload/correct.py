"""Putting one stored score right: the family, which of its scores, and the row in a form, checked as any file is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.errors import ToolkitError
from toolkit.intake.cells import as_text
from toolkit.intake.review.result import Review
from toolkit.tables.instrument_scale import ONE_TO_FIVE
from toolkit.tables.progress_scores import STAGES
from toolkit.web.access import ManagerStore
from toolkit.web.access.checked_rows import SCORES, key_of
from toolkit.web.pages.upload import score_history
from toolkit.web.parts.fields import column_field
from toolkit.web.parts.layout import header, page_head
from toolkit.web.parts.messages import Said, done, problems
from toolkit.web.session import act
from toolkit.wording.numbers import uk_date, uk_time

REASONS = ("It was typed wrongly", "It is another family's score", "Our own record was put right")
OFTEN = ("family_id", "scored_on", "stage", "score", "higher_is")
"""What is written wrongly most often; the rest of a row is folded away."""
_TURN, _DONE = "correct-turn", "correct-done"
_KEPT = "The score as it was stays in the record, and the correction can be withdrawn on the page Upload scores."


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "correct")
    page_head("Correct a score", simulated=store.is_simulated)
    top = st.container()
    if (said := st.session_state.get(_DONE)) is not None:
        with top:
            done(said, turn=_turn(), lines=[_KEPT])
    with st.form("find"):
        number = st.text_input("Family number", key="correct-family", autocomplete="off")
        if st.form_submit_button("Find its scores", type="primary"):
            st.session_state.pop(_DONE, None)
            _next()
    if not number.strip():
        return
    rows = store.scores_of(number)
    if rows.empty:
        if _DONE not in st.session_state:
            with top:
                why = "Your centre has no score of a family with this number. Check the number."
                problems("There is a problem: no score found", [Said(why, "correct-family")], turn=_turn())
        return
    names = {place: _named(row) for place, row in enumerate(rows.to_dict("records"))}
    chosen = 0
    if len(rows) > 1:
        chosen = st.radio("Which score", list(names), format_func=lambda at: names[at], key=f"which-{number.strip()}")
    _form(store, person, rows.iloc[int(chosen)].to_dict(), number.strip(), top)


def _named(row: Mapping[Any, Any]) -> str:
    of = "" if row["dimension"] in ("overall", None) else f", {row['dimension']}"
    return f"{uk_date(row['scored_on'])}, {STAGES[row['stage']].lower()}{of}: {row['score']:g}"


def _form(store: ManagerStore, person: Person, row: Mapping[Any, Any], number: str, top: Any) -> None:
    stored = key_of(row)
    on = store.instruments().get(str(stored["instrument"] or ""), ONE_TO_FIVE)
    of = f"{abs(hash(tuple(stored.values())))}-{store.version}"
    header("Put it right")
    with st.form(f"correct-{of}"):
        written = {}
        texts = {column.name: _text(row[column.name]) for column in SCORES.columns} | {"family_id": number}
        fold = st.expander("Who scored, what was scored, and on which scale")
        for column in SCORES.columns:
            if column.name == "centre_id":
                continue  # a score stays its centre's
            key = f"correct-{column.name}-{of}"
            with nullcontext() if column.name in OFTEN else fold:
                written[column.name] = column_field(column, texts[column.name], key=key, instrument=on)
        why = st.selectbox("Why", REASONS, key=f"correct-why-{of}")
        elsewhere = st.checkbox("The family did not register with us, and we did score it.", key=f"elsewhere-{of}")
        pressed = st.form_submit_button("Store the correction", type="primary")
    if pressed:
        _next()
        with top:
            _correct(store, person, stored, written, str(why), of, is_elsewhere=elsewhere)
    score_history.draw(store, stored)


def _text(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return as_text(value.date() if isinstance(value, pd.Timestamp) else value)


def _correct(
    store: ManagerStore, person: Person, stored: Mapping[str, Any], written: Mapping[str, str], why: str, of: str,
    *, is_elsewhere: bool,
) -> None:  # fmt: skip
    try:
        act(store, person, Action.CORRECT, centre_id=str(stored["centre_id"]))
        found = store.checked_row(stored, written)
        lines = _wrong(store, found, of, is_elsewhere=is_elsewhere)
        if lines:
            after = "Nothing was changed."
            problems(f"There is a problem: {len(lines)} to put right", lines, turn=_turn(), after=after)
            return
        given = store.correct(stored, found.rows, why=why)
    except ToolkitError as error:
        problems("Nothing was changed", (), turn=_turn(), before=str(error))
        return
    st.session_state[_DONE] = f"Corrected. Receipt number {given.upload_id}, {uk_time(given.at)}"
    st.rerun()


def _wrong(store: ManagerStore, found: Review, of: str, *, is_elsewhere: bool) -> list[Said]:
    names = {column.label: column.name for column in SCORES.columns}
    lines = [Said(one.message, f"correct-{names.get(one.column, '')}-{of}") for one in found.problems]
    if not lines and not len(found.rows):
        lines = [Said("Fill in the date, the stage and the score.", f"correct-scored_on-{of}")]
    if not lines and not is_elsewhere and store.not_of_centre(found.rows["family_id"]):
        said = "This family did not register with your centre. Check the number, or tick that you did score it."
        lines = [Said(said, f"correct-family_id-{of}")]
    return lines


def _turn() -> str:
    return f"correct-{st.session_state.get(_TURN, 0)}"


def _next() -> None:
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
