"""One answer on a page of its own: what was found, a picture, its limits, what to ask officers, where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from toolkit.publish.members.model import MemberVerdict
from toolkit.publish.members.questions import questions_to_ask
from toolkit.publish.verdicts.sentences import SIMULATED
from toolkit.web.pages.members import figures, history, pictures
from toolkit.web.parts.layout import header, points, sentence, steps, verdict
from toolkit.web.parts.terms import points_with_terms, sentence_with_terms
from toolkit.web.results import Published
from toolkit.wording.numbers import uk_date


def draw(answer: Published) -> None:
    """Draw an answer as members read it, in two columns; the page, or a lead's preview, has its title above."""
    view, seen = answer.view, set[str]()
    left, right = st.columns(2, gap="medium")
    with left:
        header("The answer")
        verdict(view.verdict.sentence)
        history.replaced(answer.record)
        sentence_with_terms(view.verdict.detail, seen)
        pictures.draw(view)
        if len(view.estimates) > 1 or view.tables.get("events_matched"):
            with st.expander("More figures, rounded"):
                figures.differences(view)
                figures.families(view)
    with right:
        _limits(view.verdict, seen)
        header("Questions to ask officers")
        steps(questions_to_ask(view))
        header("Where this comes from")
        points(_sources(answer))
        if len(answer.record) > 1:
            history.versions(answer.record)


def _limits(said: MemberVerdict, seen: set[str]) -> None:
    header("What this cannot show")
    shown = [one for one in said.cannot_show if one != SIMULATED]  # the banner above says it
    points_with_terms([*([said.hidden] if said.hidden else []), *shown], seen)
    if said.concerns:
        sentence("Keep in mind what else was found:")
        points_with_terms(said.concerns, seen)
    sentence_with_terms(said.evidence, seen)


def _sources(answer: Published) -> Iterator[str]:
    view, last = answer.view, answer.record[-1]
    yield f"{view.recommendation}. Published on {uk_date(last.at)}."
    if view.as_of.first_day:
        yield f"Records from {uk_date(view.as_of.first_day)} to {uk_date(view.as_of.last_day)}."
    yield f"Officers can show you the plan, if you give them this reference: {f'{view.question} {view.plan}'.strip()}."
    yield "Small numbers are hidden or rounded to protect families."
    if answer.erased:
        yield answer.erased
