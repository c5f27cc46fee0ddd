"""The price of finding out: how many families more, over how many months at today's pace, would settle a criterion.

Ranges narrow with the square root of what they rest on. So a range that is k times as wide as it may be needs k² times
as many families, if those to come are like those there are. Where there is nothing to go by, the number is that which
a range of a tenth each side needs. A criterion that is surely not met is settled: there the price is of measuring
afresh once something was mended, with as many families as it took this time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from toolkit.studies.progress_decision.criteria import (
    AGREEMENT,
    CHANGE,
    COMPLETE,
    COST,
    INFLATION,
    MEANING,
    TRACKING,
    Standing,
)
from toolkit.studies.progress_decision.facts import ProgressDecisionFacts

DAYS_A_MONTH = 30.44
Z = 1.96
HALF_WIDTH = 0.1
"""Half the width of the range that is planned for where nothing is known yet."""
LIKELY_KAPPA = 0.6
LEAST_MORE = 10
YEAR = 12

_TWICE_BY_TWO = frozenset({AGREEMENT, INFLATION})


@dataclass(frozen=True, slots=True)
class Price:
    """What it takes to settle a criterion.

    Attributes
    ----------
    families
        Families more, to two figures; ``None`` where no number of them at these centres would do.
    by_two
        Whether they are to be scored by two workers.
    months
        At today's pace; ``None`` where nobody is scored now.
    pounds
        Of workers' time for the scorings that takes; ``None`` where its cost was not entered, or nobody is scored.
    """

    families: int | None
    by_two: bool
    months: int | None
    pounds: int | None


def price_of(name: str, standing: Standing, facts: ProgressDecisionFacts) -> Price | None:
    """Return the price of settling a criterion that is not met or not known; ``None`` where there is nothing to buy."""
    if standing == "met" or name == COST:
        return None
    if name == TRACKING:  # other centres' first days drawn by lot, and a year for what follows
        return Price(None, False, math.ceil(facts.months_each_side + YEAR), None)
    more = {
        COMPLETE: lambda: Z**2 * 0.25 / HALF_WIDTH**2,
        AGREEMENT: lambda: facts.agreement_pairs if standing == "not_met" else _agreement(facts),
        INFLATION: lambda: _inflation(facts),
        MEANING: lambda: facts.told_on if standing == "not_met" else _telling(facts),
        CHANGE: lambda: facts.told_on,
    }[name]()
    families = _two_figures(max(more, LEAST_MORE))
    by_two = name in _TWICE_BY_TWO
    pace = max(facts.pace_double, facts.pace_scored * facts.double_share) if by_two else facts.pace_scored
    wait = {AGREEMENT: 0.0, INFLATION: facts.wait_days / DAYS_A_MONTH, COMPLETE: facts.wait_days / DAYS_A_MONTH}
    months = None if pace <= 0 else math.ceil(families / pace + wait.get(name, float(YEAR)))
    cost = facts.cost_a_scoring if by_two else facts.cost_a_family
    return Price(families, by_two, months, None if cost is None else _two_figures(families * cost))


def _agreement(facts: ProgressDecisionFacts) -> float:
    if facts.agreement is None:
        return _kappa_pairs(LIKELY_KAPPA) - facts.agreement_pairs
    about, low, high = facts.agreement
    apart = max(abs(about - facts.least_agreement), HALF_WIDTH)
    return facts.agreement_pairs * (((high - low) / 2 / apart) ** 2 - 1)


def _kappa_pairs(kappa: float) -> float:
    """Return the pairs whose range is a tenth each side: a kappa's variance is about (1 - kappa²)² / pairs."""
    return float((Z * (1 - kappa**2) / HALF_WIDTH) ** 2)


def _inflation(facts: ProgressDecisionFacts) -> float:
    """Return end scores by two so many that a creep of the most allowed would be told from none."""
    if facts.drift_against_other is not None and facts.drift_double > 0:
        _, low, high = facts.drift_against_other
        return facts.drift_double * (((high - low) / 2 / facts.most_drift) ** 2 - 1)
    if facts.drift is not None:  # a difference of two scores is out by the errors of both
        _, low, high = facts.drift
        return facts.drift_scores * 2 * ((high - low) / 2 / facts.most_drift) ** 2 - facts.drift_double
    return _kappa_pairs(LIKELY_KAPPA)


def _telling(facts: ProgressDecisionFacts) -> float:
    """Return families so many that the rise is told from none, or from one that matters: whichever is sooner."""
    times = []
    if facts.slope_ratio is not None:
        times.append(facts.slope_ratio**2)
    if facts.added_value is not None and facts.largest_rise is not None:
        times.append(((facts.largest_rise - facts.added_value[0]) / facts.least_rise) ** 2)
    if not times or facts.told_on <= 0:
        return Z**2 * 0.25 / (HALF_WIDTH / 2) ** 2  # nothing to go by: shares to a twentieth each side
    return facts.told_on * (min(times) - 1)


def _two_figures(number: float) -> int:
    """Return a number rounded up to two figures, and to no less than ten: it tells no count."""
    step = 10 ** max(1, math.floor(math.log10(number)) - 1) if number > 0 else 10
    return int(math.ceil(number / step) * step)
