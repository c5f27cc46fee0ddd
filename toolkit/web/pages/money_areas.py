"""Money by reach area on the page of Recommendation 10: the areas drawn, or their figures folded away, as may be."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.money.areas import areas_chart, areas_in_words, table_of_areas
from toolkit.publish.bundle.estimates import signed_ways
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.reach_areas.facts import ReachAreasFacts
from toolkit.web.parts.layout import chart, table

_HEADINGS = {
    "area": "Area",
    "pounds": "Pounds a child",
    "change": "Change",
    "low": "From",
    "high": "To",
    "fitted": "Line",
}
_WAYS = (
    ("Areas' change by their money", "effect"),
    ("The county as a whole", "prevented"),
    ("Each quarter by itself", "by_quarter"),
    ("Every referral counted", "other_count"),
    ("With deprivation allowed for", "with_deprivation"),
    ("Within districts", "within_districts"),
    ("Where a centre opened", "opening"),
)


def draw(bundle: Bundle) -> None:
    """Draw the areas where the result answers."""
    if bundle.may.effect:
        areas = table_of_areas(pd.DataFrame(bundle.table("money_areas")))
        if len(areas):
            headline = "How referrals changed in each area, by the money it got"
            chart(headline, areas_chart(areas), areas_in_words(areas), areas, _HEADINGS)


def draw_ways(bundle: Bundle) -> None:
    """Draw the ways to work it out: a table where the result answers, signed figures where it cannot tell."""
    if bundle.may.effect:
        table(ways(bundle), "Other ways to work it out, in every 100 referrals")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways(bundle), "What was looked at, in every 100 referrals")


def ways(bundle: Bundle) -> pd.DataFrame:
    """Return the main answer and the ways around it as signed numbers, in every 100 referrals."""
    facts = bundle.facts_as(ReachAreasFacts)
    return signed_ways((label, getattr(facts, name)) for label, name in _WAYS)
