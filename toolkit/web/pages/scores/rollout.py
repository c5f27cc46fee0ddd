"""Scoring itself as a treatment: what these centres showed, what they could show, and who was compared."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.charts.rollout import (
    half_years_chart,
    half_years_in_words,
    visible_chart,
    visible_in_words,
    visible_table,
)
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.progress_rollout.facts import RolloutFacts
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.amounts import BASES, of_every
from toolkit.wording.numbers import MINUS, per_cent, signed

_GROUPS = {
    "after": "Joined a centre that scores, after it began",
    "before": "Joined such a centre before it began",
    "others": "Joined a centre that did not score yet",
}
_COURSE = ("apart", "low", "high")


def _answer(bundle: Bundle) -> None:
    """Draw the course of the effect where there is one, and otherwise what could be seen at all."""
    if bundle.may.effect:
        _half_years(pd.DataFrame(bundle.table("rollout_half_years")))
    elif bundle.may.state == "cannot_tell":
        _visible(pd.DataFrame(bundle.table("rollout_visible")))


def _sure(bundle: Bundle) -> None:
    if bundle.may.state != "cannot_tell":
        header("How small an effect could be seen?")
        _visible(pd.DataFrame(bundle.table("rollout_visible")))
    if bundle.may.only_as_figures:
        _figures(bundle)


def _whom(bundle: Bundle) -> None:
    if bundle.may.effect:
        _groups(pd.DataFrame(bundle.table("rollout_groups")))


def _method(bundle: Bundle) -> None:
    _alike(pd.DataFrame(bundle.table("rollout_centres")))


def _visible(rows: pd.DataFrame) -> None:
    if rows.empty:
        st.info("No centres could be compared, so nothing could be seen.")
        return
    shown = rows.assign(smallest_in_1000=of_every(BASES[1], list(rows["smallest"])))
    st.write("Of every 1,000 families: an effect less than this would most likely be missed. It is no effect itself.")
    numbers = visible_table(shown)[["what", "smallest_in_1000"]]
    chart("The smallest effect that could be seen", visible_chart(shown), visible_in_words(shown),
          numbers, {"what": "Centres", "smallest_in_1000": "Of every 1,000 families"})  # fmt: skip


def _half_years(rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    shown = rows.assign(**{f"{name}_in_100": of_every(BASES[0], list(rows[name])) for name in _COURSE})
    numbers = pd.DataFrame(
        {"Half year": [str(number).replace("-", MINUS) for number in rows["half_year"]]}
        | {label: list(shown[f"{name}_in_100"]) for name, label in zip(_COURSE, ("Apart", "From", "To"), strict=True)}
    )
    chart("How far both kinds of centre had moved apart", half_years_chart(shown), half_years_in_words(shown),
          numbers, {})  # fmt: skip


def _groups(rows: pd.DataFrame) -> None:
    referred = rows[rows["outcome"] == "referred"] if len(rows) else rows
    if referred.empty:
        return
    shown = pd.DataFrame(
        {
            "Families that": [_GROUPS[group] for group in referred["group"]],
            "Families": referred["families"],
            "Referred within a year": referred["with_outcome"],
            "Share": [per_cent(share) for share in referred["share"]],
        }
    )
    with st.expander("How many families"):
        table(shown, "Families compared, as counted")


def _alike(rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    shown = pd.DataFrame(
        {
            "Before scoring began": rows["label"],
            "Centres that score": [f"{value:.3g}" for value in rows["mean_scoring"]],
            "The others": [f"{value:.3g}" for value in rows["mean_others"]],
            "Standard deviations apart": [signed(value, 2) for value in rows["smd"]],
        }
    )
    with st.expander("How alike the centres were before"):
        table(shown, "What both kinds of centre were before scoring began")


def _figures(bundle: Bundle) -> None:
    facts = bundle.facts_as(RolloutFacts)
    rows = [
        {"What": label, **dict(zip(("In every 1,000", "From", "To"), _signed(found), strict=True))}
        for label, found in (
            ("Referred within a year", facts.effect),
            (f"Still coming after {facts.keep_months} months", facts.effect_retention),
        )
        if found is not None
    ]
    if not rows:
        return
    with st.expander(NOT_A_FINDING):
        st.write(
            "These data cannot tell, so nothing below may be quoted as a result. Each number is a difference in every "
            "1,000 families, below 0 where it happened less often once centres scored."
        )
        table(pd.DataFrame(rows), "What was looked at, by the widest of the ranges")


def _signed(found: tuple[float, float, float]) -> tuple[str, ...]:
    return tuple(signed(BASES[1] * value, 0) for value in found)


PARTS = Parts(answer=of_bundle(_answer), sure=of_bundle(_sure), whom=of_bundle(_whom), method=of_bundle(_method))
