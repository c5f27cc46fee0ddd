"""A list of contents: links to pages of the app, each with a sentence of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote, urlencode

import streamlit as st

_STYLE = "<style>ul.contents { padding-left: 1.2rem; } ul.contents li { margin-bottom: 0.8rem; }</style>"


def contents(page: str, entries: Iterable[tuple[str, str, str]]) -> None:
    """Draw links to a page that shows one question at a time.

    Parameters
    ----------
    page
        Its address.
    entries
        Of each link the question, its words, and a sentence beneath it; empty for none.
    """
    rows = [
        f'<li class="link"><a href="/{quote(page)}?{escape(urlencode({"question": question}))}" target="_self">'
        f"{escape(words)}</a>{f'<br>{escape(said)}' if said else ''}</li>"
        for question, words, said in entries
    ]
    st.html(f'{_STYLE}<ul class="contents">{"".join(rows)}</ul>')
