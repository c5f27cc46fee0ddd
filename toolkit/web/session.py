"""What a page knows of who looks at it: the session the guard let through, asked anew each time the page is drawn."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from toolkit.accounts import sessions
from toolkit.accounts.roles import Action, Person, Role, check_action
from toolkit.errors import NotPermitted
from toolkit.project_files import ANALYSES
from toolkit.records import Store
from toolkit.web.access import StoreView
from toolkit.web.door.guard import KNOWN_BY
from toolkit.web.lookups import centre_names

__all__ = ["act", "exported", "filtered", "known_by", "signed_in", "the_analyses", "viewed"]

ANALYSES_VARIABLE = "TOOLKIT_ANALYSES"
CENTRE_CHOSEN = "centre-at-work-for"
_OF, _VIEWED, _FILTERS = "session-of", "viewed-last", "filters-now"


def the_analyses() -> Path:
    """Return the folder of protocols: the one that was named, or the toolkit's own."""
    return Path(os.environ.get(ANALYSES_VARIABLE) or ANALYSES)


def known_by() -> str:
    """Return what the guard says the session is known by; empty when it let nobody in."""
    return str(st.context.headers.get(KNOWN_BY) or "")


def signed_in(store: Store) -> Person | None:
    """Return who is signed in, if anyone; whatever an earlier person did in this browser tab is forgotten."""
    session = known_by()
    if st.session_state.get(_OF) != session:
        st.session_state.clear()
        st.session_state[_OF] = session
    found = sessions.find_hash(store, session, seen=False) if session else None
    return with_centre(store, found.person) if found is not None and found.is_in else None


def with_centre(store: Store, person: Person) -> Person:
    """Return a manager with the name of the centre they are at work for: the one chosen, or their first."""
    if person.role is not Role.MANAGER:
        return person
    chosen = st.session_state.get(CENTRE_CHOSEN)
    centre = chosen if chosen in person.own_centres else person.centre_id
    return replace(person, centre_id=centre, centre_name=centre_names(store).get(centre, centre))


def filtered(name: str, value: Any) -> None:
    """Note what a page was asked to show only, for the audit's line of the view."""
    st.session_state.setdefault(_FILTERS, {})[name] = value if isinstance(value, str | int | bool) else str(value)


def viewed(store: StoreView, page: str) -> None:
    """Write in the audit that a page was looked at, with what it was asked to show only; once, not at each redraw."""
    asked = dict(st.session_state.pop(_FILTERS, {}))
    if st.session_state.get(_VIEWED) == (page, asked):
        return
    st.session_state[_VIEWED] = (page, asked)
    store.audit(action="viewed", what=f"page {page}", detail=asked)


def act(
    store: StoreView, person: Person, action: Action, *, centre_id: str | None = None, known: str | None = None
) -> None:
    """Let a person do something, or refuse it, with a line in the audit.

    Parameters
    ----------
    known
        What the session is known by, as `known_by` said when the page was drawn: for what is done off the page, where
        it cannot be asked. It is looked up when it is done, so whoever has left by then is refused.

    Raises
    ------
    NotPermitted
        When their role, or for a centre's rows their centre, does not reach it, or who is signed in now is not who
        the page was drawn for.
    """
    try:
        check_action(
            person if store.is_of_session(known_by() if known is None else known) else None, action, centre_id=centre_id
        )
    except NotPermitted:
        store.audit(action="refused", what=str(action), detail={"centre_id": centre_id or ""})
        raise


def exported(store: StoreView, person: Person, action: Action, *, known: str | None = None, **detail: Any) -> None:
    """Write in the audit that something was taken out; for a download button's ``on_click``."""
    act(store, person, action, known=known)
    store.audit(action="exported", what=str(action).removeprefix("download "), detail=detail)
