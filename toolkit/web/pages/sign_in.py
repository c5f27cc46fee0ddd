"""Signing in: on a simulated store anyone picks a role; on real records nobody can until accounts exist."""

from __future__ import annotations

import streamlit as st

from toolkit.records import Store
from toolkit.web.doors import ROLE_NAMES, Person, Role
from toolkit.web.layout import page_head
from toolkit.web.session import sign_in

_WHAT = {
    Role.MANAGER: "Upload scores and see your own centre's progress.",
    Role.LEAD: "Read the effect on referrals, with how sure we can be, and publish it.",
    Role.MEMBER: "See the published answers to the scrutiny report's questions.",
    Role.ANALYST: "See every run, with its data, version and seed.",
}


def show(store: Store) -> None:
    """Draw the page."""
    page_head("Do Children's Centres help?", simulated=store.is_simulated)
    if not store.is_simulated:
        st.error(
            "This store holds real records. Signing in to them needs accounts, which this version does not have yet, "
            "so nobody can sign in here. Use the command line, or try the demo: toolkit demo"
        )
        return
    st.write("This is a demonstration. Choose who you are; the pages follow.")
    role = st.radio(
        "I am a",
        list(Role),
        format_func=ROLE_NAMES.__getitem__,
        captions=[_WHAT[role] for role in Role],
        index=None,
    )
    centre = _choose_centre(store) if role is Role.MANAGER else ("", "")
    if st.button("Sign in", type="primary", disabled=role is None or centre is None):
        assert role is not None and centre is not None
        sign_in(Person(role, *centre))
        st.rerun()


def _choose_centre(store: Store) -> tuple[str, str] | None:
    centres = store.read("centres")
    tracking = centres[centres["tracks_progress_from"].notna()]
    names = dict(zip(tracking["centre_id"], tracking["name"], strict=True))
    chosen = st.selectbox(
        "Your centre",
        list(names),
        format_func=lambda number: f"{names[number]} ({number})",
        index=None,
        placeholder="Choose a centre",
    )
    return None if chosen is None else (chosen, names[chosen])
