"""The figures behind a check as a page shows them: shares in every 100, numbers to three figures, no p-values."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.publish.bundle.model import KeptCheck, Rows
from toolkit.wording.numbers import MINUS, signed

COLUMNS = {
    "label": "What",
    "group": "Group",
    "left_out": "Left out",
    "area": "Reach area",
    "estimate": "In every 100",
    "low": "From",
    "high": "To",
    "before": "Before, in 100",
    "after": "After, in 100",
    "fall": "Fall, in 100",
    "residual": "More or fewer than expected, in 100",
    "share_joined": "Joined a year, in 100",
    "could_change": "Could move it by, in 100",
    "moved": "Moved away, in 100",
    "referred_as_often": "Referred, beside those like them (1 is as often)",
    "bias": "Would move it by, in 100",
    "n_treated": "Joined",
    "rows": "Families compared",
    "with_treatment": "Tied to joining, in 100",
    "with_outcome": "Tied to the outcome, in 100",
    "e_value": "E-value",
    "gamma": "How uneven",
    "hash": "Plan (protocol hash)",
    "registered_on": "Written down on",
    "why": "Why it changed",
}
"""The headings of a check's table."""
_IN_100 = frozenset(
    {"estimate", "low", "high", "before", "after", "fall"}
    | {"residual", "share_joined", "could_change", "moved", "bias", "with_treatment", "with_outcome"}
)
_NOT_SHOWN = frozenset({"benchmark", "p_value", "p_low", "p_high", "t", "se", "times"})
_SAID = {"joined": "Joined", "not_joined": "Had not joined"}


def held_against(check: KeptCheck) -> str:
    """Return the figure and what it was held against, where a check has both."""
    figure, threshold = check.figure, check.threshold
    if figure is None or threshold is None:
        return ""
    return f"Found: {written(figure)}. The limit: {written(threshold)}."


def figures(records: Rows) -> pd.DataFrame:
    """Return a check's table as a page shows it: what names a row first, shares in every 100, no p-values."""
    rows = pd.DataFrame(records)
    if "times" in rows:  # twice and three times as strong are in result.json
        rows = rows[rows["times"] == 1]
    rows = rows[[name for name in rows.columns if name not in _NOT_SHOWN]]
    order = [name for name in COLUMNS if name in rows.columns]
    rows = rows[[*order, *(name for name in rows.columns if name not in order)]]
    for name in rows.columns:
        if pd.api.types.is_numeric_dtype(rows[name]) and not pd.api.types.is_bool_dtype(rows[name]):
            rows[name] = [
                "" if pd.isna(value) else (in_100(value) if name in _IN_100 else written(value)) for value in rows[name]
            ]
        else:
            rows[name] = [_SAID.get(value, value) if isinstance(value, str) else value for value in rows[name]]
    return rows


def in_100(share: float) -> str:
    """Return a share as so many in every 100.

    >>> in_100(-0.0163), in_100(-0.0001)
    ('−1.6', '0.0')
    """
    return signed(100 * share).removeprefix("+")


def written(value: float) -> str:
    """Return a number to three figures, whole when it is.

    >>> written(803.0), written(0.04536), written(-1.7138), written(0.0)
    ('803', '0.0454', '−1.71', '0')
    """
    if float(value).is_integer():
        return f"{int(value):,}".replace("-", MINUS)
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}".replace("-", MINUS)
