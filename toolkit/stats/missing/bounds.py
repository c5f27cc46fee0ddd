"""What a mean may be when some values are missing, for whatever reason, and the interval that holds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown


@dataclass(frozen=True, slots=True)
class Bounds(Shown):
    """The least and the most that a mean can be.

    Attributes
    ----------
    lowest, highest : float
        Of these very rows, whatever the missing values are.
    low, high : float
        Of all that such rows come from: an interval that holds the mean with the level asked for, wherever between the
        bounds it is. Not a number where there are fewer than two clusters.
    """

    lowest: float
    highest: float
    low: float
    high: float


def with_interval(
    lowest: float,
    highest: float,
    errors: tuple[float, float],
    *,
    degrees_of_freedom: float,
    level: float = 0.95,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> Bounds:
    """Return bounds with the interval that holds the mean between them.

    Parameters
    ----------
    lowest, highest : float
        The bounds.
    errors : tuple of float
        Their standard errors.
    degrees_of_freedom : float
        Of the errors; infinite for the normal.
    level : float
        Of the interval.
    limits : tuple of float
        Which the mean cannot pass, whatever chance does.

    Notes
    -----
    Imbens and Manski (2004), Econometrica 72, 1845-1857, equations 6 and 7, with t in place of the normal. The mean is
    at one bound at most, so that far apart each needs its own side only: 1.645 errors beyond, and 1.96 where they meet.
    """
    require_level(level)
    widest = max(errors)
    if not np.isfinite([lowest, highest, *errors]).all() or not degrees_of_freedom >= 1:
        return Bounds(lowest, highest, float("nan"), float("nan"))
    reach = _reach((highest - lowest) / widest if widest > 0 else np.inf, degrees_of_freedom, level)
    return Bounds(
        lowest, highest, max(limits[0], lowest - reach * errors[0]), min(limits[1], highest + reach * errors[1])
    )


def _reach(apart: float, freedom: float, level: float) -> float:
    """Return the errors to go beyond each bound, bounds being so many errors apart."""
    one_side, both_sides = (float(stats.t.isf(tail, freedom)) for tail in (1 - level, (1 - level) / 2))

    def missing(reach: float) -> float:
        return float(stats.t.cdf(reach + apart, freedom) - stats.t.cdf(-reach, freedom)) - level

    if not np.isfinite(apart) or missing(one_side) >= 0:
        return one_side
    return float(optimize.brentq(missing, one_side, both_sides + 1e-9))
