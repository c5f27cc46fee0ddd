"""The single figures of centres beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.studies.facts import Facts

Told = tuple[float, float, float] | None
"""A figure and the ends of its 95% interval, where they could be had."""


@dataclass(frozen=True, slots=True)
class ProgressCentresFacts(Facts):
    """How far centres differ once their families are allowed for. No centre has a place in any order.

    Attributes
    ----------
    families_scored_twice, improved
        Families scored twice, and those of them whose last score was better.
    at_the_top
        Families scored twice that began at the top: their scores cannot get better.
    share_without_second
        Of the families that had time to be scored again, the share that was not; ``None`` where there is none.
    share_same_scorer
        Of the families whose two scorers are known, the share of them that one person scored twice.
    centres_with_scores, centres_compared, centres_too_small
        Centres with families scored twice; those compared; those with too few families to be.
    stand_out_above, stand_out_below
        Centres outside the outer limits, which one ordinary centre in 500 passes.
    beyond_inner
        Centres beyond the inner limits, which one ordinary centre in 20 passes, those that stand out among them.
    mean_stands_out
        Centres outside the outer limits by their mean last score, given the first.
    share
        Share of the families of the centres compared that scored better.
    spread, mean_spread
        Standard deviation of centres' true shares, and of their true mean last scores in points, once their families
        are allowed for.
    shrunken_least, shrunken_most
        The ends that centres' shares lie between, each drawn towards the others as far as its numbers cannot tell.
    dispersion, by_chance
        Mean squared standardised difference (near 1 by chance alone), and how often chance spreads centres so far.
    limits_allow_for_differences
        Whether the limits are wider than those of chance.
    rank_span
        How many places of a ranking a centre's true one may be, on average.
    ranks_sure
        Centres of which it is known whether they are in the upper or the lower quarter.
    covariates_used, covariates_left_out
        What was allowed for, and what the records do not hold or could not be allowed for.
    centres_unlike
        Centres with families unlike any elsewhere.
    min_families
        The protocol's.
    """

    families_scored_twice: int
    improved: int
    at_the_top: int
    share_without_second: float | None
    share_same_scorer: float | None
    centres_with_scores: int
    centres_compared: int
    centres_too_small: int
    stand_out_above: int
    stand_out_below: int
    beyond_inner: int
    mean_stands_out: int
    share: float | None
    spread: Told
    mean_spread: Told
    shrunken_least: float | None
    shrunken_most: float | None
    dispersion: float | None
    by_chance: float | None
    limits_allow_for_differences: bool
    rank_span: float | None
    ranks_sure: int
    covariates_used: tuple[str, ...]
    covariates_left_out: tuple[str, ...]
    centres_unlike: int
    min_families: int

    @property
    def stand_out(self) -> int:
        """Centres outside the outer limits on either side."""
        return self.stand_out_above + self.stand_out_below
