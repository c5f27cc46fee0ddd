"""One series of counts as arrays: what it is over, what stands beside it, and where its changes come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats

ALONE = "alone"
_THREE = 3


@dataclass(frozen=True, slots=True)
class Series:
    """Counts in order of time.

    Attributes
    ----------
    counts, exposure
        Shape (n,): what was counted and what it is over.
    beside
        Shape (n,): counts of a series that had no change; the exposure is then over that series' own. ``None`` alone.
    change_at
        The position of the first count from the money on.
    steps
        Positions of the first count after other changes, by their name.
    """

    counts: Floats
    exposure: Floats
    beside: Floats | None
    change_at: int
    steps: dict[str, int]

    @classmethod
    def of(cls, frame: pd.DataFrame, name: str, change_at: int, steps: Mapping[str, int]) -> Self:
        """Return the series of a frame of counts, by itself (``alone``) or beside a column of it."""
        counts, exposure = (frame[column].to_numpy(dtype=np.float64) for column in ("referrals", "exposure"))
        beside = None
        if name != ALONE:
            beside = frame[name].to_numpy(dtype=np.float64)
            exposure = exposure / frame[f"{name}_exposure"].to_numpy(dtype=np.float64)
        return cls(counts, exposure, beside, change_at, dict(steps))

    def in_threes(self) -> Series:
        """Return months as sums of three, counted from the change both ways; months left over at the ends are out."""
        first = min(self.change_at, len(self.counts)) % _THREE
        last = first + (len(self.counts) - first) // _THREE * _THREE

        def threes(values: Floats) -> Floats:
            return np.asarray(values[first:last].reshape(-1, _THREE))

        steps = {name: (at - first) // _THREE for name, at in self.steps.items() if first + _THREE <= at < last}
        return Series(
            threes(self.counts).sum(axis=1),
            threes(self.exposure).mean(axis=1) if self.beside is not None else threes(self.exposure).sum(axis=1),
            None if self.beside is None else threes(self.beside).sum(axis=1),
            (self.change_at - first) // _THREE,
            {name: at for name, at in steps.items() if at != (self.change_at - first) // _THREE},
        )
