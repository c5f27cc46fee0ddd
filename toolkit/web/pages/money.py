"""Money and referrals: the quarters, what else happened, and why these series cannot settle the question."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.charts.time_series import QUARTER, series_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING, MayShow
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.web.access import ResultsStore
from toolkit.web.pages import money_answer, money_areas, money_panel, money_synthetic, money_value
from toolkit.web.pages.study_tabs import Study, draw_tabs
from toolkit.web.parts.layout import chart, page_head, table
from toolkit.web.results import MONEY, MONEY_AREAS, MONEY_HERE, MONEY_PANEL, MONEY_SYNTHETIC
from toolkit.wording.numbers import counted, pounds

TAB, TAB_PUBLISHED = "study-of-money", "study-of-published-money"
"""What the session calls the tab that is open."""
ANSWER, SPENT = "Answer", "The money"
"""The tabs of no one study."""
_NO_EVENTS = pd.DataFrame({"number": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[ns]")})


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page: the answer of all ways of looking, and a tab for each."""
    check(person, "money")
    page_head("Did the extra money change referrals?", simulated=store.is_simulated)
    questions = [study.question for study in STUDIES]
    answer, spent = partial(money_answer.draw, store, questions), partial(_investments, store)
    draw_tabs(store, person, STUDIES, key=TAB, first={ANSWER: answer}, last={SPENT: spent})


def show_published(store: ResultsStore, person: Person) -> None:
    """Draw the page of real figures that were published, whatever records are in the store."""
    check(person, "money-published")
    page_head("What published figures say of the money", simulated=False)
    draw_tabs(store, person, PUBLISHED, key=TAB_PUBLISHED)


def numbered_events(bundle: Bundle) -> pd.DataFrame:
    """Return the events of a series in order of their day, each with the number it has on the chart."""
    events = pd.DataFrame(bundle.table("events"))
    if events.empty:
        return _NO_EVENTS
    events = events.assign(on=pd.to_datetime(events["on"])).sort_values("on", kind="stable")
    return events.assign(number=range(1, len(events) + 1))


def _series(_: ResultsStore, bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("series"))
    if rows.empty:
        st.info("No quarter is counted yet.")
        return
    rows["starts_on"] = pd.to_datetime(rows["first_day"])
    first, end = rows["starts_on"].min(), rows["starts_on"].max() + QUARTER
    events = numbered_events(bundle)
    money = pd.Timestamp(bundle.facts_as(SeriesFacts).money_from)
    is_modelled = bool(rows["fitted"].notna().any())
    shown = events.loc[events["on"].between(first, end), ["on", "number"]]
    begins = money if first <= money <= end else None
    counted_in = (
        f"{counted(len(rows), 'quarter')} of referrals, {rows['quarter'].iloc[0]} to {rows['quarter'].iloc[-1]}"
    )
    if is_modelled:  # how far the counts lie from what was expected is what the verdict cannot say
        chart(
            counted_in,
            series_chart(rows, shown, begins, expected=None),
            f"Referrals by quarter, {rows['referrals'].min():,} to {rows['referrals'].max():,}.",
            rows[["quarter", "referrals"]],
            {"quarter": "Quarter", "referrals": "Referrals"},
        )
        _expected(rows, may=bundle.may)
    else:
        st.write("The dashed line is the mean. Most quarters would lie in the grey band by chance alone.")
        chart(
            counted_in,
            series_chart(rows, shown, begins, expected="Mean"),
            f"Referrals by quarter, {rows['referrals'].min():,} to {rows['referrals'].max():,}, with their mean.",
            rows[["quarter", "referrals", "expected", "low", "high"]].round(0),
            {"quarter": "Quarter", "referrals": "Referrals", "expected": "Mean", "low": "From", "high": "To"},
        )
    if not events.empty:
        _events(events, first, end)


def _expected(rows: pd.DataFrame, *, may: MayShow) -> None:
    """Draw what was expected without the money beside what was counted, folded away, where that may be shown."""
    if not may.figures:
        return
    with st.expander(NOT_A_FINDING):
        st.write(
            "What one would expect without the money, and the range that most quarters lie in by chance. These data "
            "cannot tell what moved the counts."
        )
        table(
            rows[["quarter", "referrals", "expected", "low", "high"]].round(0),
            "Referrals by quarter",
            {"quarter": "Quarter", "referrals": "Referrals", "expected": "Expected", "low": "From", "high": "To"},
        )


def _events(events: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> None:
    # Those outside the chart's quarters are listed too: the money may have come among them.
    what = [
        f"{what}{'' if first <= day <= end else ' (outside these quarters)'}"
        for what, day in zip(events["what"], events["on"], strict=True)
    ]
    shown = events.assign(number=[f"{number}." for number in events["number"]], what=what)
    table(
        shown[["number", "as_printed", "what"]],
        "What else happened: each could move referrals too",
        {"number": "No.", "as_printed": "When", "what": "What happened"},
    )


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


def _areas(_: ResultsStore, bundle: Bundle) -> None:
    money_areas.draw(bundle)
    money_value.draw(bundle)


STUDIES = (
    Study(MONEY_AREAS, "Areas", _areas),
    Study(MONEY_HERE, "The county's counts", _series),
)
"""The ways of looking at the store's own county."""

PUBLISHED = (
    Study(MONEY_SYNTHETIC, "A mixture of councils", lambda _, bundle: money_synthetic.draw(bundle)),
    Study(MONEY_PANEL, "All councils", lambda _, bundle: money_panel.draw(bundle)),
    Study(MONEY, "Worcestershire, 2011", _series),
)
"""Those of published figures alone."""
