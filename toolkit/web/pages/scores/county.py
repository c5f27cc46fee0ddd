"""Progress scores for the county: the decision, and the studies that it rests on."""

from __future__ import annotations

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.pages.questions import chooser
from toolkit.web.pages.questions.chooser import Study
from toolkit.web.parts.layout import page_head
from toolkit.web.results import CENTRES, CHANGE, DECISION, LOST, MEANING, ROLLOUT

STUDIES = (
    Study(DECISION, "Decision"),
    Study(CHANGE, "Change"),
    Study(LOST, "Who is missing"),
    Study(CENTRES, "Centres"),
    Study(MEANING, "Meaning"),
    Study(ROLLOUT, "Roll-out"),
)
"""The decision of paragraph 73 and the studies it rests on, in their order on the page."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page."""
    check(person, "progress")
    page_head("Are the progress scores helpful?", simulated=store.is_simulated)
    chooser.draw(store, person, STUDIES)
