"""Randomisation inference: who began, and when, dealt again among units alike, as often as asked.

If beginning did nothing, any deal within strata would have been followed by the same outcomes, so the p-value needs no
sample size: it is exact for a deal at random within the strata (Fisher, 1935; Rosenbaum, 2002, section 2). The interval
holds the effects, the same for all, that a deal does not refuse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown
from toolkit.stats.staggered.changes import Changes, Windows
from toolkit.stats.staggered.contrast import contrast_of
from toolkit.stats.variance.wild_bootstrap import edge

CHUNK = 250  # deals worked out at once: a few tens of megabytes with 34 units and 19 starts


@dataclass(frozen=True, slots=True)
class Randomised(Shown):
    """What the deals say of an effect.

    Attributes
    ----------
    p_value
        Two-sided, of no effect on anybody.
    low, high
        Ends of the interval of effects that are not refused.
    draws
        Deals that gave an effect.
    """

    p_value: float
    low: float
    high: float
    draws: int


def randomised(
    assigned: Integers,
    changes: Changes,
    windows: Windows,
    variance: Floats,
    covariates: Floats,
    strata: Integers,
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
    step: float = 0.01,
) -> Randomised:
    """Return the p-value and interval of the effect by dealing the starts again.

    Parameters
    ----------
    assigned : ndarray, shape (u,)
        Each unit's start, as in `contrast_of`.
    changes, windows, variance, covariates
        As in `contrast_of`.
    strata : ndarray, shape (u,)
        Codes; starts are dealt among the units of each. Negative: a unit that could not take part.
    draws, seed
        Deals, and what draws them.
    level
        Of the interval.
    step
        A first step from the estimate in search of the interval's ends.
    """
    require_level(level)
    once = contrast_of(assigned[None, :], changes, windows, variance, covariates)
    estimate = float(once.of(changes.change)[0])
    found, per_effect = [], []
    generator = np.random.default_rng(seed)
    for first in range(0, draws, CHUNK):
        dealt = _deals(assigned, strata, min(CHUNK, draws - first), generator)
        contrast = contrast_of(dealt, changes, windows, variance, covariates)
        found.append(contrast.of(changes.change))
        per_effect.append(contrast.of(np.where(changes.is_known, changes.treated, 0.0)))
    effects, slopes = np.concatenate(found), np.concatenate(per_effect)
    is_known = np.isfinite(effects) & np.isfinite(slopes)
    effects, slopes = effects[is_known], slopes[is_known]

    def p_value(effect: float) -> float:
        drawn, observed = np.abs(effects - effect * slopes), abs(estimate - effect)
        return float((1 + (drawn >= observed * (1 - 1e-12)).sum()) / (1 + len(effects)))

    low, high = (edge(p_value, estimate, side * step, 1 - level) for side in (-1.0, 1.0))
    return Randomised(p_value(0.0), low, high, len(effects))


def _deals(assigned: Integers, strata: Integers, draws: int, generator: np.random.Generator) -> Integers:
    dealt = np.tile(assigned, (draws, 1))
    for stratum in np.unique(strata[strata >= 0]):
        inside = np.flatnonzero(strata == stratum)
        dealt[:, inside] = generator.permuted(dealt[:, inside], axis=1)
    return dealt
