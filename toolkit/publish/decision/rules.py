"""The decision on scores, by rules that stand before the result: criteria in, one of four decisions out.

1. Scores that mean nothing, surely: *stop*; or *use for the conversation, do not add up* where workers at least agree
   on what they see. Whether scoring helps a worker and a family to talk is not measured here.
2. Not known whether they mean anything: *mend, and measure again*.
3. They mean something, but too few families are scored again, or nobody knows how many: *mend, and measure again*.
4. They mean something and are complete, but end scores creep up, or change tells nothing, or workers do not agree: *use
   for the conversation, do not add up*.
5. Not known whether end scores creep up or workers agree: *mend, and measure again*.
6. Scoring as such is followed by more referrals, or costs more than the council would pay: *mend, and measure again*.
7. Otherwise *roll out*.

Two criteria that are not known do not bar a roll-out. *Change*: a score that tells, and on which two workers agree,
moves as what it tells of moves; only proof that change tells nothing bars it. *Tracking*: nineteen small centres beside
fifteen could show only a large harm, so proof that there is none is out of reach for the very councils that ask; the
roll-out itself, on days drawn by lot, is how to find out, and is said with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from toolkit.publish.decision.price import Price, price_of
from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    COST,
    INFLATION,
    MEANING,
    TRACKING,
    Criterion,
    Standing,
    criteria_of,
)
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts

Choice = Literal["roll_out", "conversation_only", "mend_and_measure_again", "stop"]
CHOICES: tuple[Choice, ...] = ("roll_out", "conversation_only", "mend_and_measure_again", "stop")


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the scores, and why.

    Attributes
    ----------
    choice
        One of `CHOICES`.
    decided_by
        The criterion that decided.
    criteria
        All of them, as they stand.
    price
        Of settling the criterion that decided; of a roll-out, that of its effect; ``None`` where none is to be paid.
    """

    choice: Choice
    decided_by: str
    criteria: tuple[Criterion, ...]
    price: Price | None


def decision_of(facts: ProgressDecisionFacts) -> Decision:
    """Return the decision on what is known; what bars any decision are the study's gates, and not asked here."""
    criteria = criteria_of(facts)
    standing = {one.name: one.standing for one in criteria}
    choice, by = choose(standing)
    priced = TRACKING if choice == "roll_out" else by
    return Decision(choice, by, criteria, price_of(priced, standing[priced], facts))


def choose(standing: Mapping[str, Standing]) -> tuple[Choice, str]:
    """Return the decision by how each criterion stands, and the criterion that decided."""
    if standing[MEANING] == "not_met":
        return ("conversation_only" if standing[AGREEMENT] == "met" else "stop"), MEANING
    for name in (MEANING, COMPLETE):
        if standing[name] != "met":
            return "mend_and_measure_again", name
    for name in (INFLATION, CHANGE, AGREEMENT):
        if standing[name] == "not_met":
            return "conversation_only", name
    for name in (INFLATION, AGREEMENT):
        if standing[name] == "not_known":
            return "mend_and_measure_again", name
    for name in (TRACKING, COST):
        if standing[name] == "not_met":
            return "mend_and_measure_again", name
    return "roll_out", MEANING
