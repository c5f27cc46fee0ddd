"""Progress scores for the county: first to last score, what cannot be read from them, and centres in a funnel."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from toolkit.records import Store
from toolkit.web.charts.scores import change_by_start, funnel_chart
from toolkit.web.doors import Person
from toolkit.web.layout import chart, header, page_head, table, verdict
from toolkit.web.pages import answer_parts
from toolkit.web.results import PROGRESS, newest


def show(store: Store, person: Person) -> None:
    """Draw the page."""
    page_head("Are the progress scores helpful?", simulated=store.is_simulated)
    found = newest(store, PROGRESS)
    if found is None:
        answer_parts.nothing_yet(PROGRESS)
        return
    folder, bundle = found
    verdict(bundle["verdict"]["sentence"])
    st.write(bundle["verdict"]["detail"])
    answer_parts.publish(store, person, PROGRESS, folder)
    header("What this cannot show")
    answer_parts.cannot_show(bundle)
    header("First score and change")
    by_start(bundle)
    transitions(bundle)
    header("Families never scored again")
    no_second_score(bundle)
    header("Centres")
    _funnel(bundle)
    header("Checks")
    answer_parts.gates(bundle)
    answer_parts.where_from(bundle)


def by_start(bundle: dict[str, Any]) -> None:
    """Draw the change by first score."""
    rows = pd.DataFrame(bundle["tables"]["by_start"])
    if rows.empty or not rows["families"].sum():
        st.info("No family has two scores yet.")
        return
    st.write(bundle["facts"].get("floor_and_ceiling", ""))
    numbers = rows[["start", "families", "improved", "same", "worse"]]
    chart(
        change_by_start(rows),
        "Share of families that scored higher, the same and lower, by first score.",
        numbers,
        "Families by first score and change",
        start="First score",
        families="Families",
        improved="Higher",
        same="The same",
        worse="Lower",
    )


def transitions(bundle: dict[str, Any]) -> None:
    """Draw first score against last score."""
    rows = pd.DataFrame(bundle["tables"]["transitions"])
    if rows.empty:
        return
    square = rows.pivot(index="from", columns="to", values="families").reset_index()
    square.columns = ["First score", *[f"Last score {score}" for score in square.columns[1:]]]
    with st.expander("Every first and last score"):
        table(square, "Families by first and last score")


def no_second_score(bundle: dict[str, Any]) -> None:
    """Draw who was never scored again."""
    rows = pd.DataFrame(bundle["tables"]["no_second_score"])
    if rows.empty:
        return
    shown = rows.assign(in_100=(100 * rows["share"]).round())[["start", "families", "no_second_score", "in_100"]]
    st.write(
        "We do not know how these families fared. If those who left did worse, the change looks better than it was."
    )
    table(
        shown,
        "Families with no second score, by first score",
        {
            "start": "First score",
            "families": "Families",
            "no_second_score": "Never scored again",
            "in_100": "In every 100",
        },
    )


def _funnel(bundle: dict[str, Any]) -> None:
    rows = pd.DataFrame(bundle["tables"]["funnel"])
    if rows.empty:
        return
    st.write(
        "Small centres differ by luck, so this is no league table. Between the dashed lines a centre is as chance "
        "would have it. One beyond the outer lines is worth a visit: to ask, not to blame."
    )
    chart(
        funnel_chart(rows),
        f"{len(rows)} centres by families scored twice and share that scored higher, with limits of chance.",
        rows[["centre_id", "families", "improved"]],
        "Centres",
        centre_id="Centre",
        families="Scored twice",
        improved="Scored higher",
    )
