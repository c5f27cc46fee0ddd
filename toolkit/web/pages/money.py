"""Money and referrals: areas by their money, the county by quarter or month, and what was spent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, money_areas, money_series
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.parts.layout import header, page_head, table, verdict
from toolkit.web.results import MONEY_AREAS, MONEY_COUNTY
from toolkit.wording.numbers import pounds

_QUESTIONS: dict[str, tuple[str, Callable[[Bundle], None]]] = {
    MONEY_AREAS: ("Areas with more of the money and with less", money_areas.draw),
    MONEY_COUNTY: ("The county in these records", money_series.draw),
}


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "money")
    page_head("Did the extra money change referrals?", simulated=store.is_simulated)
    for question, (where, draw) in _QUESTIONS.items():
        header(where)
        found = store.newest(question)
        if found is None:
            answer_parts.nothing_yet(question)
        else:
            answer(store, person, *found, draw)
    header("The money on record")
    _investments(store)


def answer(store: ResultsStore, person: Person, folder: Path, bundle: Bundle, draw: Callable[[Bundle], None]) -> None:
    """Draw one answer: its words, its figures, what it cannot show, and where it stands."""
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    draw(bundle)
    st.subheader("What this cannot show", anchor=False)
    answer_parts.cannot_show(bundle)
    st.subheader("Publishing", anchor=False)
    publishing.draw(store, person, folder, bundle)
    with st.expander("Checks the answer had to pass"):
        answer_parts.gates(bundle)
    answer_parts.where_from(bundle, folder)


def _investments(store: ResultsStore) -> None:
    rows = store.investments()
    if rows.empty:
        st.write("No spending is on record.")
        return
    year = rows["starts_on"].dt.year - (rows["starts_on"].dt.month < 4)
    named = rows.assign(year=[f"{y}/{(y + 1) % 100:02d}" for y in year])
    total = named.groupby(["year", "programme"])["amount_gbp"].sum().reset_index()
    table(
        total.assign(amount_gbp=[pounds(amount) for amount in total["amount_gbp"]]),
        "Spending by year and programme",
        {"year": "Year", "programme": "Programme", "amount_gbp": "Pounds"},
    )
