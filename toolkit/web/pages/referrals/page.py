"""The page of Recommendation 11: whether centres reduce referrals, in four tabs."""

from __future__ import annotations

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions import frame
from toolkit.web.parts.layout import page_head
from toolkit.web.results import REFERRALS


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "referrals")
    page_head("Do centres reduce referrals?", simulated=store.is_simulated)
    frame.draw(store, person, REFERRALS, titled=False)
