"""The tab of families never scored again: what all may have done, and who was lost."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.lost import (
    lost_by,
    lost_in_words,
    may_have_done,
    may_have_done_in_words,
    table_of_lost,
    table_of_may,
)
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.numbers import per_cent


def draw(store: ResultsStore, bundle: Bundle) -> None:
    """Draw how far the headline could be out, who was lost, and folded away the same by centre."""
    header("How wrong could the headline be?")
    _range(pd.DataFrame(bundle.table("missing_range")))
    header("Who was never scored again?")
    groups = pd.DataFrame(bundle.table("missing_by_group"))
    if groups.empty:
        st.info("No family has had time to be scored again yet.")
        return
    chart("Share never scored again, by what was known at the first score", lost_by(groups), lost_in_words(groups),
          table_of_lost(groups), {})  # fmt: skip
    _by_centre(store, pd.DataFrame(bundle.table("missing_by_centre")))


def _range(rows: pd.DataFrame) -> None:
    rows = rows[rows["measure"] == "share_improved"] if len(rows) else rows
    if rows.empty:
        st.info("No family has two scores yet.")
        return
    st.write(
        "Each bar holds the share of all families that scored better, whichever way the lost ones went. A dot is one "
        "figure. The thin line is what the data fit."
    )
    chart("The less we assume of the lost, the wider the range", may_have_done(rows), may_have_done_in_words(rows),
          table_of_may(rows), {})  # fmt: skip


def _by_centre(store: ResultsStore, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    names = store.centre_names()
    shown = pd.DataFrame(
        {
            "Centre": [f"{names.get(number, '')} ({number})".strip() for number in rows["centre_id"]],
            "Families": rows["families"],
            "Never scored again": rows["no_second_score"],
            "Share": [per_cent(share) for share in rows["share"]],
        }
    )
    with st.expander("By centre"):
        st.write("In the order of their numbers. Small centres differ by luck, so this is no league table.")
        table(shown, "Families never scored again, by centre")
