"""What the pages of scores share: the change by first score, and who was never scored again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.scores import change_by_start
from toolkit.web.parts.layout import chart, table
from toolkit.wording.numbers import per_cent

HOW_TO_READ = (
    "Each bar is all families with that first score. Its black line is the range that the data fit for the share that "
    "scored better: the fewer the families, the wider. Read each bar by itself."
)


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


_POINTS = {
    "start": "First score",
    "families": "Families",
    "mean_change": "Moved by (points)",
    "usual_change": "Usual elsewhere",
    "expected": "By chance alone",
    "beyond": "Beyond chance",
    "low_beyond": "From",
    "high_beyond": "To",
}


def beyond_chance(rows: pd.DataFrame) -> None:
    """Draw, by first score, the change beside what is usual at other centres and what chance alone would make.

    Parameters
    ----------
    rows
        A study's table ``by_start``; results of before it had these columns draw nothing.
    """
    if "usual_change" not in rows:
        return
    st.write(
        "A low first score is partly chance: scored again, with nothing changed, such families score higher. How much "
        "higher is what families show who were scored by two workers on one day. Where these are too few, it is not "
        "known, and nothing is assumed."
    )
    seen = rows[rows["families"] > 0].reindex(columns=list(_POINTS))
    shown = seen.assign(start=seen["start"].astype(str))
    for name in list(_POINTS)[2:]:
        shown[name] = shown[name].astype(float).round(2)
    table(shown, "Points moved, by first score", _POINTS)


def in_parts(rows: pd.DataFrame, by: str, title: str) -> None:
    """Draw the change in parts, by a study's table of them; nothing where there is none.

    Parameters
    ----------
    rows
        ``families``, ``share_improved``, ``mean_change`` with ``low_change`` and ``high_change``, and the parts.
    by, title
        The column that names the parts, and its heading.
    """
    if rows.empty:
        return
    shown = rows[[by, "families"]].assign(share=[per_cent(share) for share in rows["share_improved"]])
    for name in ("mean_change", "low_change", "high_change"):
        shown[name] = rows[name].astype(float).round(2)
    labels = {by: title, "families": "Scored twice", "share": "Scored better", "mean_change": "Moved by (points)"}
    table(shown, f"Change by {title.lower()}", labels | {"low_change": "From", "high_change": "To"})


def never_scored_again(rows: pd.DataFrame) -> None:
    """Draw who was never scored again, by first score, from a study's table ``no_second_score``."""
    shown = rows[rows["families"] > 0]
    table(
        shown.assign(start=shown["start"].astype(str), share=[per_cent(share) for share in shown["share"]])[
            ["start", "families", "no_second_score", "share"]
        ],
        "Families with no second score, by first score",
        {"start": "First score", "families": "Families", "no_second_score": "Never scored again", "share": "Share"},
    )
