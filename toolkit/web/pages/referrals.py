"""The effect page: the answer on referrals first, then how sure, what it cannot show, and what was compared."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.records import Store
from toolkit.web.charts.effects import balance_chart, hundred_families, interval_chart
from toolkit.web.doors import Person, check
from toolkit.web.layout import chart, header, page_head, table, verdict
from toolkit.web.numbers import fewer_or_more, uk_month
from toolkit.web.pages import answer_parts
from toolkit.web.results import REFERRALS, newest

KINDS = {"matched": "Like with like (matched)", "unadjusted": "Joiners against all others (not fair)"}


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    check(person, "referrals")
    page_head("Do centres reduce referrals?", simulated=store.is_simulated)
    found = newest(store, REFERRALS)
    if found is None:
        answer_parts.nothing_yet(REFERRALS)
        return
    folder, bundle = found
    verdict(bundle["verdict"]["sentence"])
    st.write(bundle["verdict"]["detail"])
    st.write(bundle["verdict"]["evidence"])
    answer_parts.publish(store, person, REFERRALS, folder)
    header("How sure can we be?")
    _intervals(bundle)
    _hundred(bundle)
    header("What this cannot show")
    answer_parts.cannot_show(bundle)
    header("Were the groups alike?")
    _balance(bundle)
    header("Checks the answer had to pass")
    answer_parts.gates(bundle)
    header("Other outcomes")
    _outcomes(bundle)
    header("Who was compared")
    st.write(_who(bundle))
    answer_parts.flow(bundle)
    answer_parts.where_from(bundle)


def differences(bundle: dict[str, Any]) -> pd.DataFrame:
    """Return every difference with an interval, in families of every 100, and in words."""
    rows = [
        {
            "label": OUTCOMES[e["outcome"]].label if e["outcome"] in OUTCOMES else e["outcome"],
            "outcome": e["outcome"],
            "kind": KINDS.get(e["estimator"], e["estimator"].replace("_", " ").capitalize()),
            "estimator": e["estimator"],
            **{name: 100 * e[name] for name in ("estimate", "low", "high")},
        }
        for e in bundle["estimates"]
        if e["measure"] == "difference" and e["low"] is not None
    ]
    frame = pd.DataFrame(rows)
    for name in ("estimate", "low", "high") if rows else ():
        frame[f"{name}_words"] = [fewer_or_more(value) for value in frame[name]]
    return frame


def _intervals(bundle: dict[str, Any]) -> None:
    rows = differences(bundle)
    if rows.empty:
        st.info("No figure could be worked out.")
        return
    rows = rows[rows["outcome"] == bundle["estimates"][0]["outcome"]]
    first = rows.iloc[0]
    shown = rows.assign(
        label=rows["kind"],
        words=[f"{row.estimate_words} ({row.low_words} to {row.high_words})" for row in rows.itertuples(index=False)],
    )
    st.write(
        "Each line is the range of true differences that the data fit. Where it crosses the dashed line, there may be "
        "none. The second comparison is the one councils often show. It is not fair: families join when they need help."
    )
    chart(
        f"Of every 100 families: {first.estimate_words}, or anything from {first.low_words} to {first.high_words}",
        interval_chart(shown[["label", "words", "estimate", "low", "high"]], "Of every 100 families"),
        f"{first.label}: points with ranges beside a line of no difference. Matched: {first.estimate_words}, from "
        f"{first.low_words} to {first.high_words}, in every 100 families.",
        shown[["label", "estimate_words", "low_words", "high_words"]],
        {"label": "Comparison", "estimate_words": "In 100", "low_words": "From", "high_words": "To"},
    )


def _hundred(bundle: dict[str, Any]) -> None:
    joined, others = bundle["facts"].get("mean_treated"), bundle["facts"].get("mean_control")
    if joined is None or others is None:
        return
    numbers = pd.DataFrame(
        {
            "group": ["Families that joined a centre", "Families like them that had not"],
            "in_100": [100 * joined, 100 * others],
        }
    )
    numbers["count"] = [round(value) for value in numbers["in_100"]]
    numbers["words"] = [f"{row.group}: {row.count} in 100" for row in numbers.itertuples(index=False)]
    with_, without = numbers["count"]
    chart(
        f"Referred within a year: {with_} in 100 that joined, {without} in 100 like them",
        hundred_families(numbers[["words", "count"]]),
        f"Two grids of 100 squares. {with_} are filled for families that joined, {without} for families like them.",
        numbers[["group", "in_100"]],
        {"group": "Group", "in_100": "Referred, of every 100"},
        is_wide=False,
    )


def _balance(bundle: dict[str, Any]) -> None:
    rows = pd.DataFrame(bundle["balance"] or [])
    if rows.empty:
        st.info("Nothing was matched.")
        return
    limit = next((gate["threshold"] for gate in bundle["gates"] if gate["name"] == "balance"), 0.1)
    shown = rows.rename(columns={"smd_before": "before", "smd": "after"})[["label", "before", "after"]]
    beyond = int((shown["after"].abs() >= limit).sum())
    st.write(
        "Matching should bring the two groups together: each circle should lie within the grey band. "
        f"It ends at {limit} of a standard deviation."
    )
    written = shown.assign(before=[f"{v:.2f}" for v in shown["before"]], after=[f"{v:.2f}" for v in shown["after"]])
    chart(
        f"The groups still differ on {beyond} of {len(shown)} things"
        if beyond
        else "The groups are alike on everything recorded",
        balance_chart(shown, limit),
        f"Differences between the groups before and after matching on {len(shown)} things known on the day. After it "
        f"{len(shown) - beyond} lie within the band.",
        written.replace("-", "−", regex=True),
        {"label": "What was compared", "before": "Before matching", "after": "After matching"},
    )


def _outcomes(bundle: dict[str, Any]) -> None:
    rows = differences(bundle)
    if rows.empty:
        return
    shown = rows[rows["estimator"] == "matched"]
    shown = shown.assign(range=shown["low_words"] + " to " + shown["high_words"])
    table(
        shown[["label", "estimate_words", "range"]],
        "In every 100 families that joined, against families like them",
        {"label": "Within 12 months", "estimate_words": "Difference", "range": "The data fit"},
    )
    st.write("The first was chosen beforehand as the answer. Of the others, one of many may stand out by luck.")


def _who(bundle: dict[str, Any]) -> str:
    facts = bundle["facts"]
    return (
        f"{facts['joined']:,} families joined in {facts['trials']} months, {uk_month(facts['first_trial'])} to "
        f"{uk_month(facts['last_trial'])}, and could be followed. {facts['matched']:,} of them were matched."
    )
