"""What the pages of scores share: the change by first score."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.scores import change_by_start
from toolkit.web.parts.layout import chart
from toolkit.wording.numbers import per_cent

HOW_TO_READ = "The line under a bar is the range that the data fit. Read each bar by itself."


def by_first_score(rows: pd.DataFrame, headline: str) -> None:
    """Draw the change by first score as bars with intervals, and its numbers.

    Parameters
    ----------
    rows
        A study's table ``by_start``.
    headline
        What it shows.
    """
    st.write(HOW_TO_READ)
    seen = rows[rows["families"] > 0]
    numbers = seen[["start", "families", "improved", "same", "worse"]].assign(
        start=seen["start"].astype(str),
        low=[per_cent(share) for share in seen["low_improved"]],
        high=[per_cent(share) for share in seen["high_improved"]],
    )
    said = "; ".join(
        f"of those that began at {start}, {per_cent(share)} scored better"
        for start, share in zip(seen["start"], seen["share_improved"], strict=True)
    )
    chart(
        headline,
        change_by_start(rows),
        f"Bars of families that scored better, the same and worse, by first score: {said}.",
        numbers,
        {
            "start": "First score",
            "families": "Families",
            "improved": "Better",
            "same": "The same",
            "worse": "Worse",
            "low": "Better: from",
            "high": "to",
        },
    )
