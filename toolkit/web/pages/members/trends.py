"""Members' trends: published counts of the council over the years, beside councils like it, its region and England."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.areas.council import COMMAND
from toolkit.areas.measure_words import COUNTED
from toolkit.areas.panel import PER
from toolkit.charts.beside_others import beside_chart
from toolkit.publish.members.trends import ENGLAND, NEIGHBOURS, REGION, Trend
from toolkit.web.access import MemberStore
from toolkit.web.parts.layout import as_it_is, chart, command, link, page_head, sentence
from toolkit.web.session import filtered

EVERYONE = "Everyone"
_RATE = f"For every {PER:,} children"


def show(store: MemberStore, person: Person) -> None:
    """Draw the page; its figures are real, whatever records the store holds."""
    check(person, "trends")
    page_head("Referrals and children looked after", simulated=False)
    there = store.counts_there()
    if not there:
        _nothing_there()
        return
    if store.is_simulated:
        st.info("These figures are real: the Department for Education publishes them.")
    council = store.council()
    others = _others(() if council is None else tuple(council.neighbours))
    left, right = st.columns(2)
    with left:
        counted = st.selectbox(
            "What is counted", [_said(one) for one in there], key="count", bind="query-params", filter_mode=None
        )
    with right:
        beside = st.selectbox("Beside", list(others), key="beside", bind="query-params", filter_mode=None)
    measure = next(one for one in there if _said(one) == counted)
    place, model = others[beside]
    filtered("count", measure)
    filtered("beside", beside)
    found, source = store.trend(measure, model)
    _draw(found.beside(place))
    _below(found, source)
    if store.is_simulated:
        link("explore", "The simulated county's own referrals are on a page of their own")


def _said(measure: str) -> str:
    words = COUNTED[measure]
    return words[0].upper() + words[1:]


def _others(models: tuple[int, ...]) -> Mapping[str, tuple[str, int | None]]:
    """Return what the council may stand beside, by its label: the place, and the model of councils like it."""
    like = {f"Councils like it, by the model of {year}": (NEIGHBOURS, year) for year in sorted(models, reverse=True)}
    return {EVERYONE: ("", None), **like, "Its region": (REGION, None), "England": (ENGLAND, None)}


def _draw(found: Trend) -> None:
    chart(
        found.headline,
        beside_chart(found.rates, found.places, _RATE),
        found.in_words,
        found.table[["year", "number", *found.places]],
        {"year": "Year", "number": f"Number in {found.council}", **found.places},
    )


def _below(found: Trend, source: str) -> None:
    sentence(
        f"{_RATE} under 18, so that large and small councils can be compared. The table also has the number "
        f"in {found.council} itself."
    )
    if NEIGHBOURS in found.places:
        sentence(f"Councils like it: those that the Department calls its neighbours, by its model of {found.model}.")
    else:
        sentence("Nobody has said yet which councils are like it. An officer can, with this command:")
        command(COMMAND)
    if found.has_hidden:
        sentence("c is a number that the Department hides since it is small. It lies from 1 to 5, and is not nought.")
    sentence("A line that goes up or down does not show what moved it. Ask who refers, and how each council counts.")
    st.caption(as_it_is(source))


def _nothing_there() -> None:
    st.info("No published figures of the council are here yet.")
    sentence("An officer downloads the Department's files and reads them in with this command:")
    command("toolkit import dfe FILES --store STORE")
