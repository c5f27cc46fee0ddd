"""An estimate whose error has a t distribution: its interval and its p-value."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from toolkit.stats.notes.shown import Shown


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
        """Return the ends of the interval at a level."""
        reach = float(stats.t.isf((1 - level) / 2, self.degrees_of_freedom)) * self.se
        return self.estimate - reach, self.estimate + reach

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect."""
        return float(2 * stats.t.sf(abs(self.estimate) / self.se, self.degrees_of_freedom)) if self.se > 0 else 1.0
