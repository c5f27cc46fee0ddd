"""What a second scoring of the same things gives, for scores in steps: chance at work between two ordinal readings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.agreement.bivariate_normal import cell_chances
from toolkit.stats.arrays.types import Floats
from toolkit.stats.ordinal.change import ordinal_scores


def expected_retest(first: ArrayLike, correlation: float, *, levels: int = 5) -> Floats:
    """Return the mean change to expect by starting score when nothing changes, for scores in steps.

    As `expected_from_noise`, but for two readings that cut a normal scale into steps at the same places, whose ends can
    be left in one direction only. On five even steps the two hardly differ; where most are at one end they do.

    Parameters
    ----------
    first : array_like, shape (n,)
        First scores of all, not only of those chosen by them.
    correlation : float
        Of the scale behind two readings of the same thing (`polychoric` of double scores), from 0 to 0.995.
    levels : int
        The scale's highest score.

    Returns
    -------
    ndarray, shape (levels,)
        Points, by starting score from 1; not a number where nobody started. Its mean over all starters is 0.

    Raises
    ------
    InputError
        When a score is not on the scale, all are the same, or the correlation cannot be.

    Notes
    -----
    Davis (1976), American Journal of Epidemiology 104, 493-498, for a normal scale that is cut as Olsson's is (1979,
    Psychometrika 44, 443-460).

    Examples
    --------
    >>> [round(float(points), 2) for points in expected_retest([1, 2, 2, 3, 3, 3, 4, 4, 5], 0.7)]
    [0.7, 0.35, 0.0, -0.35, -0.7]
    """
    if not 0 <= correlation <= 0.995:
        raise InputError(f"correlation is {correlation}. Give a number from 0 to 0.995.")
    scores = ordinal_scores(first, "first", levels).astype(np.intp)
    given, count = np.unique(scores, return_counts=True)
    if len(given) < 2:
        raise InputError("All first scores are the same, so nothing says where the scale is cut. Give those of all.")
    cuts = np.asarray(stats.norm.ppf(np.cumsum(count)[:-1] / count.sum()), dtype=np.float64)
    chances = cell_chances(cuts, cuts, correlation)
    change = np.full(levels, np.nan)
    change[given - 1] = chances @ given / chances.sum(axis=1) - given
    return change
