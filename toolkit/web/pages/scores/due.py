"""The page a manager starts from: which families are due a second score, and the list to fill in and send back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.intake.outgoing.second_scores import second_scores_bytes
from toolkit.studies.progress_change.second_scores import SOON_DAYS, WHY, SecondScores, Standing, Why
from toolkit.web.access import ManagerStore
from toolkit.web.pages.scores import to_check
from toolkit.web.pages.upload.work import EXCEL
from toolkit.web.parts.layout import header, page_head, table, verdict
from toolkit.web.session import exported, the_analyses
from toolkit.wording.numbers import counted, uk_date

LISTED = 20
"""Families drawn at once; the others are folded away."""
MOST = 300
"""Families named at all in a list of those that are not due."""
_DAYS_A_MONTH = 365.25 / 12
_MADE = "second-scores-made"
_LABELS = {"family": "Family", "first": "First scored", "due": "Second score due"}
WHAT_TO_DO = (
    "1. Download the list. It has every family below, ready to fill in.\n"
    "2. When you see a family, score it as you did the first time. Write the date, the stage and the score.\n"
    "3. Send the list back on the page Upload scores. Rows you leave empty do no harm."
)


def show(store: ManagerStore, person: Person) -> None:
    """Draw the page."""
    check(person, "due")
    page_head("Families due a second score", simulated=store.is_simulated)
    found = store.second_scores(the_analyses())
    if found.frame.empty:
        st.info("No family of your centre is stored yet. Begin on the page Upload scores.")
        return
    verdict(first_sentence(found))
    st.write(_as_of(found, simulated=store.is_simulated))
    own = _own_numbers(store)
    if len(found.to_score):
        st.markdown(WHAT_TO_DO)
        _download(store, person, found, own)
    late, soon = found.of(Standing.LATE), found.of(Standing.SOON)
    if len(late):
        header(f"Late: {counted(len(late), 'family', 'families')}")
        _due(late, own, "The longest waiting first")
        st.write(
            "If you have scored a family already, on paper, put that score in the list. If a family no longer comes, "
            "tell the early intervention lead the day it left: then it leaves this list."
        )
    if len(soon):
        header(f"Due by {_by(found)}: {counted(len(soon), 'family', 'families')}")
        _due(soon, own, "The soonest first")
    _never_scored(found, own)
    to_check.show(store, own)
    _all_families(found, own)


def first_sentence(found: SecondScores) -> str:
    """Return how many are due, and how many of them are late, in a sentence or two."""
    late, soon = len(found.of(Standing.LATE)), len(found.of(Standing.SOON))
    if late + soon:
        said = f"{counted(late + soon, 'family is', 'families are')} due a review by {_by(found)}."
        return f"{said} {counted(late, 'of them is', 'of them are')} late." if late else f"{said} None is late."
    later = found.of(Standing.NOT_YET)["due_on"]
    return f"No family is due a review now. {f'The next is due on {uk_date(later.min())}.' if len(later) else ''}"


def _by(found: SecondScores) -> str:
    return uk_date(found.as_of + timedelta(days=SOON_DAYS))


def _as_of(found: SecondScores, *, simulated: bool) -> str:
    day = f"{uk_date(found.as_of)}, the last day of these made-up records" if simulated else uk_date(found.as_of)
    months = round(found.wait_days / _DAYS_A_MONTH)
    about = f" (about {counted(months, 'month')})" if months else ""
    return f"As of {day}. A second score is due {counted(found.wait_days, 'day')}{about} after the first."


def _own_numbers(store: ManagerStore) -> Mapping[str, str]:
    """Ask, where families are stored under pseudonyms, for the centre's own numbers: they are kept nowhere."""
    if not store.has_pseudonyms:
        return {}
    with st.expander("See your own family numbers in place of the pseudonyms"):
        typed = st.text_area("Your centre's family numbers, one a line. They are not kept.", key="own-family-numbers")
        numbers = [line.strip() for line in typed.splitlines() if line.strip()]
        own = store.known_as(numbers)
        if numbers:
            st.write(f"{counted(len(own), 'family', 'families')} of your centre found by {len(numbers):,} numbers.")
    return own


def _named(families: pd.Series, own: Mapping[str, str]) -> list[str]:
    return [own.get(family, family) for family in families]


def _download(store: ManagerStore, person: Person, found: SecondScores, own: Mapping[str, str]) -> None:
    rows = found.to_score.assign(family_id=_named(found.to_score["family_id"], own))
    st.download_button(
        f"Download the list of {counted(rows['family_id'].nunique(), 'family', 'families')}",
        _workbook(store, rows),
        file_name=f"{'simulated-' if store.is_simulated else ''}second-scores-{person.centre_id}.xlsx",
        mime=EXCEL,
        type="primary",
        on_click=exported,
        args=(store, person, Action.DOWNLOAD_DUE),
        kwargs={"rows": len(rows)},
    )


def _workbook(store: ManagerStore, rows: pd.DataFrame) -> bytes:
    # Every press of a button draws the page again: the same rows are written once, and for this session alone.
    last = st.session_state.get(_MADE)
    instruments = store.instruments()
    if last is None or not rows.equals(last[0]) or instruments != last[1]:
        content = second_scores_bytes(rows, simulated=store.is_simulated, instruments=instruments)
        last = st.session_state[_MADE] = (rows, instruments, content)
    made: bytes = last[2]
    return made


def _due(families: pd.DataFrame, own: Mapping[str, str], caption: str) -> None:
    rows = pd.DataFrame(
        {
            "family": _named(families["family_id"], own),
            "first": [uk_date(day) for day in families["first_on"]],
            "due": [uk_date(day) for day in families["due_on"]],
        }
    )
    table(rows.head(LISTED), caption, _LABELS)
    if len(rows) > LISTED:
        with st.expander(f"The other {len(rows) - LISTED:,}"):
            table(rows.iloc[LISTED:], f"{caption}: the others", _LABELS)


def _never_scored(found: SecondScores, own: Mapping[str, str]) -> None:
    families = found.frame[found.frame["why"] == Why.NOT_SCORED]
    if families.empty:
        return
    header("No first score yet")
    st.write(
        f"{counted(len(families), 'family has', 'families have')} joined and not been scored since. Give each its "
        "first score when you next see it, in the template on the page Upload scores."
    )
    rows = pd.DataFrame(
        {"family": _named(families["family_id"], own), "on": [uk_date(day) for day in families["joined_on"]]}
    )
    with st.expander("Which families"):
        _some(rows, "No first score since they joined", {"family": "Family", "on": "Joined"})


def _all_families(found: SecondScores, own: Mapping[str, str]) -> None:
    header(f"All your {counted(len(found.frame), 'family', 'families')}")
    places = {
        Standing.LATE: "Late for a second score",
        Standing.SOON: "Due soon",
        Standing.NOT_YET: "Not due yet",
        Standing.DONE: "Scored twice or more",
    }
    counts = [(said, len(found.of(place))) for place, said in places.items()]
    cannot = found.of(Standing.CANNOT)
    counts += [(said, int((cannot["why"] == why).sum())) for why, said in WHY.items()]
    rows = pd.DataFrame([one for one in counts if one[1]], columns=["where", "families"])
    table(rows, "Each family once", {"where": "Now", "families": "Families"})
    later = found.of(Standing.NOT_YET)
    if len(later):
        with st.expander("Families not due yet"):
            _due(later, own, "Not due yet")
    others = cannot[cannot["why"] != Why.NOT_SCORED]
    if len(others):
        with st.expander("Families that cannot be due, and why"):
            listed = {
                "family": _named(others["family_id"], own),
                "why": [WHY[Why(why)] for why in others["why"]],
                "since": [uk_date(day) for day in others["ended_on"]],
            }
            _some(pd.DataFrame(listed), "Cannot be due", {"family": "Family", "why": "Why", "since": "On"})


def _some(rows: pd.DataFrame, caption: str, labels: Mapping[str, str]) -> None:
    table(rows.head(MOST), caption, labels)
    if len(rows) > MOST:
        st.write(f"And {len(rows) - MOST:,} more.")
