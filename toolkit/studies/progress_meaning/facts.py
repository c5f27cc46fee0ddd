"""The single figures of what scores mean."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float] | None
"""A figure and the ends of its 95% interval, where they could be had."""


@dataclass(frozen=True, slots=True)
class ProgressMeaningFacts(Facts):
    """What scores tell of referral, and how far they can be relied on.

    An *area* is how often, of two families of which one was then referred, that one was given the higher risk: 0.5 is a
    coin's. What is said of risks is of families at centres that had no part in the fit.

    Attributes
    ----------
    outcome, outcome_label, happened, within
        What was looked for, as pages and sentences say it.
    families, referred, centres
        Families followed for the year after their first score, those of them to which it happened, and their centres.
    risk
        The share to which it happened, those that left the records stood for by the rest.
    share_followed
        Of the families that had a year to be followed, the share that was.
    adds_value
        Whether the first score adds to what was known that day: ``yes``, ``no`` or ``unknown``, by the protocol's rule.
    added_value, largest_rise
        The rise of the area by it, and the largest that the data fit.
    area_known, area_both, area_score
        The areas without the score, with it, and of the score alone.
    odds_ratio
        What a point less multiplies the odds by, given what was known.
    odds_ratio_by_others
        The same of referrals that no centre made.
    brier, log_score
        By how much the mean squared error falls and the mean log likelihood rises with the score.
    calibration_slope, calibration_in_the_large
        Of the chances with the score: 1 and 0 where they come true.
    change_families, change_referred
        Families followed for the year after their next score, and those of them to which it happened.
    change_adds_value, change_added_value, change_largest_rise, change_area_known, change_area_both, change_odds_ratio
        The same of the change from the first score to the next, beyond the first score and what was known by then; the
        odds ratio is of a point of change less.
    rose, rose_matched, rose_difference
        Families whose score rose, those that were matched with one alike, and the difference of the shares to which it
        happened, those whose score rose less the others: an association.
    rose_largest_on, rose_largest_smd
        What the matched groups differ most on, and by how many standard deviations.
    rose_stands
        Whether enough were matched, and alike enough, for the difference to be told.
    agreement, agreement_pairs, agreement_same
        Kappa (quadratic weights) of two scorers on the same day, how many such pairs, and the share that agree.
    reliability, score_error
        The part of a score's variance that a second scorer finds again, and by how many points one score is out.
    drift, drift_against_other
        Points a year by which workers' end scores rise for families that started alike; and against another's score of
        the same day, where only workers' leniency can move it.
    drift_scores, drift_scorers, drift_double
        End scores, workers, and end scores that another gave too.
    lowest, highest
        Ends of the scale.
    least_rise, least_if_sure, margin, min_pairs
        The protocol's.
    """

    outcome: str
    outcome_label: str
    happened: str
    within: str
    families: int
    referred: int
    centres: int
    risk: float | None
    share_followed: float | None
    adds_value: str
    added_value: Told
    largest_rise: float | None
    area_known: Told
    area_both: Told
    area_score: Told
    odds_ratio: Told
    odds_ratio_by_others: Told
    brier: Told
    log_score: Told
    calibration_slope: Told
    calibration_in_the_large: Told
    change_families: int
    change_referred: int
    change_adds_value: str
    change_added_value: Told
    change_largest_rise: float | None
    change_area_known: Told
    change_area_both: Told
    change_odds_ratio: Told
    rose: int
    rose_matched: int
    rose_difference: Told
    rose_largest_on: str
    rose_largest_smd: float | None
    rose_stands: bool
    agreement: Told
    agreement_pairs: int
    agreement_same: float | None
    reliability: Told
    score_error: float | None
    drift: Told
    drift_against_other: Told
    drift_scores: int
    drift_scorers: int
    drift_double: int
    lowest: float
    highest: float
    least_rise: float
    least_if_sure: float
    margin: float
    min_pairs: int
