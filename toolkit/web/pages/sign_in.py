"""Signing in: on a simulated store anyone picks a role; on real records nobody can until accounts exist."""

from __future__ import annotations

import streamlit as st

from toolkit.records import Store
from toolkit.web.doors import ROLE_NAMES, Person, Role
from toolkit.web.layout import page_head
from toolkit.web.session import may_sign_in_by_choice, sign_in

_WHAT = {
    Role.MANAGER: "Upload scores and see your own centre's progress.",
    Role.LEAD: "Read the answers, with how sure we can be, and publish them.",
    Role.MEMBER: "See the published answers to the scrutiny report's questions.",
    Role.ANALYST: "See every run, with its data, version and seed.",
}


def show(store: Store) -> None:
    """Draw the page."""
    page_head("Do Children's Centres help?", simulated=store.is_simulated)
    if not may_sign_in_by_choice(store):
        st.error(
            "Nobody can sign in here. These are real records, and accounts come with a later release of the toolkit. "
            "Until then use the command line, or see the demonstration with: toolkit demo"
        )
        return
    if not store.is_simulated:
        st.warning(
            "These are real records, and this is the demonstration's way in: it asks for no password. "
            "Whoever can open this page can be anyone."
        )
    st.write("This is a demonstration. Choose who you are; the pages follow.")
    role = st.radio(
        "I am a",
        list(Role),
        format_func=ROLE_NAMES.__getitem__,
        captions=[_WHAT[role] for role in Role],
        index=None,
    )
    person = _person(store, role)
    if st.button("Sign in", type="primary", disabled=person is None) and person is not None:
        sign_in(person)
        st.rerun()


def _person(store: Store, role: Role | None) -> Person | None:
    if role is not Role.MANAGER:
        return None if role is None else Person(role)
    centres = store.read("centres", columns=["centre_id", "name", "tracks_progress_from"])
    tracking = centres[centres["tracks_progress_from"].notna()].sort_values("name")
    if tracking.empty:
        st.info("No centre tracks progress yet, so there is no manager to be.")
        return None
    names = dict(zip(tracking["centre_id"], tracking["name"], strict=True))
    chosen = st.selectbox(
        "Your centre",
        list(names),
        format_func=lambda number: f"{names[number]} ({number})",
        index=None,
        placeholder="Choose a centre",
    )
    return None if chosen is None else Person(role, chosen, names[chosen])
