"""About these data: what the tool is, how to read it, and every table and column."""

from __future__ import annotations

from functools import cache

import streamlit as st

from toolkit import __version__
from toolkit.accounts.roles import Action, Person, check
from toolkit.intake.outgoing.data_dictionary import dictionary_frame, dictionary_markdown
from toolkit.tables import TABLES
from toolkit.web.access import StoreView
from toolkit.web.parts.layout import header, page_head
from toolkit.web.parts.tables import table_html
from toolkit.web.parts.terms import GLOSSARY, term_link
from toolkit.web.session import exported
from toolkit.wording.glossary import TERMS

_MET_OFTEN = frozenset(
    {
        *("referral", "repeat-referral", "reach-area", "deprivation"),
        *("range", "matched-comparison", "small-numbers", "year"),
    }
)


def show(store: StoreView, person: Person) -> None:
    """Draw the page."""
    check(person, "about")
    page_head("About these data", simulated=store.is_simulated)
    header("What this is")
    st.write(
        "In 2011 Worcestershire's councillors asked whether Children's Centres work. This tool answers with fair "
        "comparisons: families on the day they joined a centre, beside families like them that had not joined by then."
    )
    if store.is_simulated:
        st.write(
            "The families you see are made up by a computer. The county is as big as Worcestershire, or a tenth of it, "
            "and its figures were tuned to the councillors' report. So the tool can be tried, and its answers held "
            "against a truth that is known. Only figures that say they are real are about a real place."
        )
    header("How to read an answer")
    st.markdown(
        "- **The sentence comes first.** It counts families: so many of every 100 or 1,000.\n"
        "- **The range matters more than the middle.** The data fit anything within it.\n"
        "- **A range from fewer to more** means that we cannot tell which it is.\n"
        "- **“We cannot tell” is an answer.** It means the data do not settle the question.\n"
        "- **A referral is not always bad.** A good centre also spots children at risk.\n"
        "- **Small numbers are hidden** from scrutiny members, to protect families."
    )
    header("What the words mean")
    st.html(
        f'<p class="link">Each is on a page of its own: <a href="{GLOSSARY}" target="_self">what the words mean</a>. '
        "The ones met most often:</p><ul>"
        + "".join(f'<li class="link">{term_link(term.name, term)}</li>' for term in TERMS if term.anchor in _MET_OFTEN)
        + "</ul>"
    )
    header("Every table and column")
    data_dictionary(store, person)
    st.caption(f"Toolkit version {__version__}. Version {store.version} of these records.")


def data_dictionary(store: StoreView, person: Person) -> None:
    """Draw the data dictionary, a table at a time, with the whole to download."""
    for title, as_html in _tables():
        with st.expander(title):
            st.html(as_html)
    st.download_button(
        "Download the data dictionary",
        dictionary_markdown(),
        file_name="data-dictionary.md",
        mime="text/markdown",
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_DICTIONARY),
    )


@cache
def _tables() -> tuple[tuple[str, str], ...]:
    """Return the title of every table and its columns as an accessible table: the same for everyone."""
    labels = {"label": "Column", "kind": "Kind", "required": "Needed", "description": "What it is"}
    return tuple(
        (TABLES[str(name)].title, table_html(rows[list(labels)], f"One row is {TABLES[str(name)].one_row_is}", labels))
        for name, rows in dictionary_frame().groupby("table", sort=False)
    )
