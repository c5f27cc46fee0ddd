"""How many it takes to see an effect, and the smallest effect so many can show: two independent groups.

The formulas of R's ``power.prop.test`` and ``power.t.test`` (two-sided, the far tail left out), so that figures can be
compared. For matched sets, clusters and repeated rows see `toolkit.stats.power_matched`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from toolkit.errors import InputError


def power_of_proportions(n: float, first: float, second: float, *, alpha: float = 0.05) -> float:
    """Return the chance of telling two shares apart with n in each group (normal approximation).

    Parameters
    ----------
    n : float
        In each group.
    first, second : float
        The shares, between 0 and 1.
    alpha : float
        Of the two-sided test.
    """
    from scipy.special import ndtr, ndtri

    if not (0 < first < 1 and 0 < second < 1 and n > 0):
        raise InputError(f"Shares are {first:g} and {second:g}, n is {n:g}. Give shares between 0 and 1, n above 0.")
    mean = (first + second) / 2
    noise = float(-ndtri(alpha / 2)) * math.sqrt(2 * mean * (1 - mean))
    spread = math.sqrt(first * (1 - first) + second * (1 - second))
    return float(ndtr((math.sqrt(n) * abs(first - second) - noise) / spread))


def n_for_proportions(first: float, second: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return how many in each group tell two shares apart with the power asked."""
    _check(power, alpha)
    if first == second:
        raise InputError(f"Both shares are {first:g}: no number tells them apart.")
    return _solve(lambda n: power_of_proportions(n, first, second, alpha=alpha) - power, 1e-6, 1e12)


def detectable_share(n: float, first: float, *, fewer: bool = True, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return the second share nearest to the first that n in each group tell from it; not a number where none is.

    Parameters
    ----------
    n : float
        In each group.
    first : float
        The share without the effect.
    fewer : bool
        Whether the second share is the lower one.
    power, alpha : float
        Of the two-sided test.
    """
    _check(power, alpha)
    furthest = 1e-9 if fewer else 1 - 1e-9
    if power_of_proportions(n, first, furthest, alpha=alpha) < power:
        return math.nan
    ends = (furthest, first) if fewer else (first, furthest)
    return _solve(lambda second: power_of_proportions(n, first, second, alpha=alpha) - power, *ends)


def power_of_means(n: float, difference: float, sd: float = 1.0, *, alpha: float = 0.05) -> float:
    """Return the chance that a two-sample t test with n in each group sees a difference in means."""
    from scipy.special import nctdtr, stdtrit

    if not (n > 1 and sd > 0):
        raise InputError(f"n is {n:g} and sd {sd:g}. Give more than 1 in each group, and an sd above 0.")
    freedom = 2 * (n - 1)
    beyond = abs(difference) / sd * math.sqrt(n / 2)
    return float(1 - nctdtr(freedom, beyond, stdtrit(freedom, 1 - alpha / 2)))


def n_for_means(difference: float, sd: float = 1.0, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return how many in each group let a two-sample t test see a difference in means with the power asked."""
    _check(power, alpha)
    if difference == 0:
        raise InputError("The difference is 0: no number shows it.")
    return _solve(lambda n: power_of_means(n, difference, sd, alpha=alpha) - power, 1.01, 1e7)


def _check(power: float, alpha: float) -> None:
    if not 0 < alpha < power < 1:
        raise InputError(f"power is {power:g} and alpha {alpha:g}. Give shares between 0 and 1, power the larger.")


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    if function(low) * function(high) > 0:
        raise InputError(f"No number from {low:g} to {high:g} gives the power asked.")
    return float(brentq(function, low, high, xtol=1e-10, rtol=1e-12))
