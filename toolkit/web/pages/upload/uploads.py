"""A manager's own uploads, and taking one back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.web.access import ManagerStore
from toolkit.web.pages.upload.found import forget_receipt
from toolkit.web.parts.layout import as_it_is, table
from toolkit.web.session import act
from toolkit.wording.numbers import uk_time

_LABELS = {"receipt": "Receipt", "file": "File", "rows": "Rows", "when": "When", "now": "Now", "note": "Note"}


def show(store: ManagerStore, person: Person) -> None:
    """Draw the list of the centre's uploads, whoever made them, and the way to withdraw one."""
    mine = store.uploads()
    if mine.empty:
        st.write("None yet.")
        return
    table(
        pd.DataFrame(
            {
                "receipt": mine["upload_id"].astype(str),
                "file": mine["source_name"],
                "rows": mine["rows"],
                "when": [uk_time(pd.Timestamp(at).to_pydatetime()) for at in mine["at"]],
                "now": ["Withdrawn" if pd.notna(version) else "Stored" for version in mine["withdrawn_in"]],
                "note": mine["note"],
            }
        ),
        "Newest first",
        _LABELS,
    )
    _offer_changes(store, dict(zip(mine["upload_id"], mine["source_name"], strict=True)))
    standing = mine[mine["withdrawn_in"].isna()]
    if not standing.empty:
        _offer_withdrawal(store, person, dict(zip(standing["upload_id"], standing["source_name"], strict=True)))


def _offer_changes(store: ManagerStore, names: dict[int, str]) -> None:
    chosen = st.selectbox(
        "See what an upload changed",
        list(names),
        format_func=lambda number: f"Receipt {number}: {names[number]}",
        index=None,
        placeholder="Choose an upload",
    )
    if chosen is not None:
        for sentence in store.what_changed(int(chosen)):
            st.text(sentence)


def _offer_withdrawal(store: ManagerStore, person: Person, names: dict[int, str]) -> None:
    chosen = st.selectbox(
        "Withdraw an upload",
        list(names),
        format_func=lambda number: f"Receipt {number}: {names[number]}",
        index=None,
        placeholder="Choose an upload",
    )
    if chosen is None:
        return
    st.write("Your centre's scores will read as if this file had never been stored. The record of it stays.")
    sure = st.checkbox("Yes, take its rows out again.", key=f"sure-{chosen}")
    if st.button("Withdraw", disabled=not sure):
        _withdraw(store, person, int(chosen))


def _withdraw(store: ManagerStore, person: Person, upload_id: int) -> None:
    try:
        act(store, person, Action.WITHDRAW, centre_id=person.centre_id)
        store.withdraw(upload_id, reason="withdrawn by the centre")
    except ToolkitError as error:
        st.error(as_it_is(str(error)))
        return
    forget_receipt()
    st.rerun()
