"""Limits for each unit by what the other units show: how far apart true rates are, and how little that is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.stats.arrays.types import Floats
from toolkit.stats.providers.hierarchy import NOTHING, fit_hierarchy
from toolkit.stats.providers.units import Units

HALVINGS = 45
APART = 0.05
"""How likely any other unit is thought to be one apart itself."""
FEW_COUNTS = 1500
"""Up to so many counts each one's chance is worked out; beyond, the limit is closed in on."""


def predictive_limits(
    units: Units, levels: Sequence[float], middle: float | None = None
) -> list[tuple[Floats, Floats]]:
    """Return the lowest and highest counts (or estimates) inside each level's limits.

    Each unit is judged by the others: their true rates come from one distribution, its middle and spread are known
    only as well as the others tell (`Hierarchy.by_the_others`), and the unit's own count is taken as one more draw
    from it with chance on top. So a unit does not widen its own limits, and with few units limits are as wide as few
    units make them. A count is outside when one as low (or as high) has at most half of ``1 - level``.

    Parameters
    ----------
    units : Units
        What was seen.
    levels : sequence of float
        Of the limits.
    middle : float, optional
        The middle of true rates on the scale of `Units`, where it is given and not estimated.

    Notes
    -----
    Cross-validated predictive tails: Marshall and Spiegelhalter (2007), Bayesian Analysis 2, 409-444; prediction of a
    new unit with unknown spread: Higgins, Thompson and Spiegelhalter (2009), JRSS A 172, 137-159.
    """
    found = fit_hierarchy(units, middle, apart=APART)
    expected = found.by_the_others()
    tails = [tail for level in levels for tail in ((1 - level) / 2, (1 + level) / 2)]
    ends = np.zeros((len(units.value), len(tails)))
    for place in range(len(units.value)):
        if units.kind == "normal" or units.size[place] > 0:
            kept = expected[place] > NOTHING
            mass = expected[place][kept] / expected[place][kept].sum()
            ends[place] = _quantiles(units, place, found.points[kept], mass, np.array(tails))
    return [(ends[:, 2 * level], ends[:, 2 * level + 1]) for level in range(len(levels))]


def _quantiles(units: Units, place: int, points: Floats, mass: Floats, tails: Floats) -> Floats:
    """Return the smallest values whose chance of being reached from below is at least each of the tails."""
    mean, size = units.mean(points)[place], float(units.size[place])
    if units.kind == "normal":
        low, high = np.full(len(tails), mean.min() - 9 * size), np.full(len(tails), mean.max() + 9 * size)
        for _ in range(HALVINGS):
            half = (low + high) / 2
            is_enough = units.below(place, half, points) @ mass >= tails
            low, high = np.where(is_enough, low, half), np.where(is_enough, half, high)
        return np.asarray(high)
    most = size if units.kind == "binomial" else float(mean.max() * size + 10 * np.sqrt(mean.max() * size) + 20)
    if most <= FEW_COUNTS:
        chance = units.chances(place, np.arange(np.ceil(most) + 1), points) @ mass
        return np.minimum(np.searchsorted(np.cumsum(chance), tails), np.ceil(most))
    low, high = np.full(len(tails), -1.0), np.full(len(tails), np.ceil(most))
    while (high - low).max() > 1:
        half = np.floor((low + high) / 2)
        is_enough = units.below(place, half, points) @ mass >= tails
        is_open = high - low > 1
        high, low = np.where(is_open & is_enough, half, high), np.where(is_open & ~is_enough, half, low)
    return np.asarray(high)
