"""A county's own series on the pages of Recommendation 10: counts, events, and the ways around the answer."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.time_series import QUARTER, series_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.interrupted_series.facts import SeriesFacts
from toolkit.web.parts.layout import chart, table
from toolkit.wording.numbers import counted, signed

_NO_EVENTS = pd.DataFrame({"number": pd.Series(dtype=int), "on": pd.Series(dtype="datetime64[ns]")})

_WAYS = {
    "older_children": "Beside older children",
    "neighbours": "Beside the neighbours",
    "alone": "The county by itself",
    "level_change": "The jump when the money came",
    "slope_change": "The new trend, each time on",
}


def draw(bundle: Bundle) -> None:
    """Draw the counts as they were, with what was to be expected where the result answers."""
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
    if not events.empty:
        _events(events, first, end)


def draw_ways(bundle: Bundle) -> None:
    """Draw the ways to work it out, as far as they may be shown."""
    rows = pd.DataFrame(bundle.table("series")).rename(columns={"quarter": "period"})
    if not rows.empty:
        by = bundle.facts_as(SeriesFacts).by.capitalize()
        _ways(bundle, rows, {"period": by, "referrals": "Referrals"})


def numbered_events(bundle: Bundle) -> pd.DataFrame:
    """Return the events of a series in order of their day, each with the number it has on the chart."""
    events = pd.DataFrame(bundle.table("events"))
    if events.empty:
        return _NO_EVENTS
    events = events.assign(on=pd.to_datetime(events["on"])).sort_values("on", kind="stable")
    return events.assign(number=range(1, len(events) + 1))


def _ways(bundle: Bundle, rows: pd.DataFrame, by: dict[str, str]) -> None:
    """Draw all ways where the result answers, and signed figures folded away where it cannot tell."""
    if bundle.may.effect:
        table(ways(bundle), "All ways to work it out, in every 100 referrals")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways(bundle), "What was looked at, in every 100 referrals")
            if rows["fitted"].notna().any():
                st.write("What one would expect without the money, and the range that most counts lie in by chance.")
                heads = {**by, "expected": "Expected", "low": "From", "high": "To"}
                table(rows[["period", "referrals", "expected", "low", "high"]].round(0), "Referrals counted", heads)


def ways(bundle: Bundle) -> pd.DataFrame:
    """Return the main answer and the ways around it as signed numbers, in every 100 referrals."""
    rows = []
    for one in bundle.estimates:
        if one.estimate is not None and one.low is not None and one.high is not None and one.estimator in _WAYS:
            figures = (signed(100 * value) for value in (one.estimate, one.low, one.high))
            row = {"What": _WAYS[one.estimator]}
            rows.append(row | dict(zip(("In every 100", "From", "To"), figures, strict=True)))
    return pd.DataFrame(rows, columns=["What", "In every 100", "From", "To"])


def _events(events: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> None:
    # Those outside the chart's time are listed too: the money may have come among them.
    what = [
        f"{what}{'' if first <= day <= end else ' (outside this time)'}"
        for what, day in zip(events["what"], events["on"], strict=True)
    ]
    shown = events.assign(number=[f"{number}." for number in events["number"]], what=what)
    with st.expander("What else happened, by the numbers in the chart"):
        table(
            shown[["number", "as_printed", "what"]],
            "Each could move referrals too",
            {"number": "No.", "as_printed": "When", "what": "What happened"},
        )
