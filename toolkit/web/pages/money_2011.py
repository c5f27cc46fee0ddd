"""The real county on a page of its own: Worcestershire's quarters as the councillors' report of 2011 prints them."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, money, money_series
from toolkit.web.parts.layout import header, page_head
from toolkit.web.results import MONEY_REAL

REAL = "The figures on this page are real: the councillors' report of 2011 prints them."


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page; nothing on it is of the store's own records, so it bears no banner that they are simulated."""
    check(person, "money-2011")
    found = store.newest(MONEY_REAL)
    page_head("Did the money change referrals in Worcestershire?", simulated=found is None and store.is_simulated)
    if found is None:
        answer_parts.nothing_yet(MONEY_REAL)
        return
    folder, bundle = found
    st.info(REAL)
    header("Its quarters, as the report counts them")
    money.answer(store, person, folder, bundle, money_series.draw)
