"""How the server and its store are: what to see to first, then versions, copies, room and studies under way."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.web.access import AdminStore
from toolkit.web.parts.layout import header, page_head, points, table


def show(store: AdminStore, person: Person) -> None:
    """Draw the page."""
    check(person, "system")
    page_head("Health", simulated=store.is_simulated)
    with st.spinner("Looking at the store and the disk…"):
        found = store.condition()
    to_do = list(found.to_see_to())
    header("What to see to")
    if to_do:
        points(to_do)
    else:
        st.write("Nothing. The last backup is new enough, and there is room on the disk.")
    header("How it is")
    table(pd.DataFrame(found.rows(), columns=["what", "how"]), "Now", {"what": "What", "how": "How it is"})
