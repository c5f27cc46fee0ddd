"""The menu: the pages of the signed-in role, and nothing else.

Every page of the toolkit has its address, whoever asks: a page of another role says that it is shut, and without a
sign-in every address leads to signing in, so that a reloaded page comes back to where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from toolkit.errors import ToolkitError
from toolkit.records import Store
from toolkit.web.doors import PAGES, Person, may_open
from toolkit.web.layout import STYLE, page_head
from toolkit.web.logo import LOGO
from toolkit.web.pages import sign_in
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
    st.logo(LOGO, size="large")
    try:
        store = the_store()
    except ToolkitError as error:
        st.title("The toolkit cannot start", anchor=False)
        st.error(str(error))
        return
    person = signed_in()
    if person is None:
        show = partial(sign_in.show, store)
        doors = [_page("sign-in", "Sign in", show, default=True), *(_page(page, "Sign in", show) for page in TITLES)]
        st.navigation(doors, position="hidden").run()
        return
    mine = PAGES[person.role]
    others = [page for page in TITLES if page not in mine]
    chosen = st.navigation([_door(page, store, person) for page in (*mine, *others)])
    with st.sidebar:
        st.write(f"Signed in as **{person.name}**")
        if st.button("Sign out"):
            sign_out()
            st.rerun()
    chosen.run()


def _door(page: str, store: Store, person: Person) -> StreamlitPage:
    is_open = may_open(person, page)
    show = partial(draw, page, store, person)
    return _page(page, TITLES[page], show, default=page == PAGES[person.role][0], hidden=not is_open)


def _page(
    page: str, title: str, show: Callable[[], None], *, default: bool = False, hidden: bool = False
) -> StreamlitPage:
    return st.Page(show, title=title, url_path=page, default=default, visibility="hidden" if hidden else "visible")


def draw(page: str, store: Store, person: Person) -> None:
    """Draw a page for a person (each page checks that it is open to them), or say what went wrong."""
    show: Callable[[Store, Person], None] = import_module(f"toolkit.web.pages.{page.replace('-', '_')}").show
    try:
        show(store, person)
    except ToolkitError as error:
        if not may_open(person, page):
            page_head(TITLES[page], simulated=store.is_simulated)
        st.error(str(error))
