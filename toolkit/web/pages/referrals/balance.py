"""How alike the groups were: every thing known of them, before and after matching, in one picture."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.balance import BALANCED, balance_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.web.parts.layout import chart


def draw(bundle: Bundle) -> bool:
    """Draw the picture; return whether there was one to draw."""
    rows = pd.DataFrame(bundle.balance or [])
    if rows.empty:
        return False
    shown = rows.rename(columns={"smd_before": "before", "smd": "after"})[["label", "before", "after"]]
    beyond = int((shown["after"].abs() >= BALANCED).sum())
    st.write(
        "Matching should bring the two groups together: each circle should lie within the grey band. "
        f"It ends at {BALANCED} of a standard deviation, within which groups are commonly called alike."
    )
    written = shown.assign(**{name: [f"{round(v, 2) + 0.0:.2f}" for v in shown[name]] for name in ("before", "after")})
    chart(
        f"The groups still differ on {beyond} of {len(shown)} things"
        if beyond
        else "The groups are alike on everything recorded",
        balance_chart(shown, BALANCED),
        f"Differences between the groups before and after matching on {len(shown)} things known on the day. After it "
        f"{len(shown) - beyond} lie within the band.",
        written.replace("-", "−", regex=True),
        {"label": "What was compared", "before": "Before matching", "after": "After matching"},
    )
    return True
