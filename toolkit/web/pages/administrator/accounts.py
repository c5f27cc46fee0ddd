"""The administrator's page: accounts made, changed and shut. It shows no data of any family or centre's work."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from toolkit.accounts.directory import Account
from toolkit.accounts.roles import ROLE_NAMES, Action, Person, Role, check
from toolkit.errors import ToolkitError
from toolkit.web.access import AdminStore
from toolkit.web.pages.administrator import everyone
from toolkit.web.parts.layout import as_it_is, header, page_head, table
from toolkit.web.session import act
from toolkit.wording.numbers import uk_time

_GIVEN = "password-given"
_LABELS = {
    "name": "Name",
    "role": "Role",
    "centres": "Centres",
    "step": "Second step",
    "used": "Last used",
    "now": "Now",
}
_ACTIONS = {
    "reset": "Give a new first password",
    "shut": "Shut the account",
    "open": "Let in again (after too many tries, or once shut)",
    "change": "Change role or centres",
}


def show(store: AdminStore, person: Person) -> None:
    """Draw the page."""
    check(person, "accounts")
    page_head("Accounts", simulated=store.is_simulated)
    _given()
    known = store.accounts()
    header("Who can sign in")
    if known:
        table(_listed(known), "By name", _LABELS)
    else:
        st.write("There are no accounts yet.")
    names = store.centre_names()
    header("Make an account")
    _make(store, person, names)
    if known:
        header("Change an account")
        _change(store, person, known, names)
    header("Everyone")
    everyone.draw(store, person)


def _given() -> None:
    given = st.session_state.pop(_GIVEN, None)
    if given is None:
        return
    name, password = given
    st.success(
        f"The first password of **{name}** is `{password}`. It is shown this once, and is good for a week. Give it to "
        "them yourself, not by e-mail beside the name. They choose their own when they first sign in."
    )


def _listed(known: tuple[Account, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "name": one.name,
                "role": ROLE_NAMES[one.role],
                "centres": ", ".join(one.centre_ids),
                "step": "yes" if one.has_second_step else "no",
                "used": "never" if one.signed_in_at is None else uk_time(one.signed_in_at),
                "now": "Shut" if one.is_shut else "First password not changed yet" if one.must_change else "Open",
            }
            for one in known
        ]
    )


def _role_and_centres(names: Mapping[str, str], key: str) -> tuple[Role | None, list[str]]:
    role = st.selectbox(
        "Role",
        list(Role),
        format_func=ROLE_NAMES.__getitem__,
        index=None,
        placeholder="Choose a role",
        key=f"{key}-role",
    )
    if role is not Role.MANAGER:
        return role, []
    chosen = st.multiselect(
        "Centres", list(names), format_func=lambda number: f"{names[number]} ({number})", key=f"{key}-centres"
    )
    return role, chosen


def _make(store: AdminStore, person: Person, names: Mapping[str, str]) -> None:
    name = st.text_input("Name to sign in with", key="new-name", help="An e-mail address will do.")
    role, centres = _role_and_centres(names, "new")
    if st.button("Make the account", type="primary", disabled=role is None) and role is not None:
        try:
            act(store, person, Action.MANAGE_ACCOUNTS)
            password = store.add_account(name, role, centre_ids=centres)
        except ToolkitError as error:
            st.error(as_it_is(str(error)))
            return
        _shown(name, password)


def _change(store: AdminStore, person: Person, known: tuple[Account, ...], names: Mapping[str, str]) -> None:
    name = st.selectbox("Account", [one.name for one in known], index=None, placeholder="Choose an account")
    if name is None:
        return
    what = st.radio("What to do", list(_ACTIONS), format_func=_ACTIONS.__getitem__, index=None, key=f"what-{name}")
    role, centres = _role_and_centres(names, f"change-{name}") if what == "change" else (None, [])
    if what is None or (what == "change" and role is None) or not st.button("Do it"):
        return
    try:
        act(store, person, Action.MANAGE_ACCOUNTS)
        if what == "reset":
            _shown(name, store.reset_password(name))
        elif what == "shut":
            store.shut(name)
        elif what == "open":
            store.open_again(name)
        elif role is not None:
            store.change_role(name, role, centre_ids=centres)
    except ToolkitError as error:
        st.error(as_it_is(str(error)))
        return
    st.rerun()


def _shown(name: str, password: str) -> None:
    st.session_state[_GIVEN] = (name.strip().casefold(), password)
    st.rerun()
