"""Intervals of shares and rates, on arrays: Wilson, Clopper and Pearson, Garwood."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.numbers import numbers_of


def wilson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score interval of a share: right on average, also for small totals.

    Parameters
    ----------
    count, total : array_like
        How many of how many; broadcast against each other. A total of 0 gives 0 to 1: nothing is known.
    level : float
        Of the interval.

    Returns
    -------
    tuple of ndarray
        The low and the high ends, shares from 0 to 1.

    Raises
    ------
    InputError
        When a count is negative, above its total, or missing.

    Notes
    -----
    Wilson (1927); method 3 of Newcombe (1998), Statistics in Medicine 17, 857-872.

    Examples
    --------
    >>> [round(float(end), 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    return _of_share(count, total, level, "wilson")


def clopper_pearson(count: ArrayLike, total: ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact interval of a share: never covers less than its level, so it is wide for small totals.

    Parameters
    ----------
    count, total : array_like
        How many of how many; broadcast against each other. A total of 0 gives 0 to 1.
    level : float
        Of the interval.

    Returns
    -------
    tuple of ndarray
        The low and the high ends, shares from 0 to 1.

    Raises
    ------
    InputError
        When a count is negative, above its total, or missing.

    Notes
    -----
    Clopper and Pearson (1934), by quantiles of the beta distribution; method 5 of Newcombe (1998).
    """
    return _of_share(count, total, level, "beta")


def garwood(count: ArrayLike, exposure: ArrayLike = 1.0, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the exact interval of a Poisson rate.

    Parameters
    ----------
    count : array_like
        Events, from 0. Numbers that are not whole are taken as they are (the gamma form is continuous).
    exposure : array_like
        What the rate is over: years, children. Above 0.
    level : float
        Of the interval.

    Returns
    -------
    tuple of ndarray
        The low and the high ends, events per unit of exposure.

    Raises
    ------
    InputError
        When a count is negative or missing, or an exposure is not above 0.

    Notes
    -----
    Garwood (1936), by quantiles of the chi-squared distribution; Ulm (1990).

    Examples
    --------
    >>> [round(float(end), 3) for end in garwood(10)]
    [4.795, 18.39]
    """
    x, t = _together(count, exposure, "exposure")
    if not (np.isfinite(x) & (x >= 0)).all():
        raise InputError("A count is missing or below 0. Give events counted from 0.")
    if not (np.isfinite(t) & (t > 0)).all():
        raise InputError("An exposure is missing or not above 0. Give what each count is over.")
    from scipy import stats

    tail = _tail(level)
    low = np.where(x == 0, 0.0, stats.chi2.ppf(tail, np.maximum(2 * x, 1e-300)) / 2)
    high = stats.chi2.isf(tail, 2 * (x + 1)) / 2
    return low / t, high / t


def _of_share(count: ArrayLike, total: ArrayLike, level: float, method: str) -> tuple[Floats, Floats]:
    """Return statsmodels' interval of a share, with the ends that are known: 0 of nobody, 1 of everybody."""
    from statsmodels.stats.proportion import proportion_confint

    x, n = _counts_of(count, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = proportion_confint(x.copy(), n.copy(), alpha=2 * _tail(level), method=method)
    return np.where((n == 0) | (x == 0), 0.0, low), np.where((n == 0) | (x == n), 1.0, high)


def _counts_of(count: ArrayLike, total: ArrayLike) -> tuple[Floats, Floats]:
    x, n = _together(count, total, "total")
    good = np.isfinite(x) & np.isfinite(n) & (x >= 0) & (x <= n)
    if not good.all():
        place = tuple(int(axis[0]) for axis in np.nonzero(~np.atleast_1d(good)))
        wrong_count, wrong_total = np.atleast_1d(x)[place], np.atleast_1d(n)[place]
        raise InputError(
            f"{int((~good).sum())} of the counts cannot be a part of their total, the first {wrong_count:g} of "
            f"{wrong_total:g}. Give counts from 0 up to their total."
        )
    return x, n


def _together(count: ArrayLike, size: ArrayLike, what: str) -> tuple[Floats, Floats]:
    """Return counts and what they are of as arrays of one shape; two Series are put in one order by their labels."""
    count, size = aligned(**{"count": count, what: size})
    x, n = numbers_of(count, "count"), numbers_of(size, what)
    try:
        both = np.broadcast_arrays(x, n)
    except ValueError as problem:
        raise InputError(
            f"count has the shape {x.shape}, {what} {n.shape}. Give one of each, or one for all."
        ) from problem
    return both[0], both[1]


def _tail(level: float) -> float:
    require_level(level)
    return (1 - level) / 2
