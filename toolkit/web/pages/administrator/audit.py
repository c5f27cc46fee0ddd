"""The administrator's look through the audit: who did what when, by person, by what was done, by days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.web.access import AdminStore
from toolkit.web.access.administrator import Wanted
from toolkit.web.parts.layout import as_it_is, page_head, table
from toolkit.web.session import exported
from toolkit.web.titles import TITLES
from toolkit.wording.audit_lines import FINGERPRINT_TOLD, done_in_words, particulars_in_words
from toolkit.wording.numbers import counted, uk_time

_A_PAGE = 50
_ANY = "Anything"
_LABELS = {"line": "Line", "when": "When", "who": "Who", "done": "What was done", "detail": "Particulars"}
_DAY = "For example 4/3/2026"


def show(store: AdminStore, person: Person) -> None:
    """Draw the page: what is looked for stands in its address."""
    check(person, "audit")
    page_head("Audit", simulated=store.is_simulated)
    wanted, problems = _wanted(store, st.query_params)
    for problem in problems:
        st.error(as_it_is(problem))
    pages = st.query_params.get("page", "1")
    page = int(pages) if pages.isdecimal() and 0 < int(pages) < 1_000_000 else 1
    rows, found = store.audit_found(wanted, start=_A_PAGE * (page - 1), most=_A_PAGE)
    if rows.empty:
        st.info("No line of the audit is like this. Take out the name, or choose other days.")
        return
    last = -(-found // _A_PAGE)
    table(_shown(rows), f"{counted(found, 'line')}, the newest first. Page {page} of {last}", _LABELS)
    _turn(page, last)
    st.write(f"A fingerprint is cut to its first {FINGERPRINT_TOLD} characters here. The file has each line whole.")
    st.download_button(
        "Download all of these (csv)",
        lambda: store.audit_csv(wanted),
        file_name="audit.csv",
        mime="text/csv",
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_AUDIT),
        kwargs={"lines": found},
    )


def _wanted(store: AdminStore, asked: Mapping[str, str]) -> tuple[Wanted, list[str]]:
    """Draw the form, and return what is looked for, with what was not understood of it."""
    actions = [_ANY, *store.audit_actions()]
    for name in ("who", "action", "from", "to"):  # from then on the form holds what was written last
        st.session_state.setdefault(f"audit_{name}", asked.get(name, ""))
    if st.session_state["audit_action"] not in actions:
        st.session_state["audit_action"] = _ANY
    with st.form("look", border=False):
        left, right = st.columns(2)
        given = {
            "who": left.text_input("Who (part of a name)", key="audit_who", max_chars=100),
            "action": right.selectbox("Did", actions, key="audit_action"),
            "from": left.text_input("From day", key="audit_from", placeholder=_DAY, max_chars=10),
            "to": right.text_input("To day", key="audit_to", placeholder=_DAY, max_chars=10),
        }
        if st.form_submit_button("Look"):
            st.query_params.from_dict({name: value for name, value in given.items() if value and value != _ANY})
    days = {name: _day(given[name]) for name in ("from", "to")}
    problems = [
        f'"{given[name]}" is not a day. Write day, month and year: 4/3/2026.'
        for name, day in days.items()
        if given[name].strip() and day is None
    ]
    action = given["action"] if given["action"] != _ANY else ""
    return Wanted(given["who"].strip(), action, days["from"], days["to"]), problems


def _day(written: str) -> date | None:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(written.strip(), form).date()
        except ValueError:
            continue
    return None


def _shown(rows: pd.DataFrame) -> pd.DataFrame:
    when = [uk_time(datetime.fromisoformat(str(at))) for at in rows["at"]]
    done = [done_in_words(*both, TITLES) for both in zip(rows["action"], rows["what"], strict=True)]
    detail = [particulars_in_words(str(one)) for one in rows["detail"]]
    return rows.assign(when=when, done=done, detail=detail, line=rows["line"].astype(int))[list(_LABELS)]


def _turn(page: int, last: int) -> None:
    newer, older = st.columns(2)
    for place, words, to, is_there in ((newer, "Newer", page - 1, page > 1), (older, "Older", page + 1, page < last)):
        if is_there and place.button(words):
            st.query_params["page"] = str(to)
            st.rerun()
