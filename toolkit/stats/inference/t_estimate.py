"""An estimate whose error has a t distribution: its interval and its p-value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.stats.arrays.types import Floats
from toolkit.stats.inference.level import require_level
from toolkit.stats.notes.shown import Shown

ROUNDING = 1e-12
"""A standard error below this part of the largest value is what rounding leaves of none."""


def is_rounding(se: float, values: Floats) -> bool:
    """Whether a standard error is none, but for the rounding of values it was worked out from."""
    return se <= ROUNDING * float(np.abs(values).max(initial=0.0))


@dataclass(frozen=True, slots=True)
class TEstimate(Shown):
    """An estimate, its standard error and the degrees of freedom of its t distribution.

    Attributes
    ----------
    estimate, se, degrees_of_freedom : float
        In the estimate's own units.
    """

    estimate: float
    se: float
    degrees_of_freedom: float

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the ends of the interval at a level.

        Raises
        ------
        InputError
            When the level is not between 0 and 1.
        """
        require_level(level)
        reach = float(stats.t.isf((1 - level) / 2, self.degrees_of_freedom)) * self.se
        return self.estimate - reach, self.estimate + reach

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect."""
        return float(2 * stats.t.sf(abs(self.estimate) / self.se, self.degrees_of_freedom)) if self.se > 0 else 1.0
