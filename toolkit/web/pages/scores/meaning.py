"""What scores mean: referrals by score and by change, and whether workers agree."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import streamlit as st

from toolkit.charts.score_meaning import (
    came_true_in_words,
    chances_came_true,
    referred_by,
    referred_in_words,
    table_of_chances,
    table_of_referred,
)
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.may_show import NOT_A_FINDING
from toolkit.studies.progress_meaning.facts import ProgressMeaningFacts
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.parts.layout import chart, header, table
from toolkit.wording.numbers import MINUS, counted, per_cent, signed

_BY = (
    ("meaning_by_score", "band", "First score", "Referred in the year after, by first score"),
    ("meaning_by_change", "change", "By the next score", "Referred in the year after the next score"),
)


def _answer(bundle: Bundle) -> None:
    """Draw referrals by first score, where there is an answer."""
    if bundle.may.effect:
        st.write(
            "A dot is the share referred in the year after, its line what the data fit. A diamond is what we would "
            "have expected from all that was known without the score. Where the two part, the score says something new."
        )
        _referred(bundle, *_BY[0])


def _sure(bundle: Bundle) -> None:
    """Draw referrals by change and whether chances came true, and how workers' scores met on the same day."""
    if bundle.may.effect:
        header("When the score changed")
        _referred(bundle, *_BY[1])
        _chances(pd.DataFrame(bundle.table("meaning_by_chance")))
    _doubles(bundle)
    if bundle.may.only_as_figures:
        _figures(bundle)


def _referred(bundle: Bundle, name: str, column: str, title: str, headline: str) -> None:
    rows = pd.DataFrame(bundle.table(name))
    if len(rows) and rows["families"].sum():
        numbers = table_of_referred(rows, column, title=title)
        said = referred_in_words(rows, column)
        chart(headline, referred_by(rows, column, title=title), said, numbers, {})


def _chances(rows: pd.DataFrame) -> None:
    if len(rows):
        with st.expander("Did the chances come true?"):
            chart("On the line, chances came true", chances_came_true(rows), came_true_in_words(rows),
                  table_of_chances(rows), {})  # fmt: skip


def _doubles(bundle: Bundle) -> None:
    """Draw the scores of two workers on one day: they are no figure of the effect."""
    header("Do two workers give one score?")
    rows = pd.DataFrame(bundle.table("meaning_double_scores"))
    if rows.empty:
        st.info("No family was scored by two workers on the same day. Without such scores nobody can tell.")
        return
    st.write(_agreement(bundle.facts_as(ProgressMeaningFacts)))
    square = rows.pivot(index="first", columns="second", values="families").fillna(0).astype(int).reset_index()
    square.columns = pd.Index(["One worker", *[f"Other: {score:g}" for score in square.columns[1:]]])
    square["One worker"] = [f"{score:g}" for score in square["One worker"]]
    with st.expander("Every pair of scores"):
        table(square, "Families scored by two workers on the same day")


def _agreement(facts: ProgressMeaningFacts) -> str:
    same = per_cent(facts.agreement_same)
    said = f"Of {counted(facts.agreement_pairs, 'pair of scores', 'pairs of scores')}, {same} are the same."
    if facts.agreement is None:
        return said
    kappa, low, high = (f"{value:.2f}".replace("-", MINUS) for value in facts.agreement)
    return f"{said} Chance allowed for, workers agree to {kappa} of 1, and the data fit {low} to {high}."


def _figures(bundle: Bundle) -> None:
    with st.expander(NOT_A_FINDING):
        st.write("These data cannot tell, so nothing below may be quoted as a result.")
        told = list(_told(bundle.facts_as(ProgressMeaningFacts)))
        if told:
            table(pd.DataFrame(told), "What was looked at, with the ends of its range")
        for name, column, title, _ in _BY:
            rows = pd.DataFrame(bundle.table(name))
            if len(rows) and rows["families"].sum():
                table(table_of_referred(rows, column, title=title), f"Referred in the year after: {title.lower()}")


def _told(facts: ProgressMeaningFacts) -> Iterator[dict[str, str]]:
    for label, found in (
        ("What the first score adds, in picking one of two families, in 100", facts.added_value),
        ("What the change adds, in picking one of two families, in 100", facts.change_added_value),
        ("Referred in 100: score rose, less others like them", facts.rose_difference if facts.rose_stands else None),
    ):
        if found is not None:
            figure, low, high = (signed(100 * value) for value in found)
            yield {"What": label, "Figure": figure, "From": low, "To": high}


PARTS = Parts(answer=of_bundle(_answer), sure=of_bundle(_sure))
