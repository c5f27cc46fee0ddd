"""What an administrator does for everyone at once: waits after failed tries lifted, and a name's sessions ended."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.web.access import AdminStore
from toolkit.web.session import act
from toolkit.wording.numbers import counted


def draw(store: AdminStore, person: Person) -> None:
    """Draw both, each with what it does."""
    st.write(
        "After many failed tries from one address, whoever signs in from it waits 15 minutes, "
        "except in a browser that signed in before."
    )
    if st.button("Let everyone try again"):
        act(store, person, Action.MANAGE_ACCOUNTS)
        store.let_all_try()
        st.success("Everyone can try to sign in again.")
    name = st.text_input("End every session of", key="ends", help="A sign-in name, also of the council's own sign-in.")
    if st.button("End the sessions", disabled=not name.strip()):
        act(store, person, Action.MANAGE_ACCOUNTS)
        st.success(f"{counted(store.end_sessions(name), 'session')} ended.")
