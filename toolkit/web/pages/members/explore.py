"""Members explore referrals by district, year and who referred: every figure was protected before it came here."""

from __future__ import annotations

import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.areas.panel import PER
from toolkit.charts.bars import bars_chart, bars_in_words
from toolkit.publish.members.counts import to_the_nearest
from toolkit.publish.members.explore import ALL, DIMENSIONS, WHICH, Explorer
from toolkit.publish.members.explored import BY, EVERY, Explored
from toolkit.publish.verdicts.sentences import TOO_FEW
from toolkit.web.access import MemberStore
from toolkit.web.parts.layout import chart, header, page_head, sentence
from toolkit.web.session import exported, filtered
from toolkit.wording.numbers import uk_date
from toolkit.wording.years import as_years_are_written

NO_RATES_BY_DISTRICT = (
    "There are no rates by district: no number of children by district is in these records. A district where more "
    "children live has more referrals, so these counts do not rank districts."
)
NO_RATES = "There are no rates here: a number of children that fits this choice is not in these records."


def show(store: MemberStore, person: Person) -> None:
    """Draw the page."""
    check(person, "explore")
    page_head("Explore referrals", simulated=store.is_simulated)
    found = store.explorer()
    if found is None:
        st.info("Nothing to explore is published yet. The early intervention lead publishes it when it is ready.")
        return
    by, only = _chosen(found)
    filtered("by", by)
    filtered("only", "; ".join(only.values()) or ALL)
    choice = store.explored(found, by, only)
    _draw(choice, by)
    _below(found, choice, by)
    st.download_button(
        "Download every figure here (csv)",
        store.all_explored(found),
        file_name=f"{'simulated-' if found.simulated else ''}referrals.csv",
        mime="text/csv",
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_EXPLORED),
    )


def _chosen(found: Explorer) -> tuple[str, dict[str, str]]:
    """Return what the address, or the page, chooses: what rows are of, and which of another dimension alone."""
    left, right = st.columns(2)
    with left:
        names = {name: by for by, name in BY.items()}
        by = names[st.radio("Show referrals by", list(names), horizontal=True, key="by", bind="query-params")]
    levels = {
        f"{BY[name]}: {as_years_are_written(level)}": {name: level}
        for name in DIMENSIONS
        if name != by
        for level in found.levels[name]
    }
    everything = ", ".join(EVERY[name].lower() for name in DIMENSIONS if name != by)
    with right:
        whole = everything[0].upper() + everything[1:]
        only = st.selectbox("Count only", [whole, *levels], key="only", bind="query-params")
    return by, levels.get(only, {})


def _draw(choice: Explored, by: str) -> None:
    rates = {"rate": f"For every {PER:,} children"} if choice.has_rates else {}
    header("What was chosen")
    chart(
        choice.headline,
        bars_chart(choice.drawn, "Referrals"),
        bars_in_words(choice.drawn, "Referrals"),
        choice.table,
        {"label": BY[by], **WHICH, **rates},
    )


def _below(found: Explorer, choice: Explored, by: str) -> None:
    days = f"from {uk_date(found.first_day)} to {uk_date(found.last_day)}"
    hidden = f" {TOO_FEW}" if choice.has_hidden else ""
    sentence(
        f"Referrals received {days}. {to_the_nearest(found.round_to)}Each is rounded by itself, so rows need not add "
        f"up.{hidden}"
    )
    if choice.has_rates:
        sentence(
            f"The table has rates for every {PER:,} children under 18 in the county, so that years can be compared."
        )
    elif by == "district":
        sentence(NO_RATES_BY_DISTRICT)
    elif by == "year":
        sentence(NO_RATES)
    sentence("A number that is higher or lower somewhere does not show why. The answers compare like with like.")
