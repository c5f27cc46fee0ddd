"""The administrator's settings: of which roles a second step is asked, and what the council says of itself."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import ROLE_NAMES, Action, Person, Role, check
from toolkit.errors import ToolkitError
from toolkit.web.access import AdminStore
from toolkit.web.parts.layout import as_it_is, header, page_head
from toolkit.web.session import act
from toolkit.wording.numbers import counted

_NAMES = {
    "council": ("The council's name", "It stands in the accessibility statement and the privacy notice."),
    "contact": ("Whom to ask about this service", "An e-mail address or a telephone number that somebody answers."),
    "data_protection": ("Whom to ask about personal data", "The data protection officer's address."),
}
_MOST = 300
_SAVED = "settings-saved"


def show(store: AdminStore, person: Person) -> None:
    """Draw the page."""
    check(person, "settings")
    page_head("Settings", simulated=store.is_simulated)
    header("Second step")
    _second_step(store, person)
    header("What the council says of itself")
    _council(store, person)


def _second_step(store: AdminStore, person: Person) -> None:
    st.write(
        "After the password, a code from an app on the phone. Whoever has an account of a role that is chosen here and "
        "no second step yet is signed out, and sets one up at the next sign-in. People who come through the council's "
        "own sign-in take the steps that it asks."
    )
    chosen = st.multiselect(
        "Ask a second step of", list(Role), sorted(store.roles_with_a_step()), format_func=ROLE_NAMES.__getitem__
    )
    if st.button("Ask it of these roles"):
        act(store, person, Action.MANAGE_ACCOUNTS)
        ended = store.ask_a_step_of(chosen)
        named = ", ".join(ROLE_NAMES[role] for role in chosen) or "nobody"
        st.success(f"A second step is asked of: {named}. {counted(ended, 'session')} ended.")


def _council(store: AdminStore, person: Person) -> None:
    now = store.settings()
    missing = [label for name, (label, _) in _NAMES.items() if not now[name]]
    if missing:
        st.warning("Still to fill in, and said so on those pages: " + "; ".join(missing).lower() + ".")
    with st.form("council", border=False):
        given = {
            name: st.text_input(label, now[name], help=more, max_chars=_MOST) for name, (label, more) in _NAMES.items()
        }
        pressed = st.form_submit_button("Save")
    if pressed:
        try:
            act(store, person, Action.MANAGE_ACCOUNTS)
            store.settle(given)
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
            return
        st.session_state[_SAVED] = True
        st.rerun()
    if st.session_state.pop(_SAVED, False):
        st.success("Saved. See how it reads: the accessibility statement and the privacy notice, in the menu.")
