"""A manager's own centre: how its families' scores moved, with a caution for small numbers."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.records import Store
from toolkit.studies.centre_progress import FEW_FAMILIES, centre_progress
from toolkit.web.charts.scores import change_by_start
from toolkit.web.doors import Person
from toolkit.web.layout import chart, header, page_head, table, verdict


class OwnRecords:
    """A store as the manager of one centre may read it."""

    def __init__(self, store: Store, centre_id: str) -> None:
        self._store = store
        self._centre_id = centre_id

    def read(self, name: str) -> pd.DataFrame:
        """Return a table's rows that belong to the centre."""
        return self._store.read(name, centre_ids=[self._centre_id])


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head(f"Progress at {person.centre_name}", simulated=store.is_simulated)
    found = centre_progress(OwnRecords(store, person.centre_id))
    if not found.families:
        st.info("No scores are stored for your centre yet. Upload them first.")
        return
    verdict(found.sentence)
    if found.scored_twice < FEW_FAMILIES:
        st.warning(f"Only {found.scored_twice} families have two scores. With so few, one family changes the picture.")
    header("By first score")
    chart(
        change_by_start(found.by_start),
        "Share of your families that scored higher, the same and lower, by first score.",
        found.by_start[["start", "families", "improved", "same", "worse"]],
        "Your families by first score and change",
        start="First score",
        families="Families",
        improved="Higher",
        same="The same",
        worse="Lower",
    )
    st.write(
        "Families that start at 1 can only go up, and those that start at 5 only down. So read each row by itself."
    )
    header("Not scored again")
    table(
        pd.DataFrame(
            [
                ("Scored at least once", found.families),
                ("Scored twice or more", found.scored_twice),
                ("Never scored again", found.families - found.scored_twice),
            ],
            columns=["what", "families"],
        ),
        "Your families",
        {"what": "", "families": "Families"},
    )
    st.write(
        "Scores show how families moved. They do not show why. Families often come at their worst and get better "
        "anyway, and workers score their own work."
    )
