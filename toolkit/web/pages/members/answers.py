"""The members' answers: the latest published verdict on each question, and nothing that is not safe to show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.publish.disclosure import SUPPRESSED
from toolkit.publish.members.model import MemberVerdict
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import history
from toolkit.web.pages.scores import criteria
from toolkit.web.parts.counts import count_told, to_the_nearest
from toolkit.web.parts.layout import header, link, page_head, points, table, verdict
from toolkit.web.results import DECISION, Published, Withdrawn
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date

_LIMITS = "What this cannot show"


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "answers")
    page_head("The answers so far", simulated=store.is_simulated)
    answers = store.published()
    if not answers:
        st.info("Nothing is published yet. The early intervention lead publishes each answer when it is ready.")
        return
    asked = st.query_params.get("question")
    alone = [answer for answer in answers if question_of(answer) == asked]
    if alone:
        filtered("question", str(asked))
        link("answers", "All the answers")
    for answer in alone or answers:
        if isinstance(answer, Withdrawn):
            history.withdrawn(answer)
        else:
            draw_answer(answer, is_simulated_store=store.is_simulated)


def question_of(answer: Published | Withdrawn) -> str:
    """Return the protocol's name of what was asked."""
    return answer.question if isinstance(answer, Withdrawn) else answer.view.question


def draw_answer(answer: Published, *, is_simulated_store: bool) -> None:
    """Draw an answer as members see it; a lead's preview draws one that is not published yet."""
    view = answer.view
    header(view.title)
    if is_simulated_store and not view.simulated:
        st.info("This answer is about real figures: those that the councillors' report of 2011 prints.")
    verdict(view.verdict.sentence)
    history.replaced(answer.record)
    st.write(view.verdict.detail)
    if view.estimates:
        table(
            pd.DataFrame([{"label": e.label, "words": e.words} for e in view.estimates]),
            "Families that joined, against families like them",
            {"label": "Within 12 months", "words": "About how many"},
        )
    criteria.draw(view.tables.get("decision_criteria", ()))
    events = view.tables.get("events_matched")
    if events:
        with st.expander("How many families, rounded"):
            st.write("These are the families as counted. The answer also allows for what little still set them apart.")
            rows = _counts(events, view.least_told)
            key = view.key if (rows == SUPPRESSED).to_numpy().any() else ""
            table(
                rows,
                f"Families. {to_the_nearest(view.round_to)}{key}".strip(),
                {"label": "Within 12 months", "group": "Families"},
            )
    if view.verdict.concerns:
        st.write("Keep in mind what else was found:")
        points(view.verdict.concerns)
    if view.question == DECISION:  # what to do is not to be read without what it does not rest on
        st.subheader(_LIMITS, anchor=False)
        _limits(view.verdict)
    else:
        with st.expander(_LIMITS):
            _limits(view.verdict)
    if answer.erased:
        st.write(answer.erased)
    if len(answer.record) > 1:
        history.versions(answer.record)
    st.caption(
        f"{view.recommendation}. Records {uk_date(view.as_of.first_day)} to {uk_date(view.as_of.last_day)}. "
        f"Published {uk_date(answer.record[-1].at)}. Small numbers are hidden or rounded to protect families."
    )


def _limits(said: MemberVerdict) -> None:
    points([*([said.hidden] if said.hidden else []), *said.cannot_show])
    st.write(said.evidence)


def _counts(events: Sequence[Mapping[str, Any]], least_told: int) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "label": row["label"],
                "group": "joined a centre" if row["joined"] else "alike, had not joined",
                "Compared": count_told(row["families"], least_told),
                "With it": count_told(row["with_outcome"], least_told),
            }
            for row in events
        ]
    )
