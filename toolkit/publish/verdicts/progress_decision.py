"""The verdict on scores as a whole: what to do with them, why, and what it would take to know better."""

from __future__ import annotations

from toolkit.publish.bundle.model import Bundle
from toolkit.publish.decision.rules import Decision, decision_of
from toolkit.publish.decision.words import limits, said
from toolkit.publish.figures.progress_decision import names_behind, part_names
from toolkit.publish.figures.shown import Shown
from toolkit.publish.verdicts import sentences
from toolkit.publish.verdicts.reasons import reasons_of
from toolkit.publish.verdicts.rule import Verdict
from toolkit.studies.progress_decision.criteria import COMPLETE
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts

TOO_FEW = "Too few of the families were scored. So we can give no figures."


def decision_for(bundle: Bundle) -> Decision | None:
    """Return the decision of a result, typed; ``None`` where its gates bar one."""
    return None if bundle.failed_gates else decision_of(bundle.facts_as(ProgressDecisionFacts))


def verdict(bundle: Bundle, shown: Shown) -> Verdict:
    """Return the decision in words: ``decided``, whichever of the four it is; ``cannot_say`` where nothing can be.

    That it is time to mend and measure again is a decision too. Its level is 1: it looks at one group.
    """
    facts = bundle.facts_as(ProgressDecisionFacts)
    decision = decision_for(bundle)
    counted = shown.count(f"decision/{COMPLETE}/all/families")
    if decision is None or counted is None or not names_behind(bundle.tables, COMPLETE):
        reasons = reasons_of(bundle.kind, bundle.failed_gates) or [TOO_FEW]
        sentence = sentences.CANNOT_SAY.format(reason=" ".join(reasons)).strip()
        return Verdict("cannot_say", sentence, "", limits((), facts.cost_source), 1, sentences.MARYLAND[1])
    sentence, detail = said(decision, shown.share(*part_names(COMPLETE)))
    cannot_show = limits(decision.criteria, facts.cost_source)
    return Verdict("decided", sentence, detail, cannot_show, 1, sentences.MARYLAND[1])
