"""Centres beside each other: a funnel that names what to ask first, and ranks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from toolkit.charts.score_centres import centres_in_funnel, funnel_in_words, table_of_centres
from toolkit.publish.verdicts.progress_centres import to_check
from toolkit.web.pages.questions.parts import Opened, Parts
from toolkit.web.parts.layout import chart, header, points, sentence, table

OUTER = 2
"""A centre beyond so many limits is worth a conversation."""


def _answer(one: Opened) -> None:
    """Draw the funnel."""
    bundle, names = one.bundle, one.store.centre_names()
    rows = pd.DataFrame(bundle.table("centres_funnel"))
    if rows.empty:
        st.info("No centres could be compared.")
    else:
        st.write(
            "Small centres differ by luck, and all centres somewhat by whom they serve. The bars allow for both. This "
            "is no league table: a centre beyond its outer limits is worth a visit, to ask and not to blame."
        )
        beyond = int((rows["outside"].abs() >= OUTER).sum())
        numbers = table_of_centres(rows)
        numbers["Centre"] = [_named(number, names) for number in numbers["Centre"]]
        headline = (
            f"{'No centre lies' if not beyond else f'{beyond} of {len(rows)} centres lie'} beyond the outer limits"
        )
        chart(headline, centres_in_funnel(rows), funnel_in_words(rows), numbers, {})


def _whom(one: Opened) -> None:
    """Draw what to look at first where a centre lies outside, and which centres are too small."""
    bundle, names = one.bundle, one.store.centre_names()
    _to_check(bundle.table("centres_checks"), names)
    small = pd.DataFrame(bundle.table("centres_too_small"))
    if len(small):
        shown = pd.DataFrame(
            {"Centre": [_named(number, names) for number in small["centre_id"]], "Families": small["families"]}
        )
        with st.expander("Centres with too few families to compare"):
            table(shown, "Families scored twice, in the order of centres' numbers")


def _to_check(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> None:
    outside = [row for row in rows if abs(int(row["outside"])) >= OUTER]
    if not outside:
        return
    header("What to check first, before anything is made of it")
    for row in outside:
        sentence(f"{_named(row['centre_id'], names)}:")
        points(to_check(row))


def _named(number: str, names: Mapping[str, str]) -> str:
    return f"{names.get(number, '')} ({number})".strip()


PARTS = Parts(answer=_answer, whom=_whom)
