"""Rosenbaum's bounds of a comparison of matched pairs: what a hidden bias of a given size could do to it.

Gamma is how many times the odds of treatment may differ between two who look alike. Rosenbaum (2002), Observational
Studies, 2nd edition, chapter 4. Pairs count as independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.numbers import numbers_of

GAMMAS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)
SIDES = ("less", "greater", "two-sided")
MOST_GAMMA = 1e4


@dataclass(frozen=True, slots=True)
class RosenbaumBounds(Shown):
    """What hidden bias could do to a test's p-value.

    Attributes
    ----------
    test : str
        Which test.
    side : str
        Of the test: "less", "greater" or "two-sided".
    gammas : ndarray, shape (g,)
        Sizes of hidden bias.
    low, high : ndarray, shape (g,)
        The smallest and largest p-value that a bias of that size allows.
    limit : float
        The largest gamma at which the conclusion holds; 1 where it does not hold even without hidden bias.
    holds : bool
        Whether it holds without hidden bias.
    alpha : float
        A p-value at most this is what counts as a conclusion.
    sets : int
        Pairs or sets that say anything: those in which the outcomes differ.
    """

    test: str
    side: str
    gammas: Floats
    low: Floats
    high: Floats
    limit: float
    holds: bool
    alpha: float
    sets: int

    def tidy(self) -> pd.DataFrame:
        """Return one row a gamma: gamma, low, high."""
        return pd.DataFrame({"gamma": self.gammas, "low": self.low, "high": self.high})

    def summary(self) -> str:
        """Return what it means, in plain words."""
        if not self.holds:
            return "The comparison shows no clear effect, so there is nothing for a hidden difference to undo."
        return (
            "The conclusion holds unless, of two who look alike, one had more than "
            f"{self.limit:.2f} times the odds of treatment for a reason that was not recorded and that all but "
            "decides the outcome."
        )


def signed_rank_bounds(
    differences: ArrayLike, gammas: Sequence[float] = GAMMAS, *, side: str = "two-sided", alpha: float = 0.05
) -> RosenbaumBounds:
    """Return bounds of the p-value of Wilcoxon's signed-rank test of matched pairs, by the normal approximation.

    Parameters
    ----------
    differences : array_like, shape (pairs,)
        Treated less control. Pairs without a difference say nothing and are left out.
    gammas : sequence of float
        Sizes of hidden bias, 1 (none) or more.
    side : {"less", "greater", "two-sided"}
        What is concluded: treated lower, treated higher, or either (the smaller tail, doubled).
    alpha : float
        For the limit.

    Returns
    -------
    RosenbaumBounds
        The p-values each size of bias allows, and the largest at which the conclusion holds.

    Raises
    ------
    InputError
        When a difference is missing, none differs from 0, or a gamma is below 1.
    """
    values = checked_differences(differences)
    values = values[values != 0]
    if not len(values):
        raise InputError("No pair differs in its outcome, so there is nothing to test.")
    order = np.abs(values)
    ranks = _average_ranks(order)
    squares = float(ranks @ ranks)
    total = float(ranks.sum())
    above = float(ranks[values > 0].sum())

    def tail(statistic: float, share: float) -> float:
        from scipy.special import ndtr

        return float(ndtr((total * share - statistic) / math.sqrt(squares * share * (1 - share))))

    return bounds_of(
        "signed-rank test", lambda share: tail(above, share), lambda share: tail(total - above, share),
        gammas, side, alpha, len(values),
    )  # fmt: skip


def bounds_of(
    test: str,
    greater: Callable[[float], float],
    less: Callable[[float], float],
    gammas: Sequence[float],
    side: str,
    alpha: float,
    sets: int,
) -> RosenbaumBounds:
    """Return bounds over gamma from two tails, each a function of the share of pairs it expects to be its way.

    The share is ``gamma / (1 + gamma)`` for the largest p-value and ``1 / (1 + gamma)`` for the smallest.
    """
    sizes = checked_gammas(gammas)
    if side not in SIDES:
        raise InputError(f'There is no side "{side}". {did_you_mean(side, SIDES)}')

    def p_value(share: float) -> float:
        if side == "two-sided":
            return min(1.0, 2 * min(greater(share), less(share)))
        return greater(share) if side == "greater" else less(share)

    def largest(gamma: float) -> float:
        return p_value(gamma / (1 + gamma))

    holds = largest(1.0) <= alpha
    return RosenbaumBounds(
        test=test,
        side=side,
        gammas=sizes,
        low=np.array([p_value(1 / (1 + gamma)) for gamma in sizes]),
        high=np.array([largest(gamma) for gamma in sizes]),
        limit=_last_gamma(largest, alpha) if holds else 1.0,
        holds=holds,
        alpha=alpha,
        sets=sets,
    )


def amplify(gamma: float, with_treatment: float) -> float:
    """Return how strongly a hidden cause must go with the outcome, if it goes with treatment so strongly.

    A bias of size gamma is the same as that of a hidden cause that multiplies the odds of treatment within a pair by
    one number and the odds of the higher outcome by another (Rosenbaum and Silber, 2009, Journal of the American
    Statistical Association 104, 1398-1405).

    Parameters
    ----------
    gamma : float
        1 or more.
    with_treatment : float
        More than gamma.

    Returns
    -------
    float
        How many times the odds of the higher outcome it must multiply.

    Raises
    ------
    InputError
        When gamma is below 1, or the strength with treatment not above it.

    Examples
    --------
    >>> amplify(2.0, 3.0)
    5.0
    """
    if not 1 <= gamma < with_treatment:
        raise InputError(f"gamma is {gamma:g} and with_treatment {with_treatment:g}. Give 1 or more, and more than it.")
    return (gamma * with_treatment - 1) / (with_treatment - gamma)


def checked_differences(differences: ArrayLike) -> Floats:
    """Return differences as numbers, none missing and at least one."""
    values = numbers_of(differences, "differences").reshape(-1)
    missing = int((~np.isfinite(values)).sum())
    if missing or not len(values):
        raise InputError(f"{missing} of {len(values)} differences are missing. Give one for each pair, at least one.")
    return values


def checked_gammas(gammas: Sequence[float]) -> Floats:
    """Return sizes of hidden bias as numbers, each 1 or more."""
    sizes = numbers_of(gammas, "gammas").reshape(-1)
    if not (np.isfinite(sizes) & (sizes >= 1)).all():
        raise InputError(f"gammas are {sizes.tolist()}. Give numbers of 1 (no hidden bias) or more.")
    return sizes


def _average_ranks(values: Floats) -> Floats:
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place.reshape(-1)], dtype=np.float64)


def _last_gamma(largest: Callable[[float], float], alpha: float) -> float:
    """Return where the largest p-value passes alpha, by halving on the logarithm."""
    inside, outside = 0.0, math.log(MOST_GAMMA)
    if largest(MOST_GAMMA) <= alpha:
        return MOST_GAMMA
    for _ in range(50):
        middle = (inside + outside) / 2
        if largest(math.exp(middle)) <= alpha:
            inside = middle
        else:
            outside = middle
    return math.exp(inside)
