"""The cascade: from being noticed to entering care, so that noticing more and harming less can be told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.cascade import HARMED, NOTICED, cascade, said, step_label
from toolkit.publish.bundle.estimates import (
    ANSWERS,
    answers,
    counted_in,
    differences,
    matched,
    months_of,
    table_labels,
)
from toolkit.publish.bundle.model import Bundle
from toolkit.studies.matched_cohort.facts import MatchedCohortFacts
from toolkit.web.parts.layout import chart, header
from toolkit.web.session import filtered

COUNT = "referral_days"
WHOSE = {"": "All referrals", "_excluding_centre": "Without those that centres made"}
AGES = {
    "": "Children of all ages",
    "_ages_0_4": "Aged 0 to 4",
    "_ages_5_9": "Aged 5 to 9",
    "_ages_10_15": "Aged 10 to 15",
}


def draw(bundle: Bundle) -> None:
    """Draw the cascade with its two switches, where the question is answered."""
    rows = differences(bundle)
    if not bundle.may.effect or len(answers(rows)) < 2:
        return
    facts = bundle.facts_as(MatchedCohortFacts)
    months = months_of(facts.outcome)
    header("More noticed, or more harmed?")
    st.write(
        "A referral means that someone noticed. A good centre may raise referrals and still lower what they are there "
        "to prevent: children who need protection, or who enter care."
    )
    whose = _switch("Which referrals", WHOSE, _offered(rows, WHOSE, f"any_referral_{months}m{{}}"))
    ages = _switch("Children of which ages", AGES, _offered(rows, AGES, f"any_referral_{months}m{{}}"))
    shown = cascade(rows, without_centre=bool(whose), ages=ages, months=months)
    base = counted_in(bundle)
    if not shown.empty:
        chart(
            said(shown),
            forest_chart(shown, f"Of every {base:,} families"),
            f"Points with ranges, from {shown.iloc[0].label.lower()} down to {shown.iloc[-1].label.lower()}, beside a "
            "line of no difference.",
            shown[["label", "estimate_words", "low_words", "high_words"]],
            table_labels(base, label=facts.within.capitalize()),
        )
    for sentence in _beside(bundle, rows, shown, whose, ages):
        st.write(sentence)


def _beside(bundle: Bundle, rows: pd.DataFrame, shown: pd.DataFrame, whose: str, ages: str) -> list[str]:
    """Return what the picture does not hold: the count, steps without a figure, and how to read many at once."""
    sentences = []
    months = months_of(bundle.facts_as(MatchedCohortFacts).outcome)
    count = matched(rows, f"{COUNT}_{months}m{whose}{ages}")
    if count is not None:
        base = f"{counted_in(bundle):,}"
        sentences.append(
            f"In referrals, not families: {count.estimate_words} for every {base} families, or anything "
            f"from {count.low_words} to {count.high_words}. Brothers and sisters on one day count once."
        )
    asked = {e.outcome for e in bundle.estimates if e.estimator in ANSWERS}
    steps = [step for step in (*NOTICED, *HARMED) if not (whose and step == "centre_referral")]
    shown_already = set(shown["label"])
    names = {step: f"{step}_{months}m{whose if step in NOTICED else ''}{ages}" for step in steps}
    none = [step_label(step) for step in steps if step_label(step) not in shown_already and names[step] in asked]
    if none:
        sentences.append(f"Too few to say: {', '.join(label.lower() for label in none)}.")
    if whose:
        sentences.append("Protection and care are shown whoever made the referral.")
    sentences.append(
        "One of these was chosen beforehand as the answer. Of the others, one of many may stand out by luck."
    )
    return sentences


def _offered(rows: pd.DataFrame, variants: Mapping[str, str], name: str) -> list[str]:
    known = set(rows["outcome"])
    return [suffix for suffix in variants if not suffix or name.format(suffix) in known]


def _switch(question: str, variants: Mapping[str, str], offered: Sequence[str]) -> str:
    if len(offered) < 2:
        return ""
    chosen = st.radio(question, offered, format_func=lambda suffix: variants[suffix], horizontal=True)
    filtered(question, chosen)
    return str(chosen or "")
