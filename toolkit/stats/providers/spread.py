"""How far true rates differ: tau squared of estimates, and the beta or gamma distribution that counts fit best."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from scipy import optimize, special

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats

TauMethod = Literal["reml", "paule_mandel", "dersimonian_laird"]
TAU_METHODS = ("reml", "paule_mandel", "dersimonian_laird")
NO_SPREAD = 12.0
"""A logarithm of the precision so high that the spread is none."""


def tau_squared_of(estimate: Floats, error: Floats, method: TauMethod = "reml") -> float:
    """Return the variance of true values about their mean, 0 where estimates differ by chance alone.

    Parameters
    ----------
    estimate, error : ndarray, shape (n,)
        Estimates and their standard errors.
    method : str
        ``reml`` (restricted maximum likelihood), ``paule_mandel`` or ``dersimonian_laird`` (moments).

    Raises
    ------
    InputError
        For an unknown method.

    Notes
    -----
    Viechtbauer (2005), Journal of Educational and Behavioral Statistics 30, 261-293; Paule and Mandel (1982), Journal
    of Research of the National Bureau of Standards 87, 377-385; DerSimonian and Laird (1986).
    """
    if method not in TAU_METHODS:
        raise InputError(f"method is {method!r}. Give one of {', '.join(TAU_METHODS)}.")
    variance = error**2
    if len(estimate) < 2:
        return 0.0
    if method == "dersimonian_laird":
        weight = 1 / variance
        excess = _weighted_squares(0.0, estimate, variance) - (len(estimate) - 1)
        return max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))
    if method == "paule_mandel":
        return _root(lambda tau: _weighted_squares(tau, estimate, variance) - (len(estimate) - 1), estimate)
    highest = float(np.var(estimate, ddof=1)) * 10 + 1e-12
    grid = np.linspace(0, np.sqrt(highest), 200) ** 2  # more than one hump is possible; the highest is climbed
    best = int(np.argmax([_restricted(tau, estimate, variance) for tau in grid]))
    ends = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    found = optimize.minimize_scalar(
        lambda tau: -_restricted(tau, estimate, variance), bounds=ends, method="bounded", options={"xatol": 1e-12}
    )
    return float(found.x) if -found.fun > _restricted(0.0, estimate, variance) else 0.0


def _weighted_squares(tau: float, estimate: Floats, variance: Floats) -> float:
    weight = 1 / (variance + tau)
    return float(weight @ (estimate - weight @ estimate / weight.sum()) ** 2)


def _restricted(tau: float, estimate: Floats, variance: Floats) -> float:
    """Return the restricted log likelihood, up to a constant."""
    total = variance + tau
    return -0.5 * float(np.log(total).sum() + np.log((1 / total).sum()) + _weighted_squares(tau, estimate, variance))


def _root(excess: Callable[[float], float], estimate: Floats) -> float:
    if excess(0.0) <= 0:
        return 0.0
    high = float(np.var(estimate, ddof=1)) + 1e-12
    while excess(high) > 0:
        high *= 2
    return float(optimize.brentq(excess, 0.0, high, xtol=1e-14))


def beta_of(count: Floats, total: Floats) -> tuple[float, float]:
    """Return the beta distribution of true shares that counts fit best, by maximum likelihood.

    Both are infinite, their ratio the overall share's odds, where counts differ by chance alone; see `is_no_spread`.
    """
    share = float((count.sum() + 0.5) / (total.sum() + 1))

    def unlikely(at: Floats) -> float:
        mean, both = float(special.expit(at[0])), float(np.exp(at[1]))
        a, b = mean * both, (1 - mean) * both
        return -float((special.betaln(count + a, total - count + b) - special.betaln(a, b)).sum())

    middle, precision = _climbed(unlikely, float(special.logit(share)))
    mean = float(special.expit(middle))
    return mean * precision, (1 - mean) * precision


def gamma_of(count: Floats, expected: Floats) -> tuple[float, float]:
    """Return shape and rate of the gamma distribution of true ratios that counts fit best, by maximum likelihood."""
    ratio = float((count.sum() + 0.5) / (expected.sum() + 0.5))

    def unlikely(at: Floats) -> float:
        shape = float(np.exp(at[1]))
        rate = shape / float(np.exp(at[0]))
        each = special.gammaln(count + shape) - special.gammaln(shape) - count * np.log(expected + rate)
        return -float((each - shape * np.log1p(expected / rate)).sum())

    middle, shape = _climbed(unlikely, float(np.log(ratio)))
    return shape, shape / float(np.exp(middle))


def is_no_spread(precision: float) -> bool:
    """Whether a beta's or gamma's precision (the sum of its two numbers; its shape) stands for no spread at all."""
    return bool(precision >= np.exp(NO_SPREAD) * 0.999)


def _climbed(unlikely: Callable[[Floats], float], middle: float) -> tuple[float, float]:
    """Return the middle and the precision with the least `unlikely`; the precision at its bound where there is none."""
    starts = [np.array([middle, at]) for at in (0.0, 3.0, 7.0)]
    bounds = [(middle - 5, middle + 5), (-6.0, NO_SPREAD)]
    options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}
    found = [optimize.minimize(unlikely, at, method="L-BFGS-B", bounds=bounds, options=options) for at in starts]
    best = min(found, key=lambda one: float(one.fun))
    flat = optimize.minimize_scalar(
        lambda at: unlikely(np.array([at, NO_SPREAD])), bounds=bounds[0], method="bounded", options={"xatol": 1e-10}
    )
    if float(flat.fun) <= float(best.fun) + 1e-9:
        return float(flat.x), float(np.exp(NO_SPREAD))
    polished = optimize.minimize(unlikely, best.x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13})
    return float(polished.x[0]), float(np.exp(polished.x[1]))
