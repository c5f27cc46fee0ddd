"""Terms in a sentence as links to what they mean: one click from each to the page of words, and Back from there."""

from __future__ import annotations

from html import escape

import streamlit as st

from toolkit.wording.glossary import Term, parts_of

GLOSSARY = "/glossary"


def term_link(words: str, term: Term) -> str:
    """Return words as a link to what they mean, as HTML."""
    return f'<a class="term" href="{GLOSSARY}#{escape(term.anchor, quote=True)}" target="_self">{escape(words)}</a>'


def linked(sentence: str) -> str:
    """Return a sentence as HTML, in which each term is a link the first time it stands there."""
    return "".join(escape(words) if term is None else term_link(words, term) for words, term in parts_of(sentence))


def sentence_with_terms(sentence: str) -> None:
    """Draw a sentence as it is, whose terms are links."""
    st.html(f"<p>{linked(sentence)}</p>")
