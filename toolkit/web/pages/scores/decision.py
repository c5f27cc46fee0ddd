"""The tab of the decision: each criterion as it stands, and the figure that decided it."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.web.pages.questions.parts import Parts, of_bundle
from toolkit.web.pages.scores import criteria
from toolkit.web.parts.layout import header


def draw(bundle: Bundle) -> None:
    """Draw the criteria, where a decision was reached."""
    if bundle.may.effect:
        header("What decided it")
        criteria.draw(bundle.table("decision_criteria"))


PARTS = Parts(answer=of_bundle(draw))
