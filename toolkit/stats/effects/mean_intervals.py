"""Each arm's mean with an interval of its own: on the scale that keeps it where such a mean can be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.sample.codes import dense_codes
from toolkit.stats.variance.arms import Arms, fewest_clusters
from toolkit.stats.variance.cr2 import corrected_sums

MANY = 200  # clusters worth so many: what their degrees of freedom are hardly matters
Pair = tuple[float, float]
Interval = Pair | None


def mean_intervals(
    means: Pair, errors: Pair, values: Floats, ways: Sequence[Integers], arms: Arms, level: float, *, is_rate: bool
) -> tuple[Interval, Interval]:
    """Return the intervals of the comparison and of the treated arm's mean; None where a mean has no error above 0.

    Parameters
    ----------
    means, errors : tuple of float
        The arms' means and standard errors, comparison first.
    values : ndarray, shape (n,)
        What the means are of: shares, where all are 0 or 1, have intervals on the logit scale.
    ways, arms
        Cluster codes, arms and weights: each interval has the degrees of freedom of its own arm.
    level : float
        Of the intervals.
    is_rate : bool
        Whether the means are rates, whose intervals are on the logarithm's scale.
    """
    from scipy.special import stdtrit

    is_share = not is_rate and bool(((values == 0) | (values == 1)).all())
    found = []
    for place, (mean, error) in enumerate(zip(means, errors, strict=True)):
        reach = float(stdtrit(_freedom(ways, arms, bool(place)), 0.5 + level / 2)) * error
        found.append(_interval(mean, reach, is_share=is_share, is_rate=is_rate))
    return found[0], found[1]


def _interval(mean: float, reach: float, *, is_share: bool, is_rate: bool) -> Interval:
    if not reach > 0:
        return None
    if is_share and 0 < mean < 1:
        odds, half = mean / (1 - mean), math.exp(min(reach / (mean * (1 - mean)), 700.0))
        return odds / half / (1 + odds / half), 1 - 1 / (1 + odds * half)
    if is_rate and mean > 0:
        half = math.exp(min(reach / mean, 700.0))
        return mean / half, mean * half
    return mean - reach, mean + reach


def _freedom(ways: Sequence[Integers], arms: Arms, treated: bool) -> float:
    """Return the fewest degrees of freedom of an arm's mean of any way: Satterthwaite's, where they are few."""
    mine = arms.treated == treated
    alone = Arms(arms.treated[mine], arms.weights[mine])
    found = []
    for way in ways:
        codes, groups = dense_codes(way[mine])
        worth = fewest_clusters([codes], alone).effective
        few = worth < MANY
        found.append(corrected_sums(np.zeros((len(codes), 1)), codes, groups, alone)[1] if few else worth - 1)
    return min(found)
