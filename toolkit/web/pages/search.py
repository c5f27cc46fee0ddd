"""Search: pages, questions, published answers, checks and terms that the role of whoever looks may open."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from toolkit.accounts.roles import PAGES, Person, Role, check
from toolkit.publish.members.findings import ASKED
from toolkit.publish.verdicts.findings import LOOKED
from toolkit.web.access import MemberStore, StoreView
from toolkit.web.parts.layout import link, page_head
from toolkit.web.parts.terms import GLOSSARY
from toolkit.web.results import Published
from toolkit.web.titles import ABOUT, TITLES
from toolkit.wording.glossary import TERMS
from toolkit.wording.numbers import counted
from toolkit.wording.search import Entry, found

_LONGEST = 100
_OF_STAFF = {"rec11": "referrals", "para73": "progress", "rec10": "money"}


def show(store: StoreView, person: Person) -> None:
    """Draw the page: what is looked for stands in its address."""
    check(person, "search")
    page_head("Search", simulated=store.is_simulated)
    asked = st.query_params.get("q", "")[:_LONGEST]
    st.html(search_form(asked))
    if not asked.strip():
        st.write("Type a word, such as *referral*, or the number of a recommendation, such as *11*.")
        return
    hits = found([*entries(person.role), *_answers(store)], asked)
    if not hits:
        st.info("Nothing that you can open has all these words. Try fewer of them, or the beginning of one.")
        link("about", "What these data are, and what the words mean")
        return
    st.html(
        f'<p role="status">{counted(len(hits), "thing")} found.</p><ol class="hits">'
        + "".join(
            f'<li class="link"><a href="{escape(one.address, quote=True)}" target="_self">{escape(one.name)}</a> '
            f"({escape(one.kind.lower())})<br>{escape(one.words)}</li>"
            for one in hits
        )
        + "</ol>"
    )


def search_form(asked: str = "") -> str:
    """Return the field to search with, as HTML: it works by keyboard alone and without a redraw of the page."""
    return (
        '<form action="/search" method="get" role="search"><label>Search pages, questions and words<br>'
        f'<input type="search" name="q" maxlength="{_LONGEST}" value="{escape(asked, quote=True)}"></label> '
        '<button class="sign-out" type="submit">Search</button></form>'
    )


def entries(role: Role) -> Iterator[Entry]:
    """Yield what a role can find whatever was answered: its pages, questions it may read of, checks and terms."""
    pages = PAGES[role]
    for asked in ASKED:
        for question in asked.questions[:1]:
            page = "answers" if "answers" in pages else _OF_STAFF.get(question.split("_")[0], "publish")
            if page in pages:
                yield Entry("Question", asked.number, asked.asks, f"/{page}?question={question}")
    for page in pages:
        if page != "search":
            yield Entry("Page", TITLES[page], ABOUT.get(page, ""), f"/{page}")
    for looked in LOOKED.values() if "referrals" in pages else ():
        words = "Looked at to see whether the answer on referrals stands. How it came out is on the tab Method."
        within = f"check {looked.passed} {looked.warned} {looked.failed}"
        yield Entry("Check", looked.at, words, "/referrals?tab=Method", within)
    for term in TERMS:
        words = f"{term.meaning} ({', '.join(term.also)})" if term.also else term.meaning
        yield Entry("Word", term.name[0].upper() + term.name[1:], words, f"{GLOSSARY}#{term.anchor}")


def _answers(store: StoreView) -> Iterator[Entry]:
    """Yield the published answers, for members: found by all that they say, of which the first sentence is shown."""
    for one in store.published() if isinstance(store, MemberStore) else ():
        if isinstance(one, Published):
            said = one.view.verdict
            within = " ".join(
                [said.sentence, said.detail, said.hidden, said.evidence, *said.cannot_show, *said.concerns]
            )
            address = f"/answers?question={one.view.question}"
            yield Entry("Answer", one.view.title, said.in_short, address, f"{one.view.recommendation} {within}")
