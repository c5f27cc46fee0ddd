"""About these data: what the tool is, how to read it, and every table and column."""

from __future__ import annotations

import streamlit as st

from toolkit import __version__
from toolkit.intake.dictionary import dictionary_frame
from toolkit.records import Store
from toolkit.tables import TABLES
from toolkit.web.doors import Person
from toolkit.web.layout import header, page_head, table


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("About these data", simulated=store.is_simulated)
    header("What this is")
    st.write(
        "In 2011 Worcestershire's councillors asked whether Children's Centres work. This tool answers with fair "
        "comparisons: families on the day they joined a centre, beside families like them that had not joined by then."
    )
    header("How to read an answer")
    st.markdown(
        "- **The sentence comes first.** It counts families: so many of every 100.\n"
        "- **The range matters more than the middle.** The data fit anything within it.\n"
        "- **“We cannot tell” is an answer.** It means the data do not settle the question.\n"
        "- **A referral is not always bad.** A good centre also spots children at risk.\n"
        "- **Small numbers are hidden** from the public pages, to protect families."
    )
    header("What the words mean")
    st.markdown(
        "- **Referral**: a request to children's social care for help for a child with no open case.\n"
        "- **Repeat referral**: one within 12 months of an earlier one.\n"
        "- **Reach area**: the area whose families a centre is there for.\n"
        "- **Deprivation tenth**: neighbourhoods in ten groups; 1 has most children in poor families.\n"
        "- **Years** run from 1 April to 31 March."
    )
    header("Every table and column")
    frame = dictionary_frame()
    for name, rows in frame.groupby("table", sort=False):
        with st.expander(TABLES[str(name)].title):
            table(
                rows[["label", "kind", "required", "description"]],
                f"One row is {TABLES[str(name)].one_row_is}",
                {"label": "Column", "kind": "Kind", "required": "Needed", "description": "What it is"},
            )
    st.caption(f"Toolkit version {__version__}. Store version {store.version}.")
