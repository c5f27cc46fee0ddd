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

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.providers.units import Kind, Units

WIDEST = 3.0
"""The largest standard deviation thought of, of logits or logarithms: odds, or ratios, that differ by 20 times."""
STAGES, MIDDLES, SPREADS = 3, 17, 24
WIDENINGS = 4
FORGOTTEN, SEEN = 16.0, 8.0  # a node less likely by so much (as a logarithm) than the best is left out; is of no weight
FINEST, MOST_CELLS = 0.4, 4000  # cells as a part of the sharpest unit's standard deviation
ROOM = 0.25  # how much wider than the normal approximation has it the box of nodes is
BEYOND = 5.5  # how many standard deviations of the true rates the cells reach
NOTHING = 1e-11
Box = tuple[float, float, float, float]
"""The lowest and highest middle, the least and greatest spread."""


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
    """

    units: Units
    points: Floats
    middle: Floats
    spread: Floats
    place: Floats
    likelihood: Floats
    log_chance: Floats

    @property
    def weights(self) -> Floats:
        """How likely each node is by all units, shape (h,)."""
        return _shares(self.log_chance.sum(axis=1)[:, None])[:, 0]

    def by_the_others(self) -> Floats:
        """Return where each unit's true rate would be expected by the other units alone, shape (n, g).

        Cross-validation of each unit in turn: Ohlssen, Sharples and Spiegelhalter (2007), Journal of the Royal
        Statistical Society A 170, 865-890.
        """
        others = self.log_chance.sum(axis=1)[:, None] - self.log_chance
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


def fit_hierarchy(units: Units, middle: float | None = None, *, is_conjugate: bool = False) -> Hierarchy:
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
    """
    widest = _widest(units)
    box = (units.middle - 2 * widest, units.middle + 2 * widest, 0.0, widest)
    if middle is not None:
        box = (middle, middle, 0.0, widest)
    estimate, variance = units.roughly
    for _ in range(STAGES):
        at, spread = _nodes(box)
        total = variance[None, :] + spread[:, None] ** 2
        rough = -0.5 * (np.log(total) + (estimate[None, :] - at[:, None]) ** 2 / total)
        box = _kept(at, spread, rough, box)
    box = _wider(box, widest)
    found = _on_a_grid(units, box, is_conjugate)
    for _ in range(WIDENINGS):
        kept = _kept(found.middle, found.spread, found.log_chance, box, SEEN)
        if not _is_cut(kept, box, widest):
            break
        box = _wider(box, widest)
        found = _on_a_grid(units, box, is_conjugate)
    return found


def _wider(box: Box, widest: float) -> Box:
    low, high, narrow, wide = box
    room = ROOM * (high - low)
    return low - room, high + room, max(0.0, narrow - ROOM * (wide - narrow)), min((1 + ROOM) * wide, widest)


def _is_cut(kept: Box, box: Box, widest: float) -> bool:
    """Return whether nodes that matter lie at an edge of the box beyond which there are more."""
    is_middle_cut = box[0] < box[1] and (kept[0] <= box[0] or kept[1] >= box[1])
    return is_middle_cut or (kept[2] <= box[2] > 0) or (kept[3] >= box[3] < widest)


def _widest(units: Units) -> float:
    if units.kind != "normal":
        return WIDEST
    return 3 * max(float(np.ptp(units.value - units.offset)), float(units.size.max()))


def _nodes(box: Box) -> tuple[Floats, Floats]:
    low, high, narrow, wide = box
    middles = np.array([low]) if low == high else np.linspace(low, high, MIDDLES)
    spreads = narrow + (wide - narrow) / SPREADS * (np.arange(SPREADS) + 0.5)
    middle, spread = np.meshgrid(middles, spreads, indexing="ij")
    return middle.reshape(-1), spread.reshape(-1)


def _on_a_grid(units: Units, box: Box, is_conjugate: bool) -> Hierarchy:
    middle, spread = _nodes(box)
    low, high, wide = box[0], box[1], box[3]
    ends = low - BEYOND * wide, high + BEYOND * wide
    cells = int(np.clip((ends[1] - ends[0]) / (FINEST * units.sharpness), 50, MOST_CELLS))
    edges = np.linspace(*ends, cells + 1)
    points = (edges[1:] + edges[:-1]) / 2
    place = np.diff(_below(edges[None, :], middle[:, None], spread[:, None], units.kind if is_conjugate else "normal"))
    likely = units.log_likelihood(points)
    likelihood = np.exp(likely - likely.max(axis=1, keepdims=True))
    chance = place @ likelihood.T
    return Hierarchy(units, points, middle, spread, place, likelihood, np.log(np.maximum(chance, 1e-300)))


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


def _kept(middle: Floats, spread: Floats, log_chance: Floats, box: Box, forgotten: float = FORGOTTEN) -> Box:
    """Return the box of the nodes that all units, or all but any one, find possible, a node wider."""
    total = log_chance.sum(axis=1)[:, None]
    likely = np.column_stack([total, total - log_chance])
    kept = ((likely - likely.max(axis=0)) > -forgotten).any(axis=1)
    across, along = (box[1] - box[0]) / (MIDDLES - 1), (box[3] - box[2]) / SPREADS
    return (
        max(box[0], float(middle[kept].min()) - across),
        min(box[1], float(middle[kept].max()) + across),
        max(box[2], float(spread[kept].min()) - along),
        min(box[3], float(spread[kept].max()) + along),
    )


def _shares(logs: Floats) -> Floats:
    """Return logarithms as shares of their column."""
    found = np.exp(logs - logs.max(axis=0))
    return np.asarray(found / found.sum(axis=0))
