"""The probability of superiority: that one of a group has the higher score than one of another, ties half."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.note import Note
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import checked_weights, finite_numbers
from toolkit.stats.variance.arms import VERY_FEW, Arms, fewest_clusters
from toolkit.stats.variance.cluster_robust import covariance_of_influence


@dataclass(frozen=True, slots=True)
class Superiority(Shown):
    """The probability of superiority with its interval.

    Attributes
    ----------
    probability : float
        That one of the group has a higher score than one of the rest, plus half that they have the same; 0.5 where
        neither is ahead.
    se : float
        Its standard error; not a number where either group is in one cluster.
    low, high : float
        The interval, made on the logit scale; of a probability of 0 or 1 Newcombe's, from as many of each group as
        its clusters are worth. Not a number where there is no standard error.
    p_value : float
        Two-sided, of 0.5, from the standard error; not a number where that is 0 or none.
    degrees_of_freedom : float
        Of the t distribution behind both.
    ties : float
        The chance of the same score.
    clusters : int
        How many are taken as independent.
    notes : tuple of Note
        What a reader must know.
    """

    probability: float
    se: float
    low: float
    high: float
    p_value: float
    degrees_of_freedom: float
    ties: float
    clusters: int
    notes: tuple[Note, ...]

    @property
    def difference(self) -> float:
        """Chance of a higher less chance of a lower score (Somers' d, Cliff's delta), from -1 to 1."""
        return 2 * self.probability - 1

    @property
    def odds(self) -> float:
        """Chance of a higher over chance of a lower score, ties half to each."""
        return self.probability / (1 - self.probability) if self.probability < 1 else math.inf

    def summary(self) -> str:
        """Return it in a few lines, for a person."""
        words = (
            f"One of the group has the higher score than one of the rest in {100 * self.probability:.1f} of 100 pairs, "
            f"ties half ({100 * self.low:.1f} to {100 * self.high:.1f}); 50 would mean that neither is ahead."
        )
        return "\n".join([words, *self.notes])


def superiority(
    scores: ArrayLike,
    group: ArrayLike,
    *,
    weights: Any = None,
    cluster: Any = None,
    higher_is: str = "better",
    level: float = 0.95,
) -> Superiority:
    """Return the probability that one of a group has a better score than one of the rest, ties half.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Numbers; only their order counts.
    group : array_like of bool or 0/1, shape (n,)
        Who is in the group.
    weights : array_like, shape (n,), optional
        What each row stands for, from 0; a row of weight 2 counts as two in the probability and as one, twice as
        heavy, in its error.
    cluster : array_like, shape (n,), optional
        Groups taken as independent: centres; or the pair, where both readings of the same family are compared as two
        groups. Each row by itself where not given. Series are put in one order by their labels.
    higher_is : {"better", "worse"}
        The direction of the scale.
    level : float
        Of the interval.

    Returns
    -------
    Superiority
        The probability and its interval, clustered.

    Raises
    ------
    InputError
        When a score, a group or a cluster is missing, or one of the groups is empty.

    Notes
    -----
    Mann and Whitney (1947). The variance is of each row's placement among the other group (DeLong, DeLong and
    Clarke-Pearson, 1988, Biometrics 44, 837-845; for clusters Obuchowski, 1997, Biometrics 53, 567-578), with CR2 and
    Satterthwaite's degrees of freedom below 50 clusters, or Welch's where these are fewer (Brunner and Munzel, 2000,
    Biometrical Journal 42, 17-25). At 0 and 1: Newcombe (2006), Statistics in Medicine 25,
    559-573, method 5.

    Examples
    --------
    >>> round(superiority([1, 2, 3, 2, 3, 4], [0, 0, 0, 1, 1, 1]).probability, 4)
    0.7778
    """
    require_level(level)
    values, inside, load, codes = _checked(scores, group, weights, cluster, higher_is)
    probability, ties, influence = placements(values, inside, load)
    arms = Arms(inside, load)
    fewest = fewest_clusters([codes], arms)
    clusters = int(codes.max()) + 1
    notes = _notes(probability, fewest.effective, cluster is None)
    if fewest.clusters < 2:
        nothing = math.nan
        return Superiority(probability, nothing, nothing, nothing, nothing, nothing, ties, clusters, notes)
    got = covariance_of_influence(influence[:, None], [codes], arms=arms)
    se = math.sqrt(max(float(got.covariance[0, 0]), 0.0))
    freedom = min(got.degrees_of_freedom, _freedom_of_two(influence, inside, codes))
    low, high, p_value = _interval(probability, se, freedom, level, codes, arms)
    return Superiority(probability, se, low, high, p_value, freedom, ties, clusters, notes)


def placements(values: Floats, inside: Booleans, weights: Floats) -> tuple[float, float, Floats]:
    """Return the probability of superiority, that of a tie, and each row's influence on the first, shape (n,).

    Parameters
    ----------
    values : ndarray, shape (n,)
        Scores.
    inside : ndarray of bool, shape (n,)
        Who is in the group.
    weights : ndarray, shape (n,)
        Of rows, from 0; each group has some above 0.
    """
    found, place = np.unique(values, return_inverse=True)
    place = place.reshape(-1)
    shares = [
        np.bincount(place[arm], weights=weights[arm], minlength=len(found)) / weights[arm].sum()
        for arm in (~inside, inside)
    ]
    below = [np.cumsum(share) - share / 2 for share in shares]
    probability = float(shares[1] @ below[0])
    # Of a row in the group: the share of the rest below it; of one of the rest: the share of the group above it.
    placement = np.where(inside, below[0][place], 1 - below[1][place])
    own = np.where(inside, weights[inside].sum(), weights[~inside].sum())
    return probability, float(shares[0] @ shares[1]), (placement - probability) * weights / own


def _checked(
    scores: Any, group: Any, weights: Any, cluster: Any, higher_is: str
) -> tuple[Floats, Booleans, Floats, Integers]:
    scores, group, weights, cluster = aligned(scores=scores, group=group, weights=weights, cluster=cluster)
    values = finite_numbers(scores, "scores").reshape(-1)
    arm = finite_numbers(group, "group", "yes and no, or 1 and 0").reshape(-1)
    load = np.ones(len(values)) if weights is None else checked_weights(weights)
    codes = np.arange(len(values)) if cluster is None else group_codes(cluster, "cluster")
    problems = []
    if len({len(values), len(arm), len(load), len(codes)}) > 1:
        problems.append(
            f"There are {len(values):,} scores, {len(arm):,} of group, {len(load):,} weights and {len(codes):,} "
            "clusters. Give one of each a row."
        )
    if np.isnan(values).any():
        problems.append(f"scores is missing in {int(np.isnan(values).sum()):,} rows. Leave those rows out.")
    if not np.isin(arm, (0, 1)).all():
        problems.append("group must be yes or no (1 or 0) in every row.")
    if higher_is not in ("better", "worse"):
        problems.append(f'higher_is is "{higher_is}". Use "better" or "worse".')
    if not problems and not all((load[arm == side] > 0).any() for side in (0, 1)):
        problems.append("One of the two groups has no rows, so there is nothing to compare.")
    if problems:
        raise InputError(" ".join(problems))
    used = load > 0
    values = values if higher_is == "better" else -values
    dense = np.unique(codes[used], return_inverse=True)[1].reshape(-1).astype(np.intp)
    return values[used], (arm == 1)[used], load[used], dense


def _freedom_of_two(influence: Floats, inside: Booleans, codes: Integers) -> float:
    """Return Welch's degrees of freedom, as the groups may vary unlike; infinite where clusters have rows of both."""
    parts = []
    for arm in (~inside, inside):
        held = np.bincount(codes, weights=arm) > 0
        sums = np.bincount(codes, weights=influence * arm)[held]
        parts.append((held, float(sums @ sums) * len(sums) / (len(sums) - 1), len(sums) - 1))
    (one, first, of_first), (other, second, of_second) = parts
    if (one & other).any() or first + second <= 0:
        return math.inf
    return (first + second) ** 2 / (first * first / of_first + second * second / of_second)


def _interval(
    probability: float, se: float, freedom: float, level: float, codes: Integers, arms: Arms
) -> tuple[float, float, float]:
    """Return the ends of the interval, and the p-value of 0.5."""
    from scipy.stats import t

    if se == 0.0 and probability in (0.0, 1.0):
        shares = arms.shares(codes, int(codes.max()) + 1)
        worth = 1 / (shares * shares).sum(axis=0)
        end = highest_of_none(float(worth[0]), float(worth[1]), level)
        return (0.0, end, math.nan) if probability == 0.0 else (1 - end, 1.0, math.nan)
    reach = float(t.isf((1 - level) / 2, freedom)) * se
    if se == 0.0:
        return probability, probability, math.nan
    spread = probability * (1 - probability)
    centre = math.log(probability / (1 - probability))
    low, high = (1 / (1 + math.exp(-(centre + side * reach / spread))) for side in (-1, 1))
    return low, high, float(2 * t.sf(abs(probability - 0.5) / se, freedom))


def highest_of_none(one: float, other: float, level: float) -> float:
    """Return the upper end for an estimate of 0, by Newcombe's (2006) method 5; of 1 it is the lower end, less from 1.

    Parameters
    ----------
    one, other : float
        How many there are of each group.
    level : float
        Of the interval.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    z, half = float(ndtri(0.5 + level / 2)), (one + other) / 2

    def beyond(true: float) -> float:
        inner = 1 + (half - 1) * ((1 - true) / (2 - true) + true / (1 + true))
        return true - z * z * (1 - true) * inner / (one * other)

    return float(brentq(beyond, 0.0, 1.0))


def _notes(probability: float, effective: float, by_row: bool) -> tuple[Note, ...]:
    notes = []
    if probability in (0.0, 1.0):
        words = "Every score of one group is above every score of the other: the interval is Newcombe's."
        notes.append(Note("no_overlap", words, {"probability": probability}))
    if not by_row and effective < VERY_FEW:
        words = (
            f"A group rests on as good as {effective:.1f} clusters: how these differ can hardly be seen, and the "
            "interval may be far too narrow."
        )
        notes.append(Note("few_clusters", words, {"clusters": round(effective, 1)}))
    return tuple(notes)
