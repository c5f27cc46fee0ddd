"""A synthetic county on the page of Recommendation 10: drawn, or its figures folded away, as may be."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.charts.money.synthetic import (
    gaps_chart,
    gaps_in_words,
    path_chart,
    path_in_words,
    spread_of_gaps,
    table_of_gaps,
    table_of_path,
)
from toolkit.publish.bundle.estimates import signed_ways
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.synthetic_county.facts import SyntheticCountyFacts
from toolkit.web.parts.layout import chart, table
from toolkit.wording.numbers import signed
from toolkit.wording.sources import PUBLISHED
from toolkit.wording.years import financial_year

_WAYS = {
    "synthetic_control": "Beside a mixture of many councils",
    "not_corrected_for_choice": "The same, however the council was picked",
    "nearest_mixture_however_few": "Beside the nearest mixture, of however few",
    "mean_of_the_others": "Beside the mean of all others",
    "synthetic_did": "The same, the years before weighted too",
}
_SPREAD = {"year": "Year to March", "low": "19 of 20 from", "high": "To"}
_STARTS = {"year": "Year to March", "change": "In every 100", "low": "From", "high": "To"}


def draw(bundle: Bundle) -> None:
    """Draw the council beside its mixture where the result answers, and other councils where it cannot tell."""
    if bundle.may.effect:
        _path(bundle)
    elif bundle.may.figures:
        _gaps(bundle, with_council=False)


def draw_ways(bundle: Bundle) -> None:
    """Draw how far councils part by chance, and the ways to work it out, as far as they may be shown."""
    if bundle.may.effect:
        _gaps(bundle, with_council=True)
        table(ways(bundle), "Ways to work it out, in every 100 to be expected")
    elif bundle.may.figures:
        with st.expander(NOT_A_FINDING):
            table(ways(bundle), "What was looked at, in every 100 to be expected")
            starts = pd.DataFrame(bundle.table("synthetic_starts"))
            if len(starts):
                table(_signed(starts), "The same sum at earlier starts", _STARTS)


def draw_councils(bundle: Bundle) -> None:
    """Draw, folded away, the councils that were not used."""
    _councils(bundle)


def ways(bundle: Bundle) -> pd.DataFrame:
    """Return the main answer and the ways around it as signed numbers, in every 100 to be expected."""
    return signed_ways((_WAYS.get(one.estimator, one.estimator), one.with_interval) for one in bundle.estimates)


def _path(bundle: Bundle) -> None:
    facts = bundle.facts_as(SyntheticCountyFacts)
    rows = pd.DataFrame(bundle.table("synthetic_path"))
    if len(rows):
        drawn = table_of_path(rows, facts.council)
        labels = {"year": "Year to March", "who": "Who", "rate": "For every 10,000 children"}
        picture = path_chart(drawn, facts.treated_year)
        numbers = drawn.assign(year=[financial_year(int(one)) for one in drawn["year"]])
        chart(f"{facts.council} and its mixture", picture, path_in_words(drawn), numbers, labels, **_made_of(bundle))


def _made_of(bundle: Bundle) -> dict[str, Any]:
    return {"source": "" if bundle.simulated else PUBLISHED, "simulated": bundle.simulated}


def _gaps(bundle: Bundle, *, with_council: bool) -> None:
    facts = bundle.facts_as(SyntheticCountyFacts)
    rows = pd.DataFrame(bundle.table("synthetic_gaps"))
    if len(rows):
        drawn = table_of_gaps(rows, with_council=with_council)
        spread = spread_of_gaps(drawn)
        numbers = spread.assign(year=[financial_year(int(one)) for one in spread["year"]])
        headline = "How far other councils part from their own mixture, by chance"
        chart(
            headline, gaps_chart(drawn, facts.treated_year), gaps_in_words(spread), numbers, _SPREAD, **_made_of(bundle)
        )


def _councils(bundle: Bundle) -> None:
    left_out = pd.DataFrame(bundle.table("synthetic_left_out"))
    if len(left_out):
        with st.expander("Councils that were not used, and why"):
            table(left_out[["name", "why"]], "Councils that were not used", {"name": "Council", "why": "Why"})


def _signed(starts: pd.DataFrame) -> pd.DataFrame:
    figures = {name: [signed(100 * value) for value in starts[name]] for name in ("change", "low", "high")}
    return pd.DataFrame({"year": starts["year"].astype(int), **figures})
