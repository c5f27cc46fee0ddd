"""The members' answers: the latest published verdict on each question, and nothing that is not safe to show."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.records import Store
from toolkit.web.doors import Person
from toolkit.web.layout import header, page_head, table, uk_date, verdict
from toolkit.web.results import published


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("The answers so far", simulated=store.is_simulated)
    views = published(store)
    if not views:
        st.info("Nothing is published yet. The early intervention lead publishes each answer when it is ready.")
        return
    for view in views:
        _answer(view)


def _answer(view: dict[str, Any]) -> None:
    header(view["title"])
    verdict(view["verdict"]["sentence"])
    st.write(view["verdict"]["detail"])
    if view["estimates"]:
        rows = pd.DataFrame([{"label": e["label"], "words": e["words"]} for e in view["estimates"]])
        table(
            rows,
            "The difference in families",
            {"label": "Within 12 months", "words": "Families that joined, against families like them"},
        )
    with st.expander("What this cannot show"):
        st.markdown("\n".join(f"- {sentence}" for sentence in view["verdict"]["cannot_show"]))
        st.write(view["verdict"]["evidence"])
    as_of = view["as_of"]
    st.caption(
        f"{view['recommendation']}. Records {uk_date(as_of.get('first_day'))} to {uk_date(as_of.get('last_day'))}. "
        f"Published {uk_date(view['published_at'])}. Small numbers are hidden or rounded to protect families."
    )
