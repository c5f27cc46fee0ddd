"""Who is not reached: of every 100 families, how many had not joined, as pictures with tables, and on a tile map."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from toolkit.accounts.roles import Person, check
from toolkit.areas.council import COMMAND
from toolkit.areas.tiles import Tile
from toolkit.charts.tile_map import tile_map
from toolkit.publish.members.missed import DISTRICT, QUESTION, TENTH, WAYS, missed, tiles_of, ways_there
from toolkit.publish.members.model import MemberView
from toolkit.web.access import MemberStore
from toolkit.web.pages.members import history, pictures
from toolkit.web.pages.members.answers import question_of
from toolkit.web.parts.layout import chart, command, header, link, page_head, sentence
from toolkit.web.parts.terms import sentence_with_terms
from toolkit.web.results import Withdrawn
from toolkit.web.session import filtered
from toolkit.wording.numbers import uk_date
from toolkit.wording.phrases import listed

_NOT_REACHED = (
    "A family is not reached where no Children's Centre has it on record. A gap does not say why: the centre may be "
    "far, full, shut or not what the family wants."
)
_TENTHS = " Places are put in tenths by deprivation."


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "reach")
    page_head("Who is not reached", simulated=store.is_simulated)
    found = next((one for one in store.published() if question_of(one) == QUESTION), None)
    if isinstance(found, Withdrawn):
        history.withdrawn(found)
        return
    ways = () if found is None else ways_there(found.view)
    if found is None or not ways:
        _nothing_there(is_published=found is not None)
        return
    view = found.view
    header("Families that had not joined a centre")
    names = {WAYS[way]: way for way in ways}
    way = names[st.radio("Show families by", list(names), horizontal=True, key="by", bind="query-params")]
    filtered("by", way)
    council = store.council()
    if way == DISTRICT:
        _map(view, () if council is None else council.tiles)
    pictures.of_missed(view, way)
    sentence_with_terms(_NOT_REACHED + (_TENTHS if way == TENTH else ""), set())
    link("answers", "Read the answer, its limits, and what to ask officers", question=QUESTION)
    st.caption(_source(view))


def _nothing_there(*, is_published: bool) -> None:
    if is_published:
        st.info("The answer that is published has no figures of kinds of families that may be shown.")
        link("answers", "Read the answer", question=QUESTION)
        return
    st.info("Nothing is published on this yet. The early intervention lead publishes it when it is ready.")


def _map(view: MemberView, tiles: Sequence[Tile]) -> None:
    if not tiles:
        sentence("There is no map, since no file says where the districts lie. An officer can add one, as GeoJSON:")
        command(COMMAND)
        return
    found = missed(view, DISTRICT)
    drawn, lacking = tiles_of(found, tiles)
    chart(
        "Of every 100 families, so many had not joined: the darker the square, the more",
        tile_map(drawn),
        "A map of squares of one size, each about where its district lies, with the numbers of the table.",
        drawn[["name", "said"]],
        {"name": "District", "said": "Of every 100, had not joined"},
        is_wide=False,
    )
    if lacking:
        sentence(f"The boundary file has no {listed(lacking)}, so the map lacks it.")


def _source(view: MemberView) -> str:
    days = view.as_of
    records = f"the council's records from {uk_date(days.first_day)} to {uk_date(days.last_day)}"
    return f"Families with a child under 5. Source: {records}. Small numbers are hidden or rounded to protect families."
