"""Estimates of one effect from several places: their mean, how far places differ, what the next one should expect.

The usual intervals (Hartung, Knapp, Sidik and Jonkman for the mean; a t distribution with the number of places less two
for the next) take the spread between places as known, and fall short where places are few and small: docs/pooling.md
has how often. The intervals here carry through what is not known of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special, stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.spread import tau_squared_of

DRAWS = 1000
_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class RandomEffects(Shown):
    """What estimates from several places say together.

    Attributes
    ----------
    mean, se : float
        The mean effect over places like these, and its standard error by Hartung, Knapp, Sidik and Jonkman.
    interval : tuple of float
        Of the mean, allowing for what is not known of the spread and of each place's own error.
    prediction : tuple of float
        Where the true effect of another such place should lie.
    usual_interval, usual_prediction : tuple of float
        By the usual formulas, to be set beside; the second is not a number with fewer than three places.
    tau : float
        The standard deviation of true effects between places (Paule and Mandel).
    i_squared : float
        The part of the estimates' variance that is not chance, 0 to 1 (Higgins and Thompson).
    q : float
        Cochran's, of no difference between places; with ``places`` less one degrees of freedom.
    weights : ndarray, shape (k,)
        What each place counts for in the mean; they add up to 1.
    places : int
        How many there are.
    level : float
        Of the intervals.
    """

    mean: float
    se: float
    interval: tuple[float, float]
    prediction: tuple[float, float]
    usual_interval: tuple[float, float]
    usual_prediction: tuple[float, float]
    tau: float
    i_squared: float
    q: float
    weights: Floats
    places: int
    level: float


def random_effects(
    estimates: ArrayLike,
    errors: ArrayLike,
    degrees_of_freedom: ArrayLike | None = None,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> RandomEffects:
    """Put estimates of one effect from several places together, as draws from places that truly differ.

    Parameters
    ----------
    estimates, errors : array_like, shape (k,)
        Each place's estimate and its standard error, in one unit.
    degrees_of_freedom : array_like, shape (k,), optional
        Of the t distribution behind each; infinite where an error is known.
    level : float
        Of the intervals.
    draws, seed : int
        Of each place's error and of the spread, for the two intervals.

    Raises
    ------
    InputError
        With fewer than two places, a number that is missing, or an error or degrees of freedom not above 0.

    Notes
    -----
    The weighted squares of the estimates about their mean, given the spread tau squared, have a chi-squared
    distribution with k - 1 degrees of freedom (Viechtbauer 2007, Statistics in Medicine 26, 37-52). Each quantile of
    it gives a tau squared, nought where none is small enough; given that, the mean is normal. So the mean's and the
    next place's distributions are mixtures, and the ends are their quantiles (a generalised pivotal quantity;
    Nagashima, Noma and Furukawa 2019, Statistical Methods in Medical Research 28, 1689-1702, do so for the next). For
    the mean, each place's variance is drawn from what its own degrees of freedom leave possible. For the next place
    it is taken as told: drawn ones are larger on the whole, and what they explain the spread would lack.

    Examples
    --------
    >>> found = random_effects([-0.03, 0.01, -0.04, -0.01], [0.02, 0.02, 0.03, 0.02])
    >>> round(found.mean, 4), found.tau
    (-0.0139, 0.0)
    """
    require_level(level)
    y, s, freedom = _checked(estimates, errors, degrees_of_freedom)
    k, tau_squared = len(y), tau_squared_of(y, s, "paule_mandel")
    weight = 1 / (s**2 + tau_squared)
    shares = weight / weight.sum()
    mean = float(shares @ y)
    se = float(np.sqrt(shares @ (y - mean) ** 2 / (k - 1)))
    plain = 1 / s**2
    q = float(plain @ (y - plain @ y / plain.sum()) ** 2)
    about, sd = _mean_drawn(y, s, freedom, draws, seed)
    spread = _spread_drawn(y, np.broadcast_to(s**2, (draws, k)))
    tail = (1 - level) / 2
    return RandomEffects(
        mean=mean,
        se=se,
        interval=_ends(about, sd, tail),
        prediction=_ends(about, np.hypot(sd, spread), tail),
        usual_interval=_about(mean, se, tail, k - 1),
        usual_prediction=_about(mean, float(np.sqrt(tau_squared + se**2)), tail, k - 2),
        tau=float(np.sqrt(tau_squared)),
        i_squared=max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0,
        q=q,
        weights=shares,
        places=k,
        level=level,
    )


def leave_one_out(
    estimates: ArrayLike,
    errors: ArrayLike,
    degrees_of_freedom: ArrayLike | None = None,
    *,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = 1,
) -> tuple[RandomEffects, ...]:
    """Return what is found without each place in turn; parameters and errors as `random_effects`, of three or more."""
    y, s, freedom = _checked(estimates, errors, degrees_of_freedom)
    if len(y) < 3:
        raise InputError(f"There are {len(y)} estimates. To leave one out, give three or more.")
    return tuple(
        random_effects(
            np.delete(y, one), np.delete(s, one), np.delete(freedom, one), level=level, draws=draws, seed=seed
        )
        for one in range(len(y))
    )


def _mean_drawn(y: Floats, s: Floats, freedom: Floats, draws: int, seed: int) -> tuple[Floats, Floats]:
    """Return each draw's mean and its standard deviation, of shape (draws,): errors and spread as they may be."""
    generator = np.random.default_rng(seed)
    variance = np.broadcast_to(s**2, (draws, len(y))).copy()
    for place in np.flatnonzero(np.isfinite(freedom)):
        variance[:, place] *= freedom[place] / generator.chisquare(freedom[place], draws)
    weight = 1 / (variance + _spread_drawn(y, variance)[:, None] ** 2)
    whole = weight.sum(axis=1)
    return (weight @ y) / whole, 1 / np.sqrt(whole)


def _spread_drawn(y: Floats, variance: Floats) -> Floats:
    """Return the spread between places in each draw, of shape (draws,), given its variances."""
    draws, k = variance.shape
    wanted = special.chdtri(k - 1, (np.arange(draws) + 0.5) / draws)  # every quantile once, from the highest
    return np.sqrt(_spread_at(y, variance, wanted))


def _spread_at(y: Floats, variance: Floats, wanted: Floats) -> Floats:
    """Return the tau squared at which the weighted squares are what is wanted; nought where they are less at once."""

    def squares(tau_squared: Floats) -> Floats:
        weight = 1 / (variance + tau_squared[:, None])
        mean = (weight @ y) / weight.sum(axis=1)
        return np.asarray((weight * (y - mean[:, None]) ** 2).sum(axis=1))

    low, nought = np.zeros(len(wanted)), squares(np.zeros(len(wanted)))
    high = np.maximum(float(((y - y.mean()) ** 2).sum()) / wanted, 1e-300)  # there they are less than wanted
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = squares(middle) > wanted
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(nought <= wanted, 0.0, (low + high) / 2)


def _ends(about: Floats, sd: Floats, tail: float) -> tuple[float, float]:
    """Return the quantiles at both tails of a mixture of normal distributions, each as likely."""
    low, high = float((about - 40 * sd).min()), float((about + 40 * sd).max())

    def at(share: float) -> float:
        return float(optimize.brentq(lambda x: float(special.ndtr((x - about) / sd).mean()) - share, low, high))

    return at(tail), at(1 - tail)


def _about(mean: float, sd: float, tail: float, freedom: int) -> tuple[float, float]:
    if freedom < 1:
        return float("nan"), float("nan")
    reach = float(stats.t.isf(tail, freedom)) * sd
    return mean - reach, mean + reach


def _checked(
    estimates: ArrayLike, errors: ArrayLike, degrees_of_freedom: ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    y, s = (np.asarray(one, dtype=np.float64).reshape(-1) for one in (estimates, errors))
    free = np.full(len(y), np.inf) if degrees_of_freedom is None else np.asarray(degrees_of_freedom, float).reshape(-1)
    if len({len(y), len(s), len(free)}) > 1:
        raise InputError(f"There are {len(y)} estimates, {len(s)} errors and {len(free)} degrees of freedom.")
    if len(y) < 2:
        raise InputError(f"There are {len(y)} estimates to put together. Give two or more.")
    if not (np.isfinite(y).all() and np.isfinite(s).all() and (s > 0).all() and (free > 0).all()):
        raise InputError("Estimates must be numbers, errors above 0, and degrees of freedom above 0.")
    return y, s, free
