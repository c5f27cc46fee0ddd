"""What the councillors' report of 2011 said: its referrals beside the Department's, and its percentages worked out."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.charts.time_series import compared_chart
from toolkit.publish.report_2011.claims import WORCESTERSHIRE, recompute_claims, referrals_compared
from toolkit.web.access import MemberStore
from toolkit.web.parts.layout import chart, header, link, page_head, table
from toolkit.wording.numbers import in_words

_SOURCES = {"report": "Scrutiny report of 2011", "dfe": "Department for Education"}
_SAID = {True: "Differs", False: "Agrees", None: "Cannot be checked"}


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "overview")
    page_head("What the report of 2011 said", simulated=False)  # its figures are real, whatever the records are
    st.info("The figures on this page are real: they were published.")
    counts = store.published_counts()
    header("Referrals in Worcestershire")
    _referrals(counts)
    header("The report's percentages, worked out again")
    _claims(counts)
    link("trends", "Referrals since then, beside other councils")


def _referrals(counts: pd.DataFrame) -> None:
    imported = counts[(counts["area"] == WORCESTERSHIRE) & (counts["measure"] == "referrals")]
    rows = referrals_compared(counts if len(imported) else None)
    both = rows.dropna(subset=["report", "dfe"])
    text = (
        "In 2011 the councillors' report printed four years of referrals to children's social care. The Department for "
        "Education publishes them by council from 2009/10 on."
    )
    for row in both.to_dict("records"):
        text += (
            f" In {row['year']} the two say {in_words(int(row['report']))} and {in_words(int(row['dfe']))}: "
            "one count under two definitions."
        )
    st.write(text)
    long = rows.melt("year", list(_SOURCES), var_name="source", value_name="referrals").dropna()
    long = long.assign(source=long["source"].map(_SOURCES), referrals=long["referrals"].astype(int))
    chart(
        _headline(rows),
        compared_chart(long[["year", "source", "referrals"]]),
        f"Yearly referrals in Worcestershire: two lines, the scrutiny report from {rows['year'].iloc[0]} and the "
        f"Department to {rows['year'].iloc[-1]}.",
        rows.assign(**{name: [_whole(count) for count in rows[name]] for name in _SOURCES})[
            ["year", *_SOURCES, "note"]
        ],
        {"year": "Year", "report": "The report", "dfe": "The Department", "note": "Note"},
        source="the scrutiny report of 2011, and the Department for Education's statistics of children in need.",
        simulated=False,
    )
    st.write(
        "A line that goes up or down does not show what moved it. Who refers, how a council counts, and what is in the "
        "news all do. That is why the answers compare like with like."
    )


def _whole(count: float) -> str:
    return "" if pd.isna(count) else in_words(int(count))


def _headline(rows: pd.DataFrame) -> str:
    dfe = rows.dropna(subset=["dfe"])
    if len(dfe) < 2:
        return "Referrals a year"
    first, last = dfe.iloc[0], dfe.iloc[-1]
    return (
        f"The Department counted {in_words(int(first.dfe))} referrals in {first.year} and {in_words(int(last.dfe))} "
        f"in {last.year}"
    )


def _claims(counts: pd.DataFrame) -> None:
    claims = recompute_claims(counts if (counts["measure"] == "initial_assessments").any() else None)
    st.write("We work out each percentage the report prints from the figures it gives, and say where the two differ.")
    shown = pd.DataFrame(
        {
            "claim": claims["claim"],
            "verdict": [_SAID[value] for value in claims["differs"]],
            "printed": [f"{value:g}%" for value in claims["printed"]],
            "recomputed": ["" if pd.isna(value) else f"{value:.1f}%" for value in claims["recomputed"]],
            "note": claims["note"],
        }
    )
    table(
        shown,
        "What the report prints, and what its own figures give",
        {
            "claim": "The report says",
            "verdict": "Our check",
            "printed": "Printed",
            "recomputed": "Worked out",
            "note": "Why",
        },
    )
