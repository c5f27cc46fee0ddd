"""The page of Recommendations 12, 13 and 16, and of whatever else a council asked of its records."""

from __future__ import annotations

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.pages import money
from toolkit.web.pages.questions import chooser
from toolkit.web.pages.questions.chooser import Study
from toolkit.web.pages.scores import county
from toolkit.web.parts.layout import page_head
from toolkit.web.results import REACH, REFERRALS, TRUST

STUDIES = (Study(REACH, "Reach"), Study(TRUST, "Trust"))
"""Those of the councillors' report that have no page of their own."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "reach-and-trust")
    page_head("Who is reached, and are centres trusted?", simulated=store.is_simulated)
    known = {REFERRALS, *(study.question for study in (*STUDIES, *county.STUDIES, *money.STUDIES, *money.PUBLISHED))}
    own = [Study(question, question) for question in store.questions() if question not in known]
    chooser.draw(store, person, (*STUDIES, *own))
