"""Everything that was looked at before an answer was given, as one table: what speaks against it first."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.model import Bundle, KeptCheck, Rows
from toolkit.publish.looked_at import OUTCOMES
from toolkit.publish.verdicts.findings import looked_at
from toolkit.web.pages import answer_parts
from toolkit.web.parts.layout import header, table
from toolkit.wording.numbers import MINUS, counted, signed

_HEADINGS = {"what": "What was looked at", "outcome": "How it came out", "found": "What was found"}
_COLUMNS = {
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
_IN_100 = frozenset(
    {"estimate", "low", "high", "before", "after", "fall"}
    | {"residual", "share_joined", "bias", "with_treatment", "with_outcome"}
)
_NOT_SHOWN = frozenset({"benchmark", "p_value", "p_low", "p_high", "t", "se", "times"})
_SAID = {"joined": "Joined", "not_joined": "Had not joined"}


def draw(bundle: Bundle) -> None:
    """Draw the table, and folded away the figures behind it."""
    header("What was looked at, and what was found")
    rows = rows_of(bundle)
    if rows.empty:
        st.info("Nothing was looked at.")
        return
    table(rows, "What speaks against the answer first; “must hold” bars an answer where it does not", _HEADINGS)
    unsaid = [looked_at(check).lower() for check in bundle.checks if not _bears(bundle, check)]
    if unsaid:
        st.write(f"Also looked at, but they say nothing where there is no answer: {'; '.join(unsaid)}.")
    told = [check for check in bundle.checks if _bears(bundle, check) and bundle.may.check_in_full(check.name)]
    behind = [(check, figures(check.table or ()), held_against(check)) for check in told]
    behind = [(check, shown, needed) for check, shown, needed in behind if needed or not shown.empty]
    if behind:
        with st.expander("The figures behind each of them"):
            for check, shown, needed in behind:
                if shown.empty:
                    st.write(f"{looked_at(check)}. {needed}")
                else:
                    table(shown, f"{looked_at(check)}. {needed}".strip(), _COLUMNS)


def rows_of(bundle: Bundle) -> pd.DataFrame:
    """Return a row for each thing looked at: ``what``, ``outcome`` and ``found``, in words."""
    rows = [
        (f"{looked_at(check)}{' (must hold)' if check.is_gate else ''}", check.status, bundle.may.said_of(check))
        for check in bundle.checks
        if _bears(bundle, check)
    ] or [(answer_parts.looked_at_gate(gate), gate.status, bundle.may.said_of_gate(gate)) for gate in bundle.gates]
    order = list(OUTCOMES)
    rows.sort(key=lambda row: order.index(row[1]))
    return pd.DataFrame([(what, OUTCOMES[status], found) for what, status, found in rows], columns=list(_HEADINGS))


def _bears(bundle: Bundle, check: KeptCheck) -> bool:
    """Whether what a check found says something of this result: a gate always does."""
    return check.is_gate or bundle.may.bears(check.name)


def summary(bundle: Bundle) -> str:
    """Return how much was looked at and how much of it speaks against an answer, in a sentence."""
    rows = rows_of(bundle)
    against, care = (int((rows["outcome"] == OUTCOMES[status]).sum()) for status in ("fail", "warn"))
    if rows.empty:
        return ""
    if not against and not care:
        found = "Nothing was found against it."
    else:
        found = (
            f"{against or 'None'} speak{'s' if against == 1 else ''} against it, and {care or 'none'} "
            f"ask{'s' if care == 1 else ''} for care."
        )
    return f"We looked at {counted(len(rows), 'thing')} that could prove it wrong. {found} The tab Method lists them."


def held_against(check: KeptCheck) -> str:
    """Return the figure and what it was held against, where a check has both."""
    figure, threshold = check.figure, check.threshold
    if figure is None or threshold is None:
        return ""
    return f"Found: {written(figure)}. Held against: {written(threshold)}."


def figures(records: Rows) -> pd.DataFrame:
    """Return a check's table as a page shows it: what names a row first, shares in every 100, no p-values."""
    rows = pd.DataFrame(records)
    if "times" in rows:  # twice and three times as strong are in result.json
        rows = rows[rows["times"] == 1]
    rows = rows[[name for name in rows.columns if name not in _NOT_SHOWN]]
    order = [name for name in _COLUMNS if name in rows.columns]
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
