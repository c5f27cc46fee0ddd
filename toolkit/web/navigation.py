"""The menu: the pages of the signed-in role, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType

import streamlit as st

from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.web.doors import PAGES, Person, check
from toolkit.web.layout import STYLE
from toolkit.web.session import sign_out, signed_in, the_store

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "upload": "Upload scores",
        "my-centre": "My centre's progress",
        "referrals": "Referrals",
        "progress": "Progress scores",
        "money": "Money and referrals",
        "overview": "Overview",
        "answers": "Answers",
        "runs": "Runs",
        "about": "About these data",
    }
)


def run() -> None:
    """Draw the app for whoever is signed in."""
    st.html(STYLE)
    try:
        store = the_store()
    except ToolkitError as error:
        st.title("The toolkit cannot start", anchor=False)
        st.error(str(error))
        return
    person = signed_in()
    if person is None:
        _sign_in(store)
        return
    pages = [
        st.Page(partial(_draw, page, store, person), title=TITLES[page], url_path=page, default=place == 0)
        for place, page in enumerate(PAGES[person.role])
    ]
    chosen = st.navigation(pages)
    with st.sidebar:
        st.write(f"Signed in as **{person.name}**")
        if st.button("Sign out"):
            sign_out()
            st.rerun()
    chosen.run()


def _sign_in(store: Store) -> None:
    from toolkit.web.pages.sign_in import show

    st.navigation(
        [st.Page(partial(show, store), title="Sign in", url_path="sign-in", default=True)], position="hidden"
    ).run()


def _draw(page: str, store: Store, person: Person) -> None:
    show: Callable[[Store, Person], None] = import_module(f"toolkit.web.pages.{page.replace('-', '_')}").show
    try:
        show(store, check(person, page))
    except ToolkitError as error:
        st.error(str(error))
