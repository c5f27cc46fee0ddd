"""The answer through the year: who had been referred by each day since joining, and how far the groups were apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.cumulative_incidence import GROUPS, gap_chart, shares_chart
from toolkit.publish.bundle.model import Bundle, Rows
from toolkit.web.parts.layout import chart, header
from toolkit.wording.amounts import fewer_or_more

_SHARES = ("joined", "not_joined", "difference", "low", "high")
_EVERY = 30  # days between two rows of the table


def draw(bundle: Bundle) -> None:
    """Draw the two charts, where the question is answered and the result has the table ``curve``."""
    rows = in_100(bundle.table("curve"))
    if not bundle.may.effect or rows.empty:
        return
    header("Through the year")
    st.write(
        "Both groups begin on the same day, the joining day, when nobody had been referred since. The lines count the "
        "families referred at least once by each day after it. They are the families as they are. The answer also "
        "allows for what little still differed between the groups, so it and the lines may end a little apart."
    )
    few = monthly(rows)
    chart(
        "How many had been referred, by days since joining",
        shares_chart(rows),
        "Two lines that rise from nothing on the joining day: families that joined, and families like them.",
        few[["day", "joined", "not_joined"]].round(1),
        {"day": "Days since joining", **GROUPS},
    )
    gap = ("difference", "low", "high")
    written = few.assign(**{name: [fewer_or_more(value) for value in few[name]] for name in gap})
    chart(
        "How far apart the groups were, by days since joining",
        gap_chart(rows),
        "A line with a band around it: how many fewer or more of every 100 families that joined had been referred.",
        written[["day", *gap]],
        {"day": "Days since joining", "difference": "In every 100", "low": "From", "high": "To"},
    )


def in_100(records: Rows) -> pd.DataFrame:
    """Return the table ``curve`` in families of every 100, in order of days."""
    rows = pd.DataFrame(records, columns=["day", *_SHARES]).dropna(subset=["day", "joined", "not_joined"])
    if len(rows) and (rows["day"] > 0).all():  # on the joining day nobody has been referred since
        rows = pd.concat([pd.DataFrame([dict.fromkeys(rows.columns, 0)]), rows])
    for name in _SHARES:
        rows[name] = 100 * rows[name].astype(float)
    return rows.sort_values("day", ignore_index=True)


def monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row about every 30 days, and the last."""
    keep = (rows["day"] // _EVERY).ne((rows["day"] // _EVERY).shift()) | (rows.index == len(rows) - 1)
    return rows[keep]
