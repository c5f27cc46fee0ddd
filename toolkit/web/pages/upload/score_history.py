"""What was stored of one score, by whom, and when: the score as it was stays beside each correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from toolkit.web.access import ManagerStore
from toolkit.web.parts.layout import table
from toolkit.wording.numbers import uk_time


def draw(store: ManagerStore, stored: Mapping[str, Any]) -> None:
    """Draw every state of the score, folded away."""
    rows = store.history_of(stored)
    with st.expander("What was stored of it, and by whom"):
        shown = pd.DataFrame(
            {
                "when": [uk_time(pd.Timestamp(at).to_pydatetime()) for at in rows["at"]],
                "score": [f"{score:g}" for score in rows["score"]],
                "by": rows["by"],
                "receipt": rows["upload_id"].astype(str),
            }
        )
        labels = {"when": "Stored", "score": "Score", "by": "By", "receipt": "Receipt"}
        table(shown, "The oldest first", labels)
