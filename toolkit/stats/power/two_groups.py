"""How many it takes to see an effect, and the smallest effect so many can show: two independent groups.

The formulas of R's ``power.prop.test`` and ``power.t.test`` (two-sided, the far tail left out), so that figures can be
compared. For matched sets, clusters and repeated rows see `toolkit.stats.power.matched`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from toolkit.errors import InputError
from toolkit.stats.inference.level import level_problems
from toolkit.stats.sample.asked import shown, within


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

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        When a share is not between 0 and 1, or n not above 0.

    Examples
    --------
    >>> round(power_of_proportions(906, 0.2, 0.15), 3)
    0.8
    """
    from scipy.special import ndtr, ndtri

    if not (0 < first < 1 and 0 < second < 1 and n > 0):
        raise InputError(f"Shares are {first:g} and {second:g}, n is {n:g}. Give shares between 0 and 1, n above 0.")
    mean = (first + second) / 2
    noise = float(-ndtri(alpha / 2)) * math.sqrt(2 * mean * (1 - mean))
    spread = math.sqrt(first * (1 - first) + second * (1 - second))
    return float(ndtr((math.sqrt(n) * abs(first - second) - noise) / spread))


def n_for_proportions(first: float, second: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return how many in each group tell two shares apart with the power asked.

    Parameters
    ----------
    first, second : float
        The shares, between 0 and 1.
    power, alpha : float
        Of the two-sided test.

    Returns
    -------
    float
        In each group; not rounded up.

    Raises
    ------
    InputError
        When the shares are the same, or a number cannot be.

    Examples
    --------
    >>> round(n_for_proportions(0.2, 0.15), 1)
    905.4
    """
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

    Returns
    -------
    float
        The second share.

    Raises
    ------
    InputError
        When a share, n, power or alpha cannot be.

    Examples
    --------
    >>> round(detectable_share(906, 0.2), 3)
    0.15
    """
    _check(power, alpha)
    furthest = 1e-9 if fewer else 1 - 1e-9
    if power_of_proportions(n, first, furthest, alpha=alpha) < power:
        return math.nan
    ends = (furthest, first) if fewer else (first, furthest)
    return _solve(lambda second: power_of_proportions(n, first, second, alpha=alpha) - power, *ends)


def power_of_means(n: float, difference: float, sd: float = 1.0, *, alpha: float = 0.05) -> float:
    """Return the chance that a two-sample t test with n in each group sees a difference in means.

    Parameters
    ----------
    n : float
        In each group.
    difference : float
        Of the means.
    sd : float
        Standard deviation within a group.
    alpha : float
        Of the two-sided test.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        When n is not above 1, or the standard deviation not above 0.
    """
    from scipy.special import nctdtr, stdtrit

    if not (n > 1 and sd > 0):
        raise InputError(f"n is {n:g} and sd {sd:g}. Give more than 1 in each group, and an sd above 0.")
    freedom = 2 * (n - 1)
    beyond = abs(difference) / sd * math.sqrt(n / 2)
    return float(1 - nctdtr(freedom, beyond, stdtrit(freedom, 1 - alpha / 2)))


def n_for_means(difference: float, sd: float = 1.0, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Return how many in each group let a two-sample t test see a difference in means with the power asked.

    Parameters
    ----------
    difference : float
        Of the means.
    sd : float
        Standard deviation within a group.
    power, alpha : float
        Of the two-sided test.

    Returns
    -------
    float
        In each group; not rounded up.

    Raises
    ------
    InputError
        When the difference is 0, or a number cannot be.
    """
    _check(power, alpha)
    if difference == 0:
        raise InputError("The difference is 0: no number shows it.")
    return _solve(lambda n: power_of_means(n, difference, sd, alpha=alpha) - power, 1.01, 1e7)


def detectable_from_error(
    se: float, degrees_of_freedom: float = math.inf, *, power: float = 0.8, alpha: float = 0.05
) -> float:
    """Return the smallest effect that a standard error already known lets be seen with the power asked.

    Parameters
    ----------
    se : float
        Of the effect, clustered as it will be: that of the same comparison for an outcome before treatment, say.
    degrees_of_freedom : float
        Of its t distribution.
    power, alpha : float
        Of the two-sided test.

    Returns
    -------
    float
        The effect, above 0.

    Raises
    ------
    InputError
        When the standard error, the degrees of freedom, power or alpha cannot be.

    Examples
    --------
    >>> round(detectable_from_error(0.01), 4)
    0.028
    """
    from scipy.special import nctdtr, ndtri, stdtrit

    _check(power, alpha)
    if not (se > 0 and degrees_of_freedom >= 1):
        raise InputError(f"se is {se:g} on {degrees_of_freedom:g} degrees of freedom. Give above 0, on 1 or more.")
    if math.isinf(degrees_of_freedom):
        return se * float(ndtri(power) - ndtri(alpha / 2))
    limit = float(stdtrit(degrees_of_freedom, 1 - alpha / 2))
    beyond = _solve(lambda effect: 1 - float(nctdtr(degrees_of_freedom, effect, limit)) - power, 0.0, 10 * limit + 10)
    return se * beyond


def power_within_margin(
    se: float, margin: float, degrees_of_freedom: float = math.inf, *, effect: float = 0.0, level: float = 0.95
) -> float:
    """Return the chance that the interval lies inside a margin: that little or no difference could be shown.

    Parameters
    ----------
    se : float
        Of the effect.
    margin : float
        Effects smaller than this, either way, count as little or none.
    degrees_of_freedom : float
        Of the t distribution behind the interval; the error itself is taken as known.
    effect : float
        The true effect.
    level : float
        Of the interval.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    InputError
        When the standard error or the margin is not above 0, or the level not between 0 and 1.
    """
    from scipy.special import ndtr, ndtri, stdtrit

    problems = level_problems(level)
    above = [("se", se), ("margin", margin)]
    problems.extend(
        f"{name} is {shown(value)}. Give a number above 0." for name, value in above
        if not within(value, 0, math.inf, is_open=True)
    )  # fmt: skip
    if problems:
        raise InputError(" ".join(problems))
    top = 0.5 + level / 2
    reach = float(ndtri(top) if math.isinf(degrees_of_freedom) else stdtrit(degrees_of_freedom, top)) * se
    room = margin - reach
    return max(0.0, float(ndtr((room - effect) / se) - ndtr((-room - effect) / se))) if room > 0 else 0.0


def _check(power: float, alpha: float) -> None:
    if not 0 < alpha < power < 1:
        raise InputError(f"power is {power:g} and alpha {alpha:g}. Give shares between 0 and 1, power the larger.")


def _solve(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    if function(low) * function(high) > 0:
        raise InputError(f"No number from {low:g} to {high:g} gives the power asked.")
    return float(brentq(function, low, high, xtol=1e-10, rtol=1e-12))
