"""The figures behind an answer as members may see them, in tables: the differences in words, and families in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.counts import count_told, to_the_nearest
from toolkit.publish.members.model import MemberView
from toolkit.web.parts.layout import table


def differences(view: MemberView) -> None:
    """Draw every difference that may be put into words."""
    if view.estimates:
        table(
            pd.DataFrame([{"label": e.label, "words": e.words} for e in view.estimates]),
            "Families that joined, against families like them",
            {"label": "Within 12 months", "words": "About how many"},
        )


def families(view: MemberView) -> None:
    """Draw how many families had it happen in either group, rounded."""
    events = view.tables.get("events_matched")
    if not events:
        return
    st.write("These are the families as counted. The answer also allows for what little still set them apart.")
    rows = _counts(events, view.least_told)
    key = view.key if (rows == SUPPRESSED).to_numpy().any() else ""
    table(
        rows,
        f"Families. {to_the_nearest(view.round_to)}{key}".strip(),
        {"label": "Within 12 months", "group": "Families"},
    )


def _counts(events: Sequence[Mapping[str, Any]], least_told: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "label": row["label"],
                "group": "joined a centre" if row["joined"] else "alike, had not joined",
                "Compared": count_told(row["families"], least_told),
                "With it": count_told(row["with_outcome"], least_told),
            }
            for row in events
        ]
    )
