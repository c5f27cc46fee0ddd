"""A county's own series on the page of Recommendation 10: the ways around the answer, as may be."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.parts.estimates import signed
from toolkit.web.parts.layout import table

_WAYS = {
    "older_children": "Beside older children",
    "neighbours": "Beside the neighbours",
    "alone": "The county by itself",
    "level_change": "The jump when the money came",
    "slope_change": "The new trend, each time on",
}


def draw(bundle: Bundle, rows: pd.DataFrame, by: dict[str, str]) -> None:
    """Draw what a result may show beside its chart: all ways where it answers, signed figures where it cannot tell.

    Parameters
    ----------
    bundle
        The result.
    rows
        Its series, with ``period`` and ``referrals``.
    by
        Headings of those two.
    """
    if bundle.may.effect:
        table(ways(bundle), "All ways to work it out, in every 100 referrals")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways(bundle), "What was looked at, in every 100 referrals")
            if rows["fitted"].notna().any():
                st.write("What one would expect without the money, and the range that most counts lie in by chance.")
                heads = {**by, "expected": "Expected", "low": "From", "high": "To"}
                table(rows[["period", "referrals", "expected", "low", "high"]].round(0), "Referrals counted", heads)


def ways(bundle: Bundle) -> pd.DataFrame:
    """Return the main answer and the ways around it as signed numbers, in every 100 referrals."""
    rows = []
    for one in bundle.estimates:
        if one.estimate is not None and one.low is not None and one.high is not None and one.estimator in _WAYS:
            figures = (signed(100 * value) for value in (one.estimate, one.low, one.high))
            row = {"What": _WAYS[one.estimator]}
            rows.append(row | dict(zip(("In every 100", "From", "To"), figures, strict=True)))
    return pd.DataFrame(rows, columns=["What", "In every 100", "From", "To"])
