"""The figures of a result that cannot tell: signed numbers in folded tables for analysts, none of them a finding."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.publish.bundle.estimates import HUNDRED, VALUES, answers, counted_in, differences
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.pages.referrals import curve, groups, methods
from toolkit.web.parts.layout import table
from toolkit.wording.numbers import signed

_READ = (
    "These data cannot tell, so nothing below may be quoted as a result. "
    "Each number is a difference in every {base:,} families, with the ends of its range: below 0 where it happened "
    "less often to those that joined, above 0 where it happened more often."
)


def draw(bundle: Bundle) -> None:
    """Draw the tables, folded away, where the verdict cannot tell."""
    everything = differences(bundle)
    if not bundle.may.only_as_figures or everything.empty:
        return
    with st.expander(NOT_A_FINDING):
        base, facts = counted_in(bundle), bundle.facts_as(MatchedCohortFacts)
        st.write(_READ.format(base=base))
        _table(methods.methods(bundle), base, "Ways of comparing", "Way of comparing")
        _table(answers(everything), base, "What was looked at", facts.within.capitalize())
        kinds = groups.groups(bundle.table("subgroups"), base)
        _table(kinds.assign(label=kinds["heading"] + ": " + kinds["label"]), base, "Kinds of family", "Kind of family")
        through = curve.monthly(curve.in_every(bundle.table("curve"), base))
        days = through.assign(label=[f"{day:g}" for day in through["day"]], estimate=through["difference"])
        _table(days, base, "By days since joining", "Days since joining")


def _table(rows: pd.DataFrame, base: int, caption: str, label: str) -> None:
    shown = rows[rows["low"].notna()]
    if shown.empty:
        return
    places = 1 if base == HUNDRED else 0
    written = shown[["label"]].assign(**{name: [signed(value, places) for value in shown[name]] for name in VALUES})
    table(written, caption, {"label": label, "estimate": f"In every {base:,}", "low": "From", "high": "To"})
