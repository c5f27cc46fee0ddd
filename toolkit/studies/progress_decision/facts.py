"""The single figures that the decision on scores rests on, each beside what the protocol asks of it."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float] | None
"""A figure and the ends of its 95% interval, where they could be had."""


@dataclass(frozen=True, slots=True)
class ProgressDecisionFacts(Facts):
    """What is known of each criterion, and how fast more could be known.

    Attributes
    ----------
    share_complete
        Share scored again of the families that had time to be; ``None`` where there are none.
    agreement, agreement_pairs
        Kappa (quadratic weights) of two scorers of the same day, and how many such pairs.
    adds_value, added_value, largest_rise
        Whether the first score adds to what was known (``yes``, ``no``, ``unknown``), the rise of the area by it, and
        the largest rise that the data fit.
    slope_ratio
        Half the width of the range of what a point does to the log odds, by its size: below 1 it is told from none.
    change_adds_value, change_added_value, change_largest_rise
        The same of the change from the first score to the next.
    told_on
        Families that meaning rests on.
    drift, drift_against_other, drift_scores, drift_double
        Points a year by which end scores rise; the same against another's score of the same day; and how many end
        scores, and end scores that another gave too, these rest on.
    effect
        What scoring as such adds to the share referred within a year; ``None`` where the comparison may not be told.
    paths_alike
        Whether both kinds of centre are shown to have been on the same path before, and the ways to reckon agree.
    smallest_visible
        The smallest such effect that these centres could show.
    months_each_side
        Months before and after that scoring was compared over.
    centres_not_scoring
        Centres that do not score yet.
    pace_scored, pace_double
        Families first scored, and scores given by two, a month: in the last year of the scores.
    cost_a_family
        Pounds of workers' time a family; ``None`` where minutes or an hour's cost were not entered.
    cost_a_scoring
        The same of one scoring.
    cost_source
        Where they are from.
    wait_days, least_complete, least_agreement, no_agreement, least_rise, least_rise_of_change, most_drift, most_harm,
    most_cost, double_share
        The protocol's.
    """

    share_complete: Told
    agreement: Told
    agreement_pairs: float
    adds_value: str
    added_value: Told
    largest_rise: float | None
    slope_ratio: float | None
    change_adds_value: str
    change_added_value: Told
    change_largest_rise: float | None
    told_on: float
    drift: Told
    drift_against_other: Told
    drift_scores: float
    drift_double: float
    effect: Told
    paths_alike: bool
    smallest_visible: float | None
    months_each_side: float
    centres_not_scoring: int
    pace_scored: float
    pace_double: float
    cost_a_family: float | None
    cost_a_scoring: float | None
    cost_source: str
    wait_days: float
    least_complete: float
    least_agreement: float
    no_agreement: float
    least_rise: float
    least_rise_of_change: float
    most_drift: float
    most_harm: float
    most_cost: float
    double_share: float
