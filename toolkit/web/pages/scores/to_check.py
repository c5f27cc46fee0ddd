"""What a manager should put right in what the centre sent: stored scores that contradict others, and rows left out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from toolkit.web.access import ManagerStore
from toolkit.web.parts.layout import header, points, table
from toolkit.wording.numbers import counted, uk_date

LISTED = 20
_LEFT_OUT = "left out"  # how the note of an upload ends whose file had rows that could not be stored
_LABELS = {"family": "Family", "on": "Scored", "stage": "Stage", "check": "What to check"}


def show(store: ManagerStore, own: Mapping[str, str]) -> None:
    """Draw the rows to check, where there are any.

    Parameters
    ----------
    store
        The manager's view.
    own
        The centre's own family numbers by what is stored; empty where that is the same.
    """
    odd, left_out = store.scores_to_check(), _left_out(store)
    if odd.empty and not left_out:
        return
    header("Rows to put right")
    if left_out:
        st.write(
            "These files had rows that could not be stored. Mend them, if you have not yet, and upload them again."
        )
        points(left_out)
    if len(odd):
        st.write(
            f"{counted(len(odd), 'stored score')} may be wrong. Check against your own record. If the file was wrong, "
            "withdraw it on the page Upload scores and send the right one. If not, leave it."
        )
        rows = pd.DataFrame(
            {
                "family": [own.get(family, family) for family in odd["family_id"]],
                "on": [uk_date(day) for day in odd["scored_on"]],
                "stage": odd["stage"],
                "check": odd["check"],
            }
        )
        with st.expander("Which scores, and what to check"):
            table(rows.head(LISTED), "Stored scores to check", _LABELS)
            if len(rows) > LISTED:
                st.write(f"And {len(rows) - LISTED:,} more, once these are right.")


def _left_out(store: ManagerStore) -> list[str]:
    mine = store.uploads()
    files = mine[mine["withdrawn_in"].isna() & mine["note"].str.endswith(_LEFT_OUT)].head(LISTED)
    return [
        f"{file.source_name}, receipt {file.upload_id}, {uk_date(file.at)}: {file.note}" for file in files.itertuples()
    ]
