"""Terms in a sentence as links to what they mean: one click from each to the page of words, and Back from there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import streamlit as st

from toolkit.wording.glossary import Term, parts_of

GLOSSARY = "/glossary"


def term_link(words: str, term: Term) -> str:
    """Return words as a link to what they mean, as HTML."""
    return f'<a class="term" href="{GLOSSARY}#{escape(term.anchor, quote=True)}" target="_self">{escape(words)}</a>'


def linked(sentence: str, seen: set[str]) -> str:
    """Return a sentence as HTML, in which each term is a link the first time its page says it.

    Parameters
    ----------
    sentence
        As it is shown; it stands within no link.
    seen
        The anchors that the page has links to already; those of this sentence are added.
    """
    found = []
    for words, term in parts_of(sentence):
        is_new = term is not None and term.anchor not in seen
        found.append(term_link(words, term) if term is not None and is_new else escape(words))
        if term is not None:
            seen.add(term.anchor)
    return "".join(found)


def sentence_with_terms(sentence: str, seen: set[str], *, is_strong: bool = False) -> None:
    """Draw a sentence as it is, whose terms are links where the page has not said them before (`linked`)."""
    html = linked(sentence, seen)
    st.html(f'<p class="with-terms">{f"<strong>{html}</strong>" if is_strong else html}</p>')


def points_with_terms(sentences: Iterable[str], seen: set[str]) -> None:
    """Draw sentences as a list, their terms as `sentence_with_terms` has them; nothing where there are none."""
    lines = [f"<li>{linked(sentence, seen)}</li>" for sentence in sentences]
    if lines:
        st.html(f'<ul class="with-terms">{"".join(lines)}</ul>')
