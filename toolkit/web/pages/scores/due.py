"""The page a manager starts from: which families are due a second score, and the list to fill in and send back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pandas as pd
import streamlit as st

from toolkit.accounts.roles import Action, Person, check
from toolkit.intake.outgoing.second_scores import second_scores_bytes
from toolkit.studies.progress_change.second_scores import SOON_DAYS, SecondScores, Standing
from toolkit.web.access import ManagerStore
from toolkit.web.pages.scores import family_tables, to_check
from toolkit.web.pages.upload.work import EXCEL
from toolkit.web.parts.layout import header, page_head, verdict
from toolkit.web.session import exported, the_analyses
from toolkit.wording.numbers import counted, uk_date

_DAYS_A_MONTH = 365.25 / 12
_MADE = "second-scores-made"
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
        family_tables.due(late, own, "The longest waiting first")
        st.write(
            "If you have scored a family already, on paper, put that score in the list. If a family no longer comes, "
            "tell the early intervention lead the day it left: then it leaves this list."
        )
    if len(soon):
        header(f"Due by {_by(found)}: {counted(len(soon), 'family', 'families')}")
        family_tables.due(soon, own, "The soonest first")
    family_tables.never_scored(found, own)
    to_check.show(store, own)
    family_tables.all_families(found, own)


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


def _download(store: ManagerStore, person: Person, found: SecondScores, own: Mapping[str, str]) -> None:
    rows = found.to_score.assign(family_id=family_tables.named(found.to_score["family_id"], own))
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
