"""Money and referrals: the quarters, what else happened, and why this series cannot settle the question."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.records import Store
from toolkit.web.charts.series import series_chart
from toolkit.web.doors import Person
from toolkit.web.layout import chart, header, page_head, table, verdict
from toolkit.web.pages import answer_parts
from toolkit.web.results import MONEY, MONEY_HERE, newest

_QUESTIONS = {MONEY: "Worcestershire, 2009 to 2010", MONEY_HERE: "The county in these records"}


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("Did the extra money change referrals?", simulated=store.is_simulated)
    for question, where in _QUESTIONS.items():
        found = newest(store, question)
        header(where)
        if found is None:
            answer_parts.nothing_yet(question)
            continue
        folder, bundle = found
        if store.is_simulated and not bundle["simulated"]:
            st.info("The figures in this part are real: the scrutiny report prints them.")
        verdict(bundle["verdict"]["sentence"])
        st.write(bundle["verdict"]["detail"])
        answer_parts.publish(store, person, question, folder)
        _series(bundle)
        with st.expander("What this cannot show"):
            answer_parts.cannot_show(bundle)
        with st.expander("What else happened"):
            _events(bundle)
        with st.expander("Checks the answer had to pass"):
            answer_parts.gates(bundle)
        answer_parts.where_from(bundle)
    header("The money on record")
    _investments(store)


def _series(bundle: dict[str, Any]) -> None:
    rows = pd.DataFrame(bundle["tables"]["series"])
    if rows.empty:
        st.info("No quarter is counted yet.")
        return
    rows["starts_on"] = pd.to_datetime(rows["first_day"])
    events = pd.DataFrame(bundle["tables"]["events"])
    if not events.empty:
        events = events.assign(on=pd.to_datetime(events["on"]))
        events = events[events["on"].between(rows["starts_on"].min(), rows["starts_on"].max() + pd.Timedelta(days=92))]
    st.write("The solid line counts referrals. The dashed line is what one would expect without the money.")
    chart(
        series_chart(rows, events.reindex(columns=["on", "what"]), "Referrals in the quarter"),
        f"Referrals in {len(rows)} quarters from {rows['quarter'].iloc[0]} to {rows['quarter'].iloc[-1]}.",
        rows[["quarter", "referrals", "expected", "low", "high"]],
        "Referrals by quarter",
        quarter="Quarter",
        referrals="Referrals",
        expected="Expected",
        low="From",
        high="To",
    )


def _events(bundle: dict[str, Any]) -> None:
    rows = pd.DataFrame(bundle["tables"]["events"])
    if rows.empty:
        st.write("No event is on record.")
        return
    shown = rows[["as_printed", "what"]]
    table(shown, "Each could move referrals too", {"as_printed": "When", "what": "What happened"})


def _investments(store: Store) -> None:
    rows = store.read("investments")
    if rows.empty:
        st.write("No spending is on record.")
        return
    year = rows["starts_on"].dt.year - (rows["starts_on"].dt.month < 4)
    total = rows.assign(year=[f"{y}/{(y + 1) % 100:02d}" for y in year])
    total = total.pivot_table(index=["year", "programme"], values="amount_gbp", aggfunc="sum").reset_index()
    shown = total.sort_values(["year", "programme"])
    table(
        shown,
        "Spending by programme and year, in pounds",
        {"year": "Year", "programme": "Programme", "amount_gbp": "Pounds"},
    )
