"""The figures of a result that cannot tell: signed numbers in folded tables for analysts, none of them a finding."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.web.pages.referrals import curve, groups, methods
from toolkit.web.parts.estimates import VALUES, differences, signed
from toolkit.web.parts.layout import table

_LABELS = {"estimate": "In every 100", "low": "From", "high": "To"}
_READ = (
    "The range holds both sides of no difference, so these data cannot tell. Nothing below may be quoted as a result. "
    "Each number is a difference in every 100 families, with the ends of its range: below 0 where it happened less "
    "often to those that joined, above 0 where it happened more often."
)


def draw(bundle: Bundle) -> None:
    """Draw the tables, folded away, where the verdict cannot tell."""
    everything = differences(bundle)
    if not bundle.may.only_as_figures or everything.empty:
        return
    with st.expander(NOT_A_FINDING):
        st.write(_READ)
        _table(methods.methods(bundle), "Ways of comparing", "Way of comparing")
        _table(everything[everything["estimator"] == "matched"], "What was looked at", "Within a year")
        kinds = groups.groups(bundle.table("subgroups"))
        _table(kinds.assign(label=kinds["heading"] + ": " + kinds["label"]), "Kinds of family", "Kind of family")
        through = curve.monthly(curve.in_100(bundle.table("curve")))
        days = through.assign(label=through["day"].astype(str), estimate=through["difference"])
        _table(days, "By days since joining", "Days since joining")


def _table(rows: pd.DataFrame, caption: str, label: str) -> None:
    shown = rows[rows["low"].notna()]
    if shown.empty:
        return
    written = shown[["label"]].assign(**{name: [signed(value) for value in shown[name]] for name in VALUES})
    table(written, caption, {"label": label, **_LABELS})
