"""The plan that is chosen: what differs from the one registered, every key with its help, and how to change it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, may_do
from toolkit.errors import ToolkitError
from toolkit.publish.bundle.protocol_diff import plan_changes
from toolkit.studies.preregistration import registered_text
from toolkit.studies.protocol import Protocol
from toolkit.studies.protocol_editing import explained
from toolkit.web.access import AnalystStore, ResultsStore
from toolkit.web.parts.layout import as_it_is, sentence, table
from toolkit.web.session import act
from toolkit.wording.numbers import uk_date

_KEYS = {"key": "Key", "value": "Here", "set": "Set here", "help": "What it is"}
_CHANGES = {"key": "Key", "change": "From the one registered to this"}


def draw(store: ResultsStore, person: Person, file: Path, protocol: Protocol) -> None:
    """Draw the plan of a run that is to be started; its change and its registration only for analysts."""
    said = st.session_state.pop(_said(protocol.question), None)
    if said is not None:
        (st.success if said[0] else st.error)(as_it_is(said[1]).replace("\n", "  \n"))
    is_registered = _against_register(file, protocol)
    with st.expander("The plan, key by key"):
        rows = pd.DataFrame(explained(protocol))
        shown = rows.assign(set=["yes" if own else "" for own in rows["own"]])[list(_KEYS)]
        table(shown, "A key that is not set here has the house's value", _KEYS)
    if not (may_do(person, Action.CHANGE_PLAN) and isinstance(store, AnalystStore)):
        return
    with st.expander("Change the plan"):
        key = f"plan-{protocol.question}-{protocol.hash[:16]}"
        st.text_area("The plan, as its file has it", protocol.text, height=420, key=key)
        st.button("Check and keep the change", on_click=_save, args=(store, person, file, protocol, key))
    if not is_registered:
        why = f"why-registered-{protocol.question}"
        if protocol.registered.entries:
            st.text_input("Why the plan changed", key=why, help="It stands in the register for good.")
        st.button("Register this plan", on_click=_register, args=(store, person, file, why))


def _against_register(file: Path, protocol: Protocol) -> bool:
    """Say whether the plan stands in the register, and what differs from the newest that does."""
    entries = protocol.registered.entries
    if not entries:
        sentence("This plan was never registered. Its answer could not be published.")
        return False
    last = entries[-1]
    if last.hash == protocol.hash:
        sentence(f"This plan was registered on {uk_date(last.on)}.")
        return True
    sentence(f"This plan is not the one that was registered on {uk_date(last.on)}. Register it before it is run.")
    before = registered_text(file.parent, protocol.question, last.hash)
    changes = pd.DataFrame() if before is None else plan_changes(before, protocol.text)
    if len(changes):
        table(changes[list(_CHANGES)], "What differs", _CHANGES)
    elif before is not None:
        sentence("They differ only in comments or layout.")
    return False


def _save(store: AnalystStore, person: Person, file: Path, protocol: Protocol, key: str) -> None:
    try:
        act(store, person, Action.CHANGE_PLAN)
        store.save_plan(file, st.session_state[key], seen=protocol.hash)
    except ToolkitError as error:
        st.session_state[_said(protocol.question)] = (False, str(error))
    else:
        st.session_state[_said(protocol.question)] = (True, "The change is kept.")


def _register(store: AnalystStore, person: Person, file: Path, key: str) -> None:
    try:
        act(store, person, Action.CHANGE_PLAN)
        store.register_plan(file, why=st.session_state.get(key, ""))
    except ToolkitError as error:
        st.session_state[_said(file.stem)] = (False, str(error))
    else:
        st.session_state[_said(file.stem)] = (True, "The plan is registered.")


def _said(question: str) -> str:
    return f"plan-said-{question}"
