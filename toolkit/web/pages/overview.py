"""The members' overview: the report's published referrals beside the Department's, and percentages recomputed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.published import WORCESTERSHIRE, recompute_claims, referrals_compared
from toolkit.records import Store
from toolkit.web.charts.series import compared_chart
from toolkit.web.doors import Person
from toolkit.web.layout import chart, header, page_head, table

_SOURCES = {"report": "Scrutiny report, Table 3", "dfe": "Department for Education"}


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("What is published", simulated=store.is_simulated)
    if store.is_simulated:
        st.info("The figures on this page are real and published. Everything else here is simulated.")
    header("Referrals in Worcestershire")
    counts = store.read("area_counts")
    imported = counts[(counts["area"] == WORCESTERSHIRE) & (counts["measure"] == "referrals")]
    rows = referrals_compared(counts if len(imported) else None)
    st.write(
        "In 2011 the councillors' report printed four years of referrals to children's social care. The Department "
        "for Education has published them since 2010. In 2009/10 the two say 3,140 and 3,160: one count, "
        "two definitions."
    )
    long = rows.melt("period", list(_SOURCES), var_name="source", value_name="referrals").dropna()
    long = long.assign(
        year=long["period"], source=long["source"].map(_SOURCES), referrals=long["referrals"].astype(int)
    )
    chart(
        compared_chart(long[["year", "source", "referrals"]]),
        "Yearly referrals in Worcestershire from the scrutiny report, 2007 to 2010, and the Department, 2010 to 2025.",
        rows[["year", "report", "dfe", "note"]],
        "Referrals a year",
        year="Year",
        report="The report",
        dfe="The Department",
        note="Note",
    )
    st.write(
        "A line that goes up or down does not show what moved it. Who refers, how a council counts, and what is in the "
        "news all do. That is why the answers compare like with like."
    )
    header("The report's percentages, worked out again")
    _claims(counts)


def _claims(counts: pd.DataFrame) -> None:
    claims = recompute_claims(counts if (counts["measure"] == "initial_assessments").any() else None)
    said = {True: "Differs", False: "Agrees", None: "Cannot be checked"}
    shown = pd.DataFrame(
        {
            "claim": claims["claim"],
            "printed": [f"{value:g}%" for value in claims["printed"]],
            "recomputed": ["" if pd.isna(value) else f"{value:.1f}%" for value in claims["recomputed"]],
            "verdict": [said[value] for value in claims["differs"]],
            "note": claims["note"],
        }
    )
    table(
        shown,
        "What the report prints, and what its own figures give",
        {"claim": "The report says", "printed": "Printed", "recomputed": "Worked out", "verdict": "", "note": "Why"},
    )
