"""The single figures of families that were never scored again."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float] | None
"""A figure and the ends of its 95% interval, where they could be had."""
Range = tuple[float, float] | None
"""The ends of an interval, where they could be had."""


@dataclass(frozen=True, slots=True)
class ProgressMissingFacts(Facts):
    """How many were scored again, and how wrong the headline could be.

    A *share* is from 0 to 1; a change is in points of the scale. The *headline* is the share of the families scored
    again whose last score was better than their first.

    Attributes
    ----------
    families, families_scored_twice, no_second_score, centres
        Families that had time to be scored again, those that were and were not, and their centres.
    share_complete
        The share that was scored again.
    share_improved_seen, share_improved_weighted
        The headline; and the same with those scored again weighted to stand for all that were like them on the day of
        their first score.
    share_improved_lowest, share_improved_highest
        Of all, if none of the unseen improved, and if all did who could.
    share_improved_no_better
        Of all, if the unseen improved as often as the seen who began at the same score.
    share_improved_bounds, share_improved_no_better_bounds
        Intervals that hold the share of all such families, wherever it is between the lowest and the highest, or
        between the lowest and that of no better.
    mean_change_seen, mean_change_weighted, mean_change_lowest, mean_change_highest, mean_change_no_better,
    mean_change_bounds, mean_change_no_better_bounds
        The same of the mean change.
    halves_at
        The share of the unseen up to which the share of all would be half the headline or less; ``None`` where even
        none of them would not halve it.
    cannot_rise
        Of the unseen, those that began at the top.
    known
        Families of which more than their score was known on the first day.
    worth, largest_share
        How many families of one weight the weighted ones are worth, and the heaviest one's part of all weight.
    """

    families: int
    families_scored_twice: int
    no_second_score: int
    centres: int
    share_complete: Told
    share_improved_seen: Told
    share_improved_weighted: Told
    share_improved_lowest: float | None
    share_improved_highest: float | None
    share_improved_no_better: float | None
    share_improved_bounds: Range
    share_improved_no_better_bounds: Range
    mean_change_seen: Told
    mean_change_weighted: Told
    mean_change_lowest: float | None
    mean_change_highest: float | None
    mean_change_no_better: float | None
    mean_change_bounds: Range
    mean_change_no_better_bounds: Range
    halves_at: float | None
    cannot_rise: int
    known: int
    worth: float | None
    largest_share: float | None
