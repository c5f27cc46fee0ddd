"""A manager's own centre: how its families' scores moved, over time and beside the county, without a claim."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.studies.progress_change.one_centre import FEW_FAMILIES
from toolkit.web.access import ManagerStore
from toolkit.web.pages.scores import my_trend
from toolkit.web.pages.scores import parts as score_parts
from toolkit.web.pages.scores.due import first_sentence
from toolkit.web.parts.layout import as_it_is, header, link, page_head, points, table, verdict
from toolkit.web.session import the_analyses
from toolkit.wording.numbers import counted


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "my-centre")
    page_head(f"Progress at {as_it_is(person.centre_name)}", simulated=store.is_simulated)
    found = store.progress()
    if not found.families:
        st.info("No scores are stored for your centre yet. Upload them first.")
        my_trend.beside_others(store)
        return
    verdict(found.sentence)
    _due(store)
    if found.scored_twice < FEW_FAMILIES:
        st.warning(
            f"Only {counted(found.scored_twice, 'family has', 'families have')} two scores. With so few, one family "
            "changes the picture. Read the ranges, not the shares."
        )
    if found.scored_twice:
        header("First score and change")
        score_parts.by_first_score(found.by_start, "Your families by first score")
    header("Families without a second score")
    table(
        pd.DataFrame(
            [
                ("Scored at least once", found.scored),
                ("First scored in the last half year: no time yet to be scored again", found.scored - found.families),
                ("Had time to be scored again", found.families),
                ("Of these, scored twice or more", found.scored_twice),
                ("Of these, never scored again", found.families - found.scored_twice),
            ],
            columns=["what", "families"],
        ),
        "Your families",
        {"what": "Families", "families": "How many"},
    )
    st.write(
        "Everything on this page is of families that had time to be scored again. The page of families due counts all "
        "families, each by its last stay with you, so its numbers can differ."
    )
    my_trend.trend(store)
    my_trend.beside_the_county(store)
    my_trend.beside_others(store)
    header("What scores cannot show")
    points(
        (
            "They show how families moved, not why. Families often come at their worst and get better anyway.",
            "Families that start at 1 can only go up. Those that start at 5 can only go down.",
            "We do not know how the families fared that were never scored again.",
            "Workers score their own work.",
        )
    )


def _due(store: ManagerStore) -> None:
    """Say how many families are due, and lead to the list of them."""
    now = store.second_scores(the_analyses())
    st.write(first_sentence(now))
    link("", "See which families are due")
