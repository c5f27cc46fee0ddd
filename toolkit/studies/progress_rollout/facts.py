"""The single figures of what beginning to score did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.studies.facts import Facts


@dataclass(frozen=True, slots=True)
class RolloutFacts(Facts):
    """Which centres were compared, what they could show, and what they did.

    Attributes
    ----------
    centres, centres_scoring, centres_not_scoring
        Centres on record; those that score families, and those that do not.
    compared_scoring, compared_not_yet
        Centres that began to score and are compared, and those they are compared with (some of which began later).
    centres_compared
        Different centres among both.
    no_before
        Centres that score of which too few families joined before they did.
    first_start, last_start
        The first and last day on which one of those compared began, as ISO 8601; ``None`` where there is none.
    families, families_after, families_before, families_others
        Families followed for a year; of them those compared that joined a scoring centre after it began, and before
        it did, and those of centres that do not score.
    share_followed
        Of families that joined long enough ago, those that did not move away within the year; ``None`` without any.
    margin, trend_margin
        The protocol's.
    smallest_visible, smallest_visible_retention
        The smallest effect that would be told from none in four samples of five, from how much centres vary; ``None``
        where no centres can be compared.
    families_for_margin, centres_for_margin
        How many times as many families a centre, or how many centres in all, would show an effect of the margin;
        ``None`` where no number of families would, or nothing is compared.
    between_centres
        Standard deviation of what a year's own luck adds to one centre's share referred.
    effect, effect_retention
        The effect on referrals within a year, and on still coming, with the ends of the widest of the ranges; ``None``
        where there is none.
    ranges
        The effect on referrals by each way of reckoning (``cr2``, ``wild_bootstrap``, ``randomisation``): the ends.
    ways_agree
        Whether those ways agree that there is an effect, or that none is shown; ``None`` without two of them.
    trend
        How far apart both kinds of centre moved before, with the ends of its 90% range; ``None`` where not seen.
    trends_alike
        Whether that range lies within ``trend_margin``.
    chance_of_imbalance
        How often a deal would leave centres as unlike as they were; ``None`` where there are none.
    retention_known
        Whether the records tell who stopped coming.
    keep_months
        After how many months a family was looked for again.
    """

    centres: int
    centres_scoring: int
    centres_not_scoring: int
    compared_scoring: int
    compared_not_yet: int
    centres_compared: int
    no_before: int
    first_start: str | None
    last_start: str | None
    families: int
    families_after: int
    families_before: int
    families_others: int
    share_followed: float | None
    margin: float
    trend_margin: float
    smallest_visible: float | None
    smallest_visible_retention: float | None
    families_for_margin: float | None
    centres_for_margin: int | None
    between_centres: float | None
    effect: tuple[float, float, float] | None
    effect_retention: tuple[float, float, float] | None
    ranges: Mapping[str, tuple[float, float]]
    ways_agree: bool | None
    trend: tuple[float, float, float] | None
    trends_alike: bool
    chance_of_imbalance: float | None
    retention_known: bool
    keep_months: int
