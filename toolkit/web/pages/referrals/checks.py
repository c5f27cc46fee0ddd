"""The attempts to prove an answer wrong: what it did not stand, what asks for care, what it stood, with the figures."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.model import Bundle, KeptCheck, Rows
from toolkit.publish.verdicts.findings import looked_at
from toolkit.publish.verdicts.may_show import MayShow
from toolkit.web.pages import answer_parts
from toolkit.web.parts.layout import points, sentence, table
from toolkit.wording.numbers import MINUS, counted, signed

_GROUPS = {
    "fail": ("Found against it", "Read what is said above in the light of this, or not at all."),
    "warn": ("Take care", "Keep this in mind."),
    "pass": ("Nothing found against it", "Open one to see what was looked at, and how it came out."),
}
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
    """Draw the checks by how the answer stood them; an older result has only its gates."""
    checks = bundle.checks
    if not checks:
        answer_parts.gates(bundle)
        return
    st.write(summary(bundle))
    others = [check for check in checks if check not in _barring(bundle)]
    shown = [check for check in others if bundle.may.bears(check.name)]
    for status, (heading, advice) in _GROUPS.items():
        of_it = [check for check in shown if check.status == status]
        if not of_it:
            continue
        st.subheader(f"{heading} ({len(of_it)})", anchor=False)
        st.write(advice)
        for check in of_it:
            _one(check, bundle.may)
    unsaid = [looked_at(check).lower() for check in others if not bundle.may.bears(check.name)]
    if unsaid:
        st.write(f"Also looked at, but they say nothing where there is no answer: {'; '.join(unsaid)}.")


def barring(bundle: Bundle) -> None:
    """Draw what bars an answer: what was found, in the open, with its figures folded away."""
    checks = _barring(bundle)
    for check in checks:
        _one(check, bundle.may)
    if not checks:  # a result of before the checks
        points(bundle.may.said_of_gate(gate) for gate in bundle.failed_gates)


def is_barred_by(bundle: Bundle, name: str) -> bool:
    """Whether a gate of this name is among what bars an answer."""
    return bundle.may.state == "cannot_say" and any(gate.name == name for gate in bundle.failed_gates)


def _barring(bundle: Bundle) -> list[KeptCheck]:
    return [check for check in bundle.checks if is_barred_by(bundle, check.name)]


def summary(bundle: Bundle) -> str:
    """Return how many checks the answer stood, and what a gate is."""
    checks = bundle.checks
    stood = sum(check.status == "pass" for check in checks)
    gates = sum(check.is_gate for check in checks)
    if not bundle.may.effect:
        barred = len(_barring(bundle))
        return (
            f"We look at {counted(len(checks), 'thing')} before giving an answer. {gates} must hold, or none is given: "
            f"they are marked “must hold”. {'All of these did' if not barred else f'{barred} of these did not'}."
        )
    return (
        f"We tried {counted(len(checks), 'way')} to prove the answer wrong. It stood {stood} of them. "
        f"{gates} must hold, or the answer is not put into words: they are marked “must hold”."
    )


def _one(check: KeptCheck, may: MayShow) -> None:
    """Draw a check: what it found is in the open unless the answer stood it; the figures are folded away."""
    what = looked_at(check)
    name = f"{what} (must hold)" if check.is_gate else what
    in_full = may.check_in_full(check.name)
    needed = held_against(check) if in_full else ""
    rows = figures(check.table or ()) if in_full else pd.DataFrame()
    if check.status != "pass":
        points([f"{name}: {may.said_of(check)}"])
        if needed or not rows.empty:
            with st.expander(f"The figures: {what[0].lower()}{what[1:]}"):
                _figures(what, needed, rows)
        return
    with st.expander(name):
        sentence(may.said_of(check))
        _figures(what, needed, rows)


def _figures(what: str, needed: str, rows: pd.DataFrame) -> None:
    if needed:
        st.write(needed)
    if not rows.empty:
        table(rows, what, _COLUMNS)


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
