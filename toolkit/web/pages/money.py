"""Money and referrals: one answer of the ways of looking, a tab for each, and real figures on a page of their own."""

from __future__ import annotations

from functools import partial

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages import (
    money_answer,
    money_areas,
    money_others,
    money_panel,
    money_series,
    money_synthetic,
    money_value,
)
from toolkit.web.pages.study_tabs import Study, draw_tabs
from toolkit.web.parts.layout import page_head, table
from toolkit.web.results import MONEY_AREAS, MONEY_COUNTY, MONEY_PANEL, MONEY_REAL, MONEY_SYNTHETIC
from toolkit.wording.numbers import pounds
from toolkit.wording.years import financial_year

TAB, TAB_PUBLISHED = "study-of-money", "study-of-published-money"
"""What the session calls the tab that is open."""
ANSWER, SPENT = "Answer", "The money"
"""The tabs of no one study."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page: the answer of all ways of looking, and a tab for each."""
    check(person, "money")
    page_head("Did the extra money change referrals?", simulated=store.is_simulated)
    questions = [study.question for study in (*STUDIES, *OF_PUBLISHED) if study in STUDIES or not store.is_simulated]
    answer, spent = partial(money_answer.draw, store, questions), partial(_investments, store)
    draw_tabs(store, person, STUDIES, key=TAB, first={ANSWER: answer}, last={SPENT: spent})


def show_published(store: ResultsStore, person: Person) -> None:
    """Draw the page of real figures that were published, whatever records are in the store."""
    check(person, "money-published")
    page_head("What published figures say of the money", simulated=False)
    draw_tabs(store, person, PUBLISHED, key=TAB_PUBLISHED)


def _areas(_: ResultsStore, bundle: Bundle) -> None:
    money_areas.draw(bundle)
    money_value.draw(bundle)


def _councils(_: ResultsStore, bundle: Bundle) -> None:
    money_panel.draw(bundle)
    money_others.draw(bundle)


def _investments(store: ResultsStore) -> None:
    rows = store.investments()
    if rows.empty:
        st.write("No spending is on record.")
        return
    ending = rows["starts_on"].dt.year + (rows["starts_on"].dt.month >= 4)
    named = rows.assign(year=[financial_year(one) for one in ending])
    total = named.groupby(["year", "programme"])["amount_gbp"].sum().reset_index()
    table(
        total.assign(amount_gbp=[pounds(amount) for amount in total["amount_gbp"]]),
        "Spending by year and programme",
        {"year": "Year", "programme": "Programme", "amount_gbp": "Pounds"},
    )


STUDIES = (
    Study(MONEY_AREAS, "Areas", _areas),
    Study(MONEY_COUNTY, "The county's counts", lambda _, bundle: money_series.draw(bundle)),
)
"""The ways of looking at the store's own records."""

OF_PUBLISHED = (
    Study(MONEY_SYNTHETIC, "A mixture of councils", lambda _, bundle: money_synthetic.draw(bundle)),
    Study(MONEY_PANEL, "All councils", _councils),
)
"""The ways of looking at what the Department published of councils: beside real records, of the same county."""

PUBLISHED = (
    *OF_PUBLISHED,
    Study(MONEY_REAL, "Worcestershire, 2011", lambda _, bundle: money_series.draw(bundle)),
)
"""Those of published figures alone."""
