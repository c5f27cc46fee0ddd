"""The criteria of the decision on scores: each figure with its range, what the protocol asks, and whether it is met.

A criterion is *met* or *not met* only where its whole range says so; where the range holds both it is *not known*. Two
are judged otherwise, for reasons written beside them: completeness, which is a count of all there were, and inflation,
which two figures tell of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.studies.progress_decision.facts import ProgressDecisionFacts

Standing = Literal["met", "not_met", "not_known"]
COMPLETE, AGREEMENT, MEANING, CHANGE, INFLATION, TRACKING, COST = (
    "complete", "agreement", "meaning", "change", "inflation", "tracking", "cost",
)  # fmt: skip
CRITERIA = (COMPLETE, AGREEMENT, MEANING, CHANGE, INFLATION, TRACKING, COST)
"""Every criterion, in the order they are told."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion.

    Attributes
    ----------
    name
        One of `CRITERIA`.
    standing
        Whether it is met.
    figure, low, high
        What was found and the ends of its 95% range; ``None`` where there is none.
    threshold
        What the protocol asks; ``None`` where it sets no limit.
    """

    name: str
    standing: Standing
    figure: float | None
    low: float | None
    high: float | None
    threshold: float | None


def criteria_of(facts: ProgressDecisionFacts) -> tuple[Criterion, ...]:
    """Return every criterion as it stands, in the order of `CRITERIA`."""
    drift = drift_told(facts)
    cost = None if facts.cost_a_family is None else (facts.cost_a_family,) * 3
    return (
        _criterion(COMPLETE, _complete(facts), facts.share_complete, facts.least_complete),
        _criterion(AGREEMENT, _agreement(facts), facts.agreement, facts.least_agreement),
        _criterion(MEANING, _meaning(facts), facts.added_value, facts.least_rise),
        _criterion(CHANGE, _change(facts), facts.change_added_value, facts.least_rise_of_change),
        _criterion(INFLATION, _inflation(facts), drift, facts.most_drift),
        _criterion(TRACKING, _tracking(facts), facts.effect, facts.most_harm),
        _criterion(COST, _cost(facts), cost, facts.most_cost or None),
    )


def drift_told(facts: ProgressDecisionFacts) -> tuple[float, float, float] | None:
    """Return the drift that decides: against another's score where that settles it, otherwise of all end scores.

    Only another's score of the same day can tell kinder scoring from better support. But they are few, and their range
    is wide: where all end scores together do not rise, workers can have become kinder only by as much as families did
    worse, which is taken for unlikely.
    """
    against, pooled = facts.drift_against_other, facts.drift
    if against is not None and (pooled is None or against[1] > 0 or against[2] < facts.most_drift):
        return against
    return pooled


def _criterion(name: str, standing: Standing, told: Sequence[float] | None, threshold: float | None) -> Criterion:
    figure, low, high = (None, None, None) if told is None else told
    return Criterion(name, standing, figure, low, high, threshold)


def _complete(facts: ProgressDecisionFacts) -> Standing:
    """Judge by the share itself: it is of every family that had time, and no sample of them."""
    if facts.share_complete is None:
        return "not_known"
    return "met" if facts.share_complete[0] >= facts.least_complete else "not_met"


def _agreement(facts: ProgressDecisionFacts) -> Standing:
    if facts.agreement is None:
        return "not_known"
    _, low, high = facts.agreement
    if low >= facts.least_agreement:
        return "met"
    return "not_met" if high < facts.least_agreement else "not_known"


_ADDS: dict[str, Standing] = {"yes": "met", "no": "not_met"}


def _meaning(facts: ProgressDecisionFacts) -> Standing:
    """Judge by the first score; but scores that a second worker does not find again at all mean nothing either."""
    found = _ADDS.get(facts.adds_value, "not_known")
    if found != "met" and facts.agreement is not None and facts.agreement[2] < facts.no_agreement:
        return "not_met"
    is_contradicted = found == "not_met" and facts.change_adds_value == "yes"
    return "not_known" if is_contradicted else found


def _change(facts: ProgressDecisionFacts) -> Standing:
    """Judge by a far smaller rise than that of the first score.

    The first score is among what was known by then, and carries most of what a second one tells: in made-up counties
    where both mean something, change adds 2 to 6 in 100, and the first score 2 to 7.
    """
    if facts.change_adds_value == "yes":
        return "met"
    largest = facts.change_largest_rise
    is_none = facts.change_adds_value == "no" and largest is not None and largest < facts.least_rise_of_change
    return "not_met" if is_none else "not_known"


def _inflation(facts: ProgressDecisionFacts) -> Standing:
    """Judge by others' scores where they settle it, and by all end scores where they do not.

    End scores that clearly rise must be cleared by others' scores of the same day: until they are, nobody may add them
    up. So a rise that is not cleared is *not met*, and not only *not known*.
    """
    pooled, against, most = facts.drift, facts.drift_against_other, facts.most_drift
    if against is not None and against[2] < most:
        return "met"
    is_flat = pooled is not None and pooled[2] < most
    if against is not None and against[1] > 0:
        return "not_known" if is_flat else "not_met"
    if is_flat:
        return "met"
    return "not_met" if pooled is not None and pooled[1] > most else "not_known"


def _tracking(facts: ProgressDecisionFacts) -> Standing:
    """Judge harm alone: met where one that matters is ruled out, not met where one is shown.

    Neither is, where the two kinds of centre are not shown to have been on the same path before: in made-up counties
    where scoring does nothing, such figures seemed to show harm in more than one of twenty.
    """
    if facts.effect is None or not facts.paths_alike:
        return "not_known"
    _, low, high = facts.effect
    if high < facts.most_harm:
        return "met"
    return "not_met" if low > facts.most_harm else "not_known"


def _cost(facts: ProgressDecisionFacts) -> Standing:
    if facts.cost_a_family is None or not facts.most_cost:
        return "not_known"
    return "met" if facts.cost_a_family <= facts.most_cost else "not_met"
