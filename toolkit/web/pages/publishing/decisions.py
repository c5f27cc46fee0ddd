"""Decisions of councillors, written down by the lead: a form, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person
from toolkit.errors import ToolkitError
from toolkit.publish.members.decisions import Decision
from toolkit.publish.members.findings import ASKED
from toolkit.web.access import LeadStore
from toolkit.web.parts.layout import as_it_is, header, sentence, table
from toolkit.web.session import act
from toolkit.wording.numbers import uk_date

LABELS = {"decided": "Decision", "again": "Look again by", "by": "Written down by", "at": "On"}
_ABOUT, _WORDS, _DAY, _SAID, _DONE = (f"decision-{name}" for name in ("about", "words", "day", "said", "done"))


def draw(store: LeadStore, person: Person) -> None:
    """Draw the form, and under it what was decided on the recommendation that is chosen."""
    header("Decisions of the scrutiny committee")
    sentence("Members read each decision in their ledger, beside what was found. What it replaces stays on record.")
    _outcome()
    asks = {one.number: one.asks for one in ASKED}
    about = st.selectbox("Recommendation", list(asks), format_func=lambda one: f"{one}: {asks[one]}", key=_ABOUT)
    before = [one for one in store.decisions() if one.about == about]
    with st.form("decision", enter_to_submit=False):
        st.text_area("What was decided", key=_WORDS, help="In a sentence or two. Leave out names and counts.")
        st.text_input(
            "Look at it again by",
            key=_DAY,
            placeholder="31/12/2030",
            help="Day, month and year. A decision needs one, so that somebody looks again.",
        )
        seen = before[-1].decision_id if before else 0
        st.form_submit_button("Write down the decision", on_click=_write_down, args=(store, person, about, seen))
    if before:
        table(rows(before), f"Decisions on {about}, the newest first", LABELS)


def rows(decisions: Sequence[Decision]) -> pd.DataFrame:
    """Return a row a decision, the newest first, in words."""
    return pd.DataFrame(
        [
            {"decided": one.words, "again": uk_date(one.look_again_on), "by": one.by, "at": uk_date(one.at)}
            for one in reversed(decisions)
        ]
    )


def _write_down(store: LeadStore, person: Person, about: str, seen: int) -> None:
    try:
        act(store, person, Action.PUBLISH)
        words, day = (st.session_state.get(name, "") for name in (_WORDS, _DAY))
        store.decide(about, words=words, look_again=day, seen=seen)
    except ToolkitError as error:
        st.session_state[_SAID] = str(error)
    else:
        st.session_state[_WORDS] = st.session_state[_DAY] = ""
        st.session_state[_DONE] = f"Written down. Members see it on {about}."


def _outcome() -> None:
    """Say what came of the last try; what was typed stands where it was refused."""
    refused, done = st.session_state.pop(_SAID, ""), st.session_state.pop(_DONE, "")
    if refused:
        st.error(as_it_is(refused))
    if done:
        st.success(as_it_is(done))
