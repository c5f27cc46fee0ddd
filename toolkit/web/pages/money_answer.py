"""Recommendation 10 as one answer: what the ways of looking say together, each with what it takes for granted."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from toolkit.charts.forest_plot import forest_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.publish.verdicts.money_designs import OF_THE_COUNTY, Joint, joint
from toolkit.publish.verdicts.money_intervals import answers_to_draw
from toolkit.publish.verdicts.reach_areas_beside import AREAS_KIND, beside
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts
from toolkit.web.parts.layout import chart, header, points, table, verdict
from toolkit.web.results import REFERRALS

_STANDS = {
    "leads": "The answer above",
    "agrees": "Agrees with it",
    "parts": "Does not agree with it",
    "answers": "Answers by itself",
    "cannot_tell": "Neither for nor against it",
    "cannot_say": "Says nothing of it",
}


def draw(store: ResultsStore, questions: Sequence[str]) -> None:
    """Draw the one verdict of the newest results of these questions, and each way of looking beside the others."""
    bundles = answered(store, questions)
    found = joint(bundles)
    verdict(found.sentence)
    if found.beside:
        st.write(found.beside)
    _families(store, bundles)
    if found.designs:
        header("Each way of looking, and what it takes for granted")
        table(designs(found), "Ways of looking at the money", {name: name for name in _HEADINGS})
    _picture(bundles)
    missing = [question for question in questions if question not in {one.question for one in bundles}]
    for question in missing:
        answer_parts.nothing_yet(question)
    unsettled = settling(bundles)
    if unsettled:
        header("What would settle it")
        points(unsettled)


def _picture(bundles: Sequence[Bundle]) -> None:
    """Draw the answers of the ways that give one, in one unit."""
    rows = answers_to_draw(bundles)
    if rows.empty:
        return
    said = " ".join(f"{row.label}: {row.words}." for row in rows.itertuples())
    chart(
        "What each says of the county's referrals",
        forest_chart(rows, "In every 100 referrals to be expected"),
        said,
        rows[["label", "words"]],
        {"label": "What is compared", "words": "In every 100"},
    )


def answered(store: ResultsStore, questions: Sequence[str]) -> list[Bundle]:
    """Return the newest open results of the store's own county: made-up figures and real ones never stand together."""
    newest = [store.newest(question) for question in questions]
    return [one[1] for one in newest if one is not None and one[1].simulated == store.is_simulated]


_HEADINGS = ("What is compared", "It is right if", "It says", "Beside the answer")


def designs(found: Joint) -> pd.DataFrame:
    """Return a row a design, in words without figures."""
    rows = [(one.name, one.takes, one.says.capitalize(), _STANDS[one.stands]) for one in found.designs]
    return pd.DataFrame(rows, columns=list(_HEADINGS))


def settling(bundles: Sequence[Bundle]) -> list[str]:
    """Return what would have to be known, by ways of looking at the county that do not answer: each says it last."""
    unsettled = [one for one in bundles if one.kind in OF_THE_COUNTY and not one.may.effect]
    said = ([line for line in one.verdict.cannot_show if line != SIMULATED] for one in unsettled)
    return list(dict.fromkeys(lines[-1] for lines in said if lines))


def _families(store: ResultsStore, bundles: Sequence[Bundle]) -> None:
    """Say whether the families of Recommendation 11 and the county's areas say the same, where both were looked at."""
    areas = next((one for one in bundles if one.kind == AREAS_KIND), None)
    families = next(iter(answered(store, [REFERRALS])), None)
    if areas is not None and families is not None:
        st.write(beside(areas, families).sentence)
