"""The answer through the year: who had been referred by each day since joining, and how far the groups were apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.cumulative_incidence import GROUPS, gap_chart, shares_chart
from toolkit.publish.bundle.estimates import HUNDRED, counted_in, in_words
from toolkit.publish.bundle.model import Bundle, Rows
from toolkit.web.parts.layout import chart, header

_SHARES = ("joined", "not_joined", "difference", "low", "high")
_EVERY = 30  # days between two rows of the table


def draw(bundle: Bundle) -> None:
    """Draw the two charts, where the question is answered and the result has the table ``curve``."""
    base = counted_in(bundle)
    rows = in_every(bundle.table("curve"), base)
    if not bundle.may.effect or rows.empty:
        return
    header("Through the year")
    st.write(
        "Both groups begin on the same day, the joining day, when nobody had been referred since. The lines count the "
        "families referred at least once by each day after it, as they are. The answer also allows for what still "
        "differed between the groups, so it and the ends of the lines may lie a little apart."
    )
    few = monthly(rows)
    chart(
        "How many had been referred, by days since joining",
        shares_chart(rows, base),
        "Two lines that rise from nothing on the joining day: families that joined, and families like them.",
        few[["day", "joined", "not_joined"]].round(1 if base == HUNDRED else 0),
        {"day": "Days since joining", **GROUPS},
    )
    gap = ("difference", "low", "high")
    written = few.assign(**{name: [in_words(value, base) for value in few[name]] for name in gap})
    chart(
        "How far apart the groups were, by days since joining",
        gap_chart(rows),
        f"A line with a band around it: how many fewer or more of every {base:,} that joined had been referred.",
        written[["day", *gap]],
        {"day": "Days since joining", "difference": f"In every {base:,}", "low": "From", "high": "To"},
    )


def in_every(records: Rows, base: int = HUNDRED) -> pd.DataFrame:
    """Return the table ``curve`` in families of every ``base``, in order of days."""
    rows = pd.DataFrame(records, columns=["day", *_SHARES]).dropna(subset=["day", "joined", "not_joined"])
    if len(rows) and (rows["day"] > 0).all():  # on the joining day nobody has been referred since
        rows = pd.concat([pd.DataFrame([dict.fromkeys(rows.columns, 0)]), rows])
    for name in _SHARES:
        rows[name] = base * rows[name].astype(float)
    return rows.sort_values("day", ignore_index=True)


def monthly(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a row about every 30 days, and the last."""
    keep = (rows["day"] // _EVERY).ne((rows["day"] // _EVERY).shift()) | (rows.index == len(rows) - 1)
    return rows[keep]
