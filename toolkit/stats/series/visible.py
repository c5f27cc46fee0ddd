"""What a series could show, from how it moved before its change alone: known before anything is estimated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.poisson import fit_poisson
from toolkit.stats.sample.asked import shown, within
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.series.design import before_design, series_design
from toolkit.stats.series.memory import CAREFUL, memory_of
from toolkit.stats.series.options import require_series_options

POWER = 0.8
"""How often a change must be told from none to be called visible."""


@dataclass(frozen=True, slots=True)
class Wobble(Shown):
    """How a series moved by itself before its change.

    Attributes
    ----------
    observations : int
        Before the change.
    expected : ndarray, shape (n,)
        The counts of its trend and seasons.
    chance : float
        What chance alone makes of the variance of a count, beside its mean: 1 of a series alone, more beside another.
    shocks : float
        The shocks' variance beside chance's, as parts of the expected count.
    memory : float
        How much of a shock is allowed to be handed on.
    measured_shocks, measured_memory : float
        The same with the memory as measured.
    """

    observations: int
    expected: Floats
    chance: float
    shocks: float
    memory: float
    measured_shocks: float
    measured_memory: float

    @property
    def typical(self) -> float:
        """How far a count usually lies from its own trend and season, as a part of it: one standard deviation."""
        return float(np.sqrt((self.chance + self.measured_shocks) / self.expected.mean()))

    def typical_year(self, period: int) -> float:
        """Return how far the sum of a year's counts usually lies from its trend, as a part of it."""
        apart = np.abs(np.subtract.outer(np.arange(period), np.arange(period)))
        handed_on = np.power(self.measured_memory, apart).sum() / period
        mean = (self.chance + self.measured_shocks * handed_on) / period
        return float(np.sqrt(mean / self.expected.mean()))


def wobble_of(
    counts: ArrayLike,
    *,
    exposure: ArrayLike | None = None,
    comparison: ArrayLike | None = None,
    period: int | None = 4,
    harmonics: int | None = None,
    steps: Mapping[str, int] | None = None,
    careful: float = CAREFUL,
    least_memory: float = 0.0,
) -> Wobble | None:
    """Return how the observations before a change move around their trend, seasons and steps.

    The parameters are those of `segmented_poisson`, of the observations before the change alone. ``None`` where they
    are too few, with no freedom left to see it.
    """
    require_series_options(period=period, harmonics=harmonics, steps=steps, careful=careful, least_memory=least_memory)
    y = numbers_of(counts, "counts").reshape(-1)
    at = np.ones(len(y)) if exposure is None else numbers_of(exposure, "exposure").reshape(-1)
    beside = None if comparison is None else numbers_of(comparison, "comparison").reshape(-1)
    columns = before_design(len(y), period=period, harmonics=harmonics, steps=steps)
    if len(y) <= columns.shape[1] + 1 or np.linalg.matrix_rank(columns) < columns.shape[1] or not y.sum():
        return None
    fit = fit_poisson(columns, y, np.log(at if beside is None else at * beside))
    chance = np.ones(len(y)) if beside is None else 1 + fit.mean / beside
    memory = memory_of(fit, y, chance=chance, careful=careful, least=least_memory)
    plain = memory_of(fit, y, chance=chance, careful=0.0)
    return Wobble(
        observations=len(y),
        expected=fit.mean,
        chance=float(chance.mean()),
        shocks=memory.shocks,
        memory=memory.allowed_for,
        measured_shocks=plain.shocks,
        measured_memory=plain.measured,
    )


def smallest_visible(
    wobble: Wobble,
    after: int,
    *,
    period: int | None = 4,
    harmonics: int | None = None,
    steps: Mapping[str, int] | None = None,
    level: float = 0.95,
) -> float | None:
    """Return the smallest fall of the level, as a part of it, that would be told from none in four series of five.

    Parameters
    ----------
    wobble
        Of the observations before the change.
    after
        Observations from the change on.
    steps
        Other changes of level, as `segmented_poisson` has them.

    Returns
    -------
    float or None
        ``None`` where so few observations could not be fitted at all.

    Notes
    -----
    The standard error is that of the fit which will be made, with the errors that were seen before the change; the t
    distribution has the degrees of freedom that their memory leaves (Satterthwaite, 1946).
    """
    require_series_options(after=after, period=period, harmonics=harmonics, steps=steps, level=level)
    design = series_design(
        wobble.observations + after,
        wobble.observations,
        period=period,
        harmonics=harmonics,
        slope_change=False,
        steps=steps,
    )
    if design.missing():
        return None
    count = len(design.columns)
    mean = float(wobble.expected.mean())
    scaled = design.columns * np.sqrt(mean)
    bread = np.linalg.inv(scaled.T @ scaled)
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count)))
    errors = wobble.chance * np.eye(count) + wobble.shocks * np.power(wobble.memory, apart)
    maker = np.eye(count) - scaled @ bread @ scaled.T
    left = maker @ errors @ maker
    freedom = float(np.trace(left) ** 2 / (left * left).sum())
    place = design.place("level_change")
    se = float(np.sqrt((bread @ scaled.T @ errors @ scaled @ bread)[place, place]))
    reach = stats.t.isf((1 - level) / 2, freedom) + stats.t.ppf(POWER, freedom)
    return float(-np.expm1(-reach * se))


def observations_for(
    wobble: Wobble,
    wanted: float,
    *,
    most: int,
    period: int | None = 4,
    harmonics: int | None = None,
    steps: Mapping[str, int] | None = None,
) -> int | None:
    """Return how many observations from the change on would show a fall of ``wanted``; ``None`` if ``most`` do not."""
    require_series_options(most=most, period=period, harmonics=harmonics, steps=steps)
    if not within(wanted, 0, 1, is_open=True):
        raise InputError(f"wanted is {shown(wanted)}. Give the fall to be seen as a part between 0 and 1.")
    tried: list[int] = [*range(1, min(13, most + 1)), *range(13, most + 1, 3)]
    for after in tried:
        visible = smallest_visible(wobble, after, period=period, harmonics=harmonics, steps=steps)
        if visible is not None and visible <= wanted:
            return after
    return None
