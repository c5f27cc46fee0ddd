"""Progress scores for the county: the decision, and a tab for each study that it rests on."""

from __future__ import annotations

from toolkit.accounts.roles import Person, check
from toolkit.web.access import ResultsStore
from toolkit.web.pages.scores import centres, change, decision, lost, meaning, rollout
from toolkit.web.pages.study_tabs import Study, draw_tabs
from toolkit.web.parts.layout import page_head
from toolkit.web.results import CENTRES, CHANGE, DECISION, LOST, MEANING, ROLLOUT

TAB = "study-of-scores"
"""What the session calls the tab that is open."""

STUDIES = (
    Study(DECISION, "Decision", decision.draw),
    Study(CHANGE, "Change", change.draw),
    Study(LOST, "Who is missing", lost.draw),
    Study(CENTRES, "Centres", centres.draw),
    Study(MEANING, "Meaning", meaning.draw),
    Study(ROLLOUT, "Roll-out", rollout.draw),
)
"""The decision of paragraph 73 and the studies it rests on, in the order of their tabs."""


def show(store: ResultsStore, person: Person) -> None:
    """Draw the page: the tab that is open, and no other."""
    check(person, "progress")
    page_head("Are the progress scores helpful?", simulated=store.is_simulated)
    draw_tabs(store, person, STUDIES, key=TAB)
