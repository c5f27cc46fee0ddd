"""Progress scores for the county: first to last score, what cannot be read from them, and centres in a funnel."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.charts.scores import funnel_chart
from toolkit.publish.bundle.model import Bundle
from toolkit.web.access import ResultsStore
from toolkit.web.pages import answer_parts
from toolkit.web.pages.publishing import part as publishing
from toolkit.web.pages.scores import parts as score_parts
from toolkit.web.parts.layout import chart, header, page_head, table, verdict
from toolkit.web.results import PROGRESS
from toolkit.wording.numbers import per_cent


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "progress")
    page_head("Are the progress scores helpful?", simulated=store.is_simulated)
    found = store.newest(PROGRESS)
    if found is None:
        answer_parts.nothing_yet(PROGRESS)
        return
    folder, bundle = found
    verdict(bundle.verdict.sentence)
    st.write(bundle.verdict.detail)
    header("What this cannot show")
    answer_parts.cannot_show(bundle)
    header("Publishing")
    publishing.draw(store, person, folder, bundle)
    header("First score and change")
    _by_start(bundle)
    _transitions(bundle)
    header("Families never scored again")
    _no_second_score(bundle)
    header("Centres")
    _funnel(store, bundle)
    header("Checks the answer had to pass")
    answer_parts.gates(bundle)
    answer_parts.flow(bundle)
    answer_parts.where_from(bundle, folder)


def _by_start(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("by_start"))
    if rows.empty or not rows["families"].sum():
        st.info("No family has two scores yet.")
        return
    score_parts.by_first_score(rows, "The lower the first score, the more room to rise")
    score_parts.beyond_chance(rows)
    score_parts.in_parts(pd.DataFrame(bundle.table("change_by_scorer")), "scorer", "Who scored")
    score_parts.in_parts(pd.DataFrame(bundle.table("change_by_dimension")), "dimension", "What was scored")


def _transitions(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("transitions"))
    if rows.empty:
        return
    square = rows.pivot(index="from", columns="to", values="families").reset_index()
    square.columns = pd.Index(["First score", *[f"Last score {score}" for score in square.columns[1:]]])
    square["First score"] = square["First score"].astype(str)
    with st.expander("Every first and last score"):
        table(square, "Families by first and last score")


def _no_second_score(bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("no_second_score"))
    if rows.empty:
        return
    st.write(
        "We do not know how these families fared. If those who left did worse, the change looks better than it was."
    )
    score_parts.never_scored_again(rows)


def _funnel(store: ResultsStore, bundle: Bundle) -> None:
    rows = pd.DataFrame(bundle.table("funnel"))
    if rows.empty:
        st.info("No centre has scored a family twice yet.")
        return
    beyond = int((rows["outside"].abs() >= 2).sum())
    st.write(
        "Small centres differ by luck, and all centres somewhat by whom they serve, so this is no league table. The "
        "lines allow for both. A centre beyond the outer ones stands out from that too and is worth a visit: to ask, "
        "not to blame."
    )
    names = store.centre_names()
    shown = rows.assign(
        centre=[f"{names.get(number, '')} ({number})".strip() for number in rows["centre_id"]],
        share=[per_cent(share) for share in rows["share"]],
    )
    chart(
        f"{'No centre lies' if not beyond else f'{beyond} of {len(rows)} centres lie'} beyond the outer lines",
        funnel_chart(rows),
        f"{len(rows)} centres as points: families scored twice, and the share that scored better, with limits "
        f"around the county's {per_cent(rows['target'].iloc[0])}. {beyond} lie beyond the outer lines.",
        shown[["centre", "families", "improved", "share"]],
        {"centre": "Centre", "families": "Scored twice", "improved": "Scored better", "share": "Share"},
    )
