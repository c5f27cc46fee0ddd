"""The menu: the pages of the signed-in role, and nothing else.

Every page of the toolkit has its address, whoever asks: one of another role says that it is shut. The guard already
refuses such an address; what is drawn asks again, since a page moves on within its websocket without asking for one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from toolkit.accounts.roles import PAGES, Person, may_open, whose
from toolkit.errors import NotPermitted, ToolkitError
from toolkit.records import Store
from toolkit.web.access import AdminStore, LeadStore, ManagerStore, MemberStore, ResultsStore, StoreView
from toolkit.web.access.by_role import View, view_for
from toolkit.web.at_work import at_work
from toolkit.web.door.open_to_all import NOTICES
from toolkit.web.log_lines import event
from toolkit.web.lookups import centre_names
from toolkit.web.opened_store import the_store
from toolkit.web.pages import about, money, search
from toolkit.web.pages.administrator import accounts, audit, retention, settings, system
from toolkit.web.pages.members import answers, explore, findings, ledger, overview, reach, trends
from toolkit.web.pages.publishing import page as publish
from toolkit.web.pages.questions import listed, others
from toolkit.web.pages.referrals import page as referrals
from toolkit.web.pages.runs import page as runs
from toolkit.web.pages.scores import county, due, my_centre
from toolkit.web.pages.upload import correct, scales
from toolkit.web.pages.upload import page as upload
from toolkit.web.parts.layout import STYLE, as_it_is, page_head, sentence
from toolkit.web.parts.logo import LOGO
from toolkit.web.session import CENTRE_CHOSEN, signed_in, viewed
from toolkit.web.titles import TITLES


def _opened(wanted: type[View], show: Callable[[View, Person], None]) -> Callable[[Store, Person], None]:
    """Return what draws a page: it is handed the view of the person's role, never the store."""

    @wraps(show)
    def draw_it(store: Store, person: Person) -> None:
        show(view_for(store, person, wanted), person)

    return draw_it


SHOW: Mapping[str, Callable[[Store, Person], None]] = MappingProxyType(
    {
        "due": _opened(ManagerStore, due.show),
        "upload": _opened(ManagerStore, upload.show),
        "correct": _opened(ManagerStore, correct.show),
        "scales": _opened(ManagerStore, scales.show),
        "my-centre": _opened(ManagerStore, my_centre.show),
        "answers-list": _opened(ResultsStore, listed.show),
        "referrals": _opened(ResultsStore, referrals.show),
        "reach-and-trust": _opened(ResultsStore, others.show),
        "progress": _opened(ResultsStore, county.show),
        "money": _opened(ResultsStore, money.show),
        "money-published": _opened(ResultsStore, money.show_published),
        "publish": _opened(LeadStore, publish.show),
        "findings": _opened(MemberStore, findings.show),
        "overview": _opened(MemberStore, overview.show),
        "answers": _opened(MemberStore, answers.show),
        "explore": _opened(MemberStore, explore.show),
        "trends": _opened(MemberStore, trends.show),
        "reach": _opened(MemberStore, reach.show),
        "ledger": _opened(MemberStore, ledger.show),
        "runs": _opened(ResultsStore, runs.show),
        "accounts": _opened(AdminStore, accounts.show),
        "settings": _opened(AdminStore, settings.show),
        "audit": _opened(AdminStore, audit.show),
        "retention": _opened(AdminStore, retention.show),
        "system": _opened(AdminStore, system.show),
        "search": _opened(StoreView, search.show),
        "about": _opened(StoreView, about.show),
    }
)
"""What draws each page, by its address, on the view of the store that the page needs."""
_OWN_ACCOUNT = '<p class="own-account"><a href="/password" target="_self">Change your password</a><br><a href="/set-second-step" target="_self">Set up a second step</a></p>'  # noqa: E501
_NOTICES = (
    '<p class="own-account">'
    + "<br>".join(f'<a href="{address}" target="_self">{title}</a>' for address, title in NOTICES.items())
    + "</p>"
)
_SIGN_OUT = '<form method="post" action="/sign-out"><button class="sign-out" type="submit">Sign out</button></form>'


def run() -> None:
    """Draw the app for whoever is signed in."""
    with at_work():
        _run()


def _run() -> None:
    st.html(STYLE)
    st.logo(LOGO, size="large")
    try:
        store = the_store()
        person = signed_in(store)
    except ToolkitError as error:
        st.title("The toolkit cannot start", anchor=False)
        st.error(as_it_is(str(error)))
        return
    if person is None:
        st.navigation([_page(page, "Signed out", _signed_out) for page in TITLES], position="hidden").run()
        return
    mine = PAGES[person.role]
    others = [page for page in TITLES if page not in mine]
    chosen = st.navigation([_start(store, person), *(_door(page, store, person) for page in (*mine, *others))])
    with st.sidebar:
        _who(store, person, with_search=chosen.url_path != "search")
    chosen.run()


def _who(store: Store, person: Person, *, with_search: bool) -> None:
    st.write(f"Signed in as **{as_it_is(person.name)}**")
    if len(person.own_centres) > 1:
        names = centre_names(store)
        own = sorted(person.own_centres, key=lambda number: names.get(number, number))
        st.selectbox("Your centre", own, format_func=lambda number: names.get(number, number), key=CENTRE_CHOSEN)
    find = search.search_form() if with_search else ""
    st.html(find + (_OWN_ACCOUNT if person.has_account else "") + _SIGN_OUT + _NOTICES)


def _signed_out() -> None:
    page_head("You are signed out", simulated=False)
    st.html('<p><a href="/sign-in" target="_self">Sign in</a></p>')


def _start(store: Store, person: Person) -> StreamlitPage:
    """Return the page without an address, as Streamlit wants one: the door sends everybody on to one that has."""
    first = PAGES[person.role][0]
    return _page("start", TITLES[first], lambda: draw(first, store, person), default=True, hidden=True)


def _door(page: str, store: Store, person: Person) -> StreamlitPage:
    is_open = may_open(person, page)
    return _page(
        page,
        TITLES[page],
        lambda: draw(page, store, person),
        hidden=not is_open,
    )


def _page(
    page: str, title: str, show: Callable[[], None], *, default: bool = False, hidden: bool = False
) -> StreamlitPage:
    return st.Page(show, title=title, url_path=page, default=default, visibility="hidden" if hidden else "visible")


def draw(page: str, store: Store, person: Person) -> None:
    """Draw a page for a person (each page checks that it is open to them), or say what went wrong."""
    began = time.monotonic()
    try:
        SHOW[page](store, person)
    except ToolkitError as error:
        if not may_open(person, page):
            page_head(TITLES[page], simulated=store.is_simulated)
        if isinstance(error, NotPermitted):
            store.audit(who=person.name, action="refused", what=f"page {page}", detail={"why": "page of another role"})
        st.error(as_it_is(str(error)))
        if not may_open(person, page):
            sentence(whose(page, person))
    else:
        viewed(StoreView(store, person), page)
        event("drawn", page=page, ms=round(1000 * (time.monotonic() - began)))
