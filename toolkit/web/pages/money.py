"""Money and referrals: areas by their money, the county by quarter or month, and what else happened."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.charts.time_series import QUARTER, series_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts, money_areas, money_series
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.parts.layout import chart, header, page_head, table, verdict
from toolkit.web.results import MONEY_AREAS, MONEY_COUNTY, MONEY_REAL
from toolkit.wording.numbers import counted, pounds

_QUESTIONS = {
    MONEY_AREAS: "Areas with more of the money and with less",
    MONEY_COUNTY: "The county in these records",
    MONEY_REAL: "Worcestershire, as the 2011 report counts it",
}
_NO_EVENTS = pd.DataFrame({"number": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[ns]")})


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "money")
    page_head("Did the extra money change referrals?", simulated=store.is_simulated)
    for question, where in _QUESTIONS.items():
        header(where)
        found = store.newest(question)
        if found is None:
            answer_parts.nothing_yet(question)
            continue
        folder, bundle = found
        if store.is_simulated and not bundle.simulated:
            st.info("The figures in this part are real: the councillors' report of 2011 prints them.")
        verdict(bundle.verdict.sentence)
        st.write(bundle.verdict.detail)
        if question == MONEY_AREAS:
            money_areas.draw(bundle)
        else:
            _series(bundle)
        st.subheader("What this cannot show", anchor=False)
        answer_parts.cannot_show(bundle)
        st.subheader("Publishing", anchor=False)
        publishing.draw(store, person, folder, bundle)
        with st.expander("Checks the answer had to pass"):
            answer_parts.gates(bundle)
        answer_parts.where_from(bundle, folder)
    header("The money on record")
    _investments(store)


def numbered_events(bundle: Bundle) -> pd.DataFrame:
    """Return the events of a series in order of their day, each with the number it has on the chart."""
    events = pd.DataFrame(bundle.table("events"))
    if events.empty:
        return _NO_EVENTS
    events = events.assign(on=pd.to_datetime(events["on"])).sort_values("on", kind="stable")
    return events.assign(number=range(1, len(events) + 1))


def _series(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("series")).rename(columns={"quarter": "period"})  # as it was once called
    if rows.empty:
        st.info("Nothing is counted yet.")
        return
    facts = bundle.facts_as(SeriesFacts)
    rows["starts_on"] = pd.to_datetime(rows["first_day"])
    first, end = rows["starts_on"].min(), rows["starts_on"].max() + QUARTER
    events = numbered_events(bundle)
    money = pd.Timestamp(facts.money_from)
    shown = events.loc[events["on"].between(first, end), ["on", "number"]]
    begins = money if first <= money <= end else None
    by = {"period": facts.by.capitalize(), "referrals": "Referrals"}
    about = f"Referrals by {facts.by}, {rows['referrals'].min():,} to {rows['referrals'].max():,}"
    counted_in = f"{counted(len(rows), facts.by)} of referrals, {rows['period'].iloc[0]} to {rows['period'].iloc[-1]}"
    names = {None: "", "Mean": ", with their mean", "Expected": ", with what was to be expected"}
    expected: str | None = "Mean"
    if rows["fitted"].notna().any():  # how far the counts lie from what was expected is a figure of the effect
        expected = "Expected" if bundle.may.effect else None
    if expected == "Mean":
        st.write("The dashed line is the mean. Most counts would lie in the grey band by chance alone.")
    drawn = ["period", "referrals"] if expected is None else ["period", "referrals", "expected", "low", "high"]
    chart(
        counted_in,
        series_chart(rows, shown, begins, expected=expected),
        f"{about}{names[expected]}.",
        rows[drawn].round(0),
        {**by, "expected": expected or "", "low": "From", "high": "To"},
    )
    money_series.draw(bundle, rows, by)
    if not events.empty:
        _events(events, first, end)


def _events(events: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> None:
    # Those outside the chart's time are listed too: the money may have come among them.
    what = [
        f"{what}{'' if first <= day <= end else ' (outside this time)'}"
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
