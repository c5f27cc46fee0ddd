"""A figure that is not exactly known: its least, likeliest and greatest value."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats


@dataclass(frozen=True, slots=True)
class Range:
    """A figure with its ends; all three alike where it is known.

    Attributes
    ----------
    low, central, high
        In one unit, in this order.
    """

    low: float
    central: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether it is one figure."""
        return self.low == self.high

    def drawn(self, generator: np.random.Generator, draws: int) -> Floats:
        """Return draws: triangular between the ends, with its top at the central figure."""
        if self.is_known:
            return np.full(draws, self.central)
        return generator.triangular(self.low, self.central, self.high, draws)


def range_of(given: object) -> Range:
    """Return a number, or three in order, as a range.

    Raises
    ------
    InputError
        When it is neither, is not finite or below 0, or is out of order.

    Examples
    --------
    >>> range_of(3), range_of([1, 2, 4])
    (Range(low=3.0, central=3.0, high=3.0), Range(low=1.0, central=2.0, high=4.0))
    """
    listed = list(given) if isinstance(given, list | tuple) else [given]
    numbers = [float(n) for n in listed if isinstance(n, int | float) and not isinstance(n, bool)]
    if len(numbers) not in (1, 3) or len(numbers) != len(listed):
        raise InputError(f"is {given!r}. Give a number, or three: the least, the likeliest and the greatest")
    low, central, high = numbers * 3 if len(numbers) == 1 else numbers
    if not (math.isfinite(low) and math.isfinite(high) and 0 <= low <= central <= high):
        raise InputError(f"is {given!r}. Give finite numbers from 0, the least first and the greatest last")
    return Range(low, central, high)
