"""A manager's own uploads, and taking one back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.web.access import ManagerStore
from toolkit.web.pages.upload import receipt
from toolkit.web.pages.upload.work import Work
from toolkit.web.parts.layout import table
from toolkit.web.parts.messages import problems
from toolkit.web.session import act
from toolkit.wording.numbers import counted, uk_time

_LABELS = {"receipt": "Receipt", "file": "File", "rows": "Rows", "when": "When", "now": "Now", "note": "Note"}


def show(store: ManagerStore, person: Person, work: Work) -> None:
    """Draw the list of the centre's uploads, whoever made them, and the way to withdraw one."""
    mine = store.uploads()
    if mine.empty:
        st.write(f"None on this page yet. {_came_otherwise(store)}")
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
    _offer_changes(store, person, mine)
    standing = mine[mine["withdrawn_in"].isna()]
    if not standing.empty:
        _offer_withdrawal(store, person, work, dict(zip(standing["upload_id"], standing["source_name"], strict=True)))


def _came_otherwise(store: ManagerStore) -> str:
    families = store.scored_families()
    if not families:
        return "No family of your centre is scored yet."
    came = counted(families, "family that is", "families that are")
    return f"The scores of the {came} scored at your centre came in with the county's records."


def _offer_changes(store: ManagerStore, person: Person, mine: pd.DataFrame) -> None:
    names = dict(zip(mine["upload_id"], mine["source_name"], strict=True))
    chosen = st.selectbox(
        "See what an upload changed, and its receipt",
        list(names),
        format_func=lambda number: f"Receipt {number}: {names[number]}",
        index=None,
        placeholder="Choose an upload",
    )
    if chosen is None:
        return
    for sentence in store.what_changed(int(chosen)):
        st.text(sentence)
    one = mine[mine["upload_id"] == chosen].iloc[0]
    when = uk_time(pd.Timestamp(one["at"]).to_pydatetime())
    facts = receipt.facts_of(
        int(chosen), counted(int(one["rows"]), "row"), one["source_name"], one["by"], when, person.centre_name,
        one["note"],
    )  # fmt: skip
    receipt.offer(store, person, int(chosen), facts, key="receipt-of-list")


def _offer_withdrawal(store: ManagerStore, person: Person, work: Work, names: dict[int, str]) -> None:
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
        _withdraw(store, person, work, int(chosen))


def _withdraw(store: ManagerStore, person: Person, work: Work, upload_id: int) -> None:
    try:
        act(store, person, Action.WITHDRAW, centre_id=person.centre_id)
        store.withdraw(upload_id, reason="withdrawn by the centre")
    except ToolkitError as error:
        problems("Nothing was withdrawn", (), turn=f"withdraw-{upload_id}-{store.version}", before=str(error))
        return
    work.next(withdrawn=upload_id)
    st.rerun()
