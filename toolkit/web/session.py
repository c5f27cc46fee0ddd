"""What a browser session holds: the store it looks at and who is signed in."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

from toolkit.demo import ANALYSES
from toolkit.errors import StoreError
from toolkit.records import Store
from toolkit.web.doors import Person
from toolkit.web.server import STORE_VARIABLE

DEMO_SIGN_IN_VARIABLE = "TOOLKIT_DEMO_SIGN_IN"
ANALYSES_VARIABLE = "TOOLKIT_ANALYSES"
_PERSON = "person"


def the_store() -> Store:
    """Return the store the app was started on.

    Raises
    ------
    StoreError
        When none was named.
    """
    folder = os.environ.get(STORE_VARIABLE, "")
    if not folder:
        raise StoreError(
            "No store was named. Start the app with: toolkit app --store DIR, or see it with: toolkit demo"
        )
    return Store.open(Path(folder))


def the_analyses() -> Path:
    """Return the folder of protocols: the one that was named, or the toolkit's own."""
    return Path(os.environ.get(ANALYSES_VARIABLE) or ANALYSES)


def may_sign_in_by_choice(store: Store) -> bool:
    """Whether anyone may choose who they are: on simulated records, or where that was switched on by name."""
    return store.is_simulated or os.environ.get(DEMO_SIGN_IN_VARIABLE) == "1"


def signed_in() -> Person | None:
    """Return who is signed in, if anyone."""
    person = st.session_state.get(_PERSON)
    return person if isinstance(person, Person) else None


def sign_in(person: Person) -> None:
    """Sign a person in, and forget whatever an earlier person did in this session."""
    st.session_state.clear()
    st.session_state[_PERSON] = person


def sign_out() -> None:
    """Forget the person and everything they did."""
    st.session_state.clear()
