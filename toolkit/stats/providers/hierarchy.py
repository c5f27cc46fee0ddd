"""Units' true rates as draws from one distribution, its middle and spread unknown, integrated by numbers.

On the scale of `Units` the true rates are normal about a middle; both the middle and the standard deviation have flat
priors (Gelman 2006, Bayesian Analysis 1, 515-534, on why the deviation and not the variance), the deviation up to
`WIDEST`. Nothing is drawn at random: two grids, of the middle and deviation and of a unit's own place on the scale,
hold the whole of it, so the same inputs give the same bytes, and 19 units take hundredths of a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.units import Kind, Units

WIDEST = 3.0
"""The largest standard deviation thought of, of logits or logarithms: odds, or ratios, that differ by 20 times."""
MIDDLES, SPREADS, FIRST_SPREADS = 21, 24, 80
REACH = 6.5  # how many standard errors the middles reach
FORGOTTEN, NO_WEIGHT = 10.0, 14.0  # a spread, a node, less likely by so much (as a logarithm) than the best is left out
FINEST, MOST_CELLS = 0.4, 4000  # cells as a part of the sharpest unit's standard deviation
BEYOND = 5.5  # how many standard deviations of the true rates the cells reach
NOTHING = 1e-11


@dataclass(frozen=True, slots=True)
class Hierarchy(Shown):
    """What units say of the distribution that their true rates come from.

    Attributes
    ----------
    units : Units
        What was seen.
    points : ndarray, shape (g,)
        Places on the scale.
    middle, spread : ndarray, shape (h,)
        The middle and standard deviation of the true rates at each node.
    place : ndarray, shape (h, g)
        How the true rates are spread over the points at each node.
    likelihood : ndarray, shape (n, g)
        Of each unit's data at the points, the best 1.
    log_chance : ndarray, shape (h, n)
        Logarithm of how likely each unit's data are at each node.
    log_prior : ndarray, shape (h,)
        Logarithm of what each node stands for before any data.
    """

    units: Units
    points: Floats
    middle: Floats
    spread: Floats
    place: Floats
    likelihood: Floats
    log_chance: Floats
    log_prior: Floats

    @property
    def log_weights(self) -> Floats:
        """Logarithm of how likely each node is by all units, up to a constant, shape (h,)."""
        return np.asarray(self.log_prior + self.log_chance.sum(axis=1))

    @property
    def weights(self) -> Floats:
        """How likely each node is by all units, shape (h,)."""
        return _shares(self.log_weights[:, None])[:, 0]

    def by_the_others(self) -> Floats:
        """Return where each unit's true rate would be expected by the other units alone, shape (n, g).

        Cross-validation of each unit in turn: Ohlssen, Sharples and Spiegelhalter (2007), Journal of the Royal
        Statistical Society A 170, 865-890.
        """
        others = self.log_weights[:, None] - self.log_chance
        return _shares(others).T @ self.place

    def known(self) -> Floats:
        """Return where each unit's true rate is, by its own data and the others', shape (n, g)."""
        per_node = self.weights[:, None] * np.exp(-self.log_chance)
        found = (per_node.T @ self.place) * self.likelihood
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def spread_quantiles(self, at: tuple[float, ...] = (0.025, 0.5, 0.975)) -> Floats:
        """Return quantiles of the standard deviation of the true rates, by all units."""
        values, back = np.unique(self.spread, return_inverse=True)
        mass = np.bincount(back.reshape(-1), weights=self.weights)
        return np.interp(at, np.cumsum(mass) - mass / 2, values)


def fit_hierarchy(
    units: Units, middle: float | None = None, *, is_conjugate: bool = False, apart: float = 0.0
) -> Hierarchy:
    """Return what units say of the distribution of their true rates.

    Parameters
    ----------
    units : Units
        At least one with a size above 0.
    middle : float, optional
        The middle of the true rates, where it is given and not estimated.
    is_conjugate : bool
        Whether true shares are spread as a beta and true ratios as a gamma distribution, instead of normal on the
        scale. Of counts without case mix.
    apart : float
        How likely any unit is one apart, from a far wider distribution, and says nothing of the ordinary ones: two or
        three such units then do not hide each other. For `Hierarchy.by_the_others` only.
    """
    widest = _widest(units)
    roots = (np.arange(FIRST_SPREADS) + 0.5) / FIRST_SPREADS
    at, spread, prior = _nodes(units, roots, widest, middle)
    rough = _or_apart(_roughly(units, at, spread), units, at, widest, apart)
    low, high = _kept(roots, prior + rough.sum(axis=1), rough)
    roots = low + (high - low) * (np.arange(SPREADS) + 0.5) / SPREADS
    at, spread, prior = _nodes(units, roots, widest, middle)
    rough = _or_apart(_roughly(units, at, spread), units, at, widest, apart)
    matters = _is_possible(prior + rough.sum(axis=1), rough, NO_WEIGHT)
    at, spread, prior = at[matters], spread[matters], prior[matters]
    ends = float((at - BEYOND * spread).min()), float((at + BEYOND * spread).max())
    cells = int(np.clip((ends[1] - ends[0]) / (FINEST * units.sharpness), 50, MOST_CELLS))
    edges = np.linspace(*ends, cells + 1)
    points = (edges[1:] + edges[:-1]) / 2
    kind = units.kind if is_conjugate else "normal"
    place = np.diff(_below(edges[None, :], at[:, None], spread[:, None], kind), axis=1)
    likely = units.log_likelihood(points)
    likelihood = np.exp(likely - likely.max(axis=1, keepdims=True))
    log_chance = np.log(np.maximum(place @ likelihood.T, 1e-300))
    log_chance = _or_apart(log_chance, units, at, widest, apart)
    return Hierarchy(units, points, at, spread, place, likelihood, log_chance, prior)


def _widest(units: Units) -> float:
    if units.kind != "normal":
        return WIDEST
    return 3 * max(float(np.ptp(units.value - units.offset)), float(units.size.max()))


def _nodes(units: Units, roots: Floats, widest: float, middle: float | None) -> tuple[Floats, Floats, Floats]:
    """Return middles, spreads and what each stands for: at each spread, the middles that units leave possible.

    Spreads are the squares of evenly spaced roots, closer together near 0, so each stands for as much as its root.
    """
    spread = widest * roots**2
    if middle is not None:
        return np.full(len(spread), middle), spread, np.log(roots)
    estimate, variance, is_known = units.roughly
    weight = np.where(is_known[None, :], 1 / (variance[None, :] + spread[:, None] ** 2), 0.0)
    rest = np.maximum(weight.sum(axis=1, keepdims=True) - weight, widest**-2.0)
    without = ((weight @ estimate)[:, None] - weight * estimate[None, :]) / rest
    low = (without - REACH / np.sqrt(rest))[:, is_known].min(axis=1)
    high = (without + REACH / np.sqrt(rest))[:, is_known].max(axis=1)
    middles = np.linspace(low, high, MIDDLES, axis=1)
    prior = np.log(roots) + np.log(high - low)
    return middles.reshape(-1), np.repeat(spread, MIDDLES), np.repeat(prior, MIDDLES)


def _roughly(units: Units, middle: Floats, spread: Floats) -> Floats:
    """Return how likely each unit's data are at each node as if normal, on the scale of `Hierarchy.likelihood`."""
    estimate, variance, is_known = units.roughly
    total = variance[None, :] + spread[:, None] ** 2
    found = -0.5 * (np.log(total / variance[None, :]) + (estimate[None, :] - middle[:, None]) ** 2 / total)
    return np.where(is_known[None, :], found, 0.0)


def _or_apart(log_chance: Floats, units: Units, middle: Floats, widest: float, apart: float) -> Floats:
    """Return how likely units' data are when each may also be one apart."""
    if not apart:
        return log_chance
    far = _roughly(units, middle, np.full(len(middle), widest / 2))
    return np.asarray(np.logaddexp(np.log1p(-apart) + log_chance, np.log(apart) + far))


def _below(edges: Floats, middle: Floats, spread: Floats, kind: Kind) -> Floats:
    """Return the chance of a true rate below each edge: the spread of a beta or gamma one is that of its logarithms."""
    if kind == "poisson":
        shape = 1 / spread**2
        return np.asarray(special.gammainc(shape, shape * np.exp(edges - middle)))
    if kind == "binomial":
        share = special.expit(middle)
        odds = spread**2 * share * (1 - share)  # intraclass correlation over 1 minus itself
        return np.asarray(special.betainc(share / odds, (1 - share) / odds, special.expit(edges)))
    return np.asarray(special.ndtr((edges - middle) / spread))


def _kept(roots: Floats, log_weights: Floats, log_chance: Floats) -> tuple[float, float]:
    """Return the ends of the roots of spreads that all units, or all but any one, find possible, and some more."""
    kept = np.flatnonzero(_is_possible(log_weights, log_chance, FORGOTTEN).reshape(len(roots), -1).any(axis=1))
    step = 2 * (roots[1] - roots[0])
    return max(0.0, float(roots[kept[0]] - step)), min(1.0, float(roots[kept[-1]] + step))


def _is_possible(log_weights: Floats, log_chance: Floats, forgotten: float) -> Booleans:
    """Return which nodes all units, or all but any one, do not rule out."""
    likely = np.column_stack([log_weights, log_weights[:, None] - log_chance])
    return np.asarray(((likely - likely.max(axis=0)) > -forgotten).any(axis=1))


def _shares(logs: Floats) -> Floats:
    """Return logarithms as shares of their column."""
    found = np.exp(logs - logs.max(axis=0))
    return np.asarray(found / found.sum(axis=0))
