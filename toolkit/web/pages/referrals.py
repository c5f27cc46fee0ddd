"""The effect page: the answer on referrals first, then how sure, what it cannot show, and what was compared."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.cohort.outcomes import OUTCOMES
from toolkit.records import Store
from toolkit.web.charts.effects import balance_chart, hundred_families, interval_chart
from toolkit.web.doors import Person
from toolkit.web.layout import chart, header, page_head, table, verdict
from toolkit.web.pages import answer_parts
from toolkit.web.results import REFERRALS, newest

KINDS = {"matched": "Like with like", "unadjusted": "Joiners v. all others"}


def show(store: Store, person: Person) -> None:
    """Draw the page."""
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
    header("Who was compared")
    answer_parts.flow(bundle)
    header("Other outcomes")
    _outcomes(bundle)
    answer_parts.where_from(bundle)


def differences(bundle: dict[str, Any]) -> pd.DataFrame:
    """Return every difference with an interval, in families of every 100."""
    rows = [
        {
            "label": OUTCOMES[e["outcome"]].label if e["outcome"] in OUTCOMES else e["outcome"],
            "outcome": e["outcome"],
            "kind": KINDS.get(e["estimator"], e["estimator"]),
            "estimator": e["estimator"],
            **{name: 100 * e[name] for name in ("estimate", "low", "high")},
        }
        for e in bundle["estimates"]
        if e["measure"] == "difference" and e["low"] is not None
    ]
    return pd.DataFrame(rows)


def _intervals(bundle: dict[str, Any]) -> None:
    rows = differences(bundle)
    if rows.empty:
        st.info("No figure could be worked out.")
        return
    primary = rows[rows["outcome"] == bundle["estimates"][0]["outcome"]].copy()
    primary["label"] = primary["kind"]
    shown = primary[["label", "estimate", "low", "high", "kind"]]
    first = primary.iloc[0]
    st.write(
        "The line is the range of true differences that the data fit. Where it crosses nought, there may be none. "
        "“Joiners v. all others” is what councils often show. It is not fair: families join when they need help."
    )
    chart(
        interval_chart(shown),
        f"Difference in families referred within a year, in every 100. Matched: {first.estimate:.1f}, from "
        f"{first.low:.1f} to {first.high:.1f}.",
        shown[["label", "estimate", "low", "high"]],
        "Difference in every 100 families",
        label="Comparison",
        estimate="Difference",
        low="From",
        high="To",
    )


def _hundred(bundle: dict[str, Any]) -> None:
    joined, others = bundle["facts"].get("mean_treated"), bundle["facts"].get("mean_control")
    if joined is None or others is None:
        return
    numbers = pd.DataFrame(
        {"group": ["Joined a centre", "Alike, had not joined"], "in_100": [100 * joined, 100 * others]}
    )
    st.write("Each square is one family of 100. Dark squares were referred within a year.")
    chart(
        hundred_families(joined, others),
        f"Of 100 families that joined {100 * joined:.0f} were referred; of 100 like them, {100 * others:.0f}.",
        numbers,
        "Families referred, of every 100",
        group="Group",
        in_100="Referred, of every 100",
    )


def _balance(bundle: dict[str, Any]) -> None:
    rows = pd.DataFrame(bundle["balance"] or [])
    if rows.empty:
        st.info("Nothing was matched.")
        return
    limit = next((gate["threshold"] for gate in bundle["gates"] if gate["name"] == "balance"), 0.1)
    shown = rows.rename(columns={"smd_before": "before", "smd": "after"})[["label", "before", "after"]]
    st.write(
        "Matching should bring the two groups together. Each circle should lie between the dashed lines. "
        f"They stand at {limit} of a standard deviation."
    )
    chart(
        balance_chart(shown, limit),
        f"Differences between the groups before and after matching on {len(shown)} things known on the day.",
        shown,
        "Standardised differences",
        label="What was compared",
        before="All families",
        after="Matched families",
    )


def _outcomes(bundle: dict[str, Any]) -> None:
    rows = differences(bundle)
    if rows.empty:
        return
    rows = rows[rows["estimator"] == "matched"][["label", "estimate", "low", "high"]]
    table(
        rows,
        "Difference in every 100 families, matched comparison",
        {"label": "Within 12 months", "estimate": "Difference", "low": "From", "high": "To"},
    )
    st.caption("Below 0 is fewer. These came second in the plan. One of many may stand out by luck.")
