"""What was seen at each unit, and how likely it is when the unit's true rate is so much off the others'."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown

Kind = Literal["binomial", "poisson", "normal"]


@dataclass(frozen=True, slots=True)
class Units(Shown):
    """Counts or estimates of units, with a scale on which their true rates may differ.

    Attributes
    ----------
    kind : str
        ``binomial`` (a count of a total; logits), ``poisson`` (a count over an expectation; logarithms) or ``normal``
        (an estimate with a standard error; as it is).
    value : ndarray, shape (n,)
        Counts or estimates.
    size : ndarray, shape (n,)
        Totals, expectations or standard errors. A size of 0 says nothing (of the first two).
    offset : ndarray, shape (n,)
        Where each unit would be on that scale if it were like the rest: what its case mix alone explains.
    """

    kind: Kind
    value: Floats
    size: Floats
    offset: Floats

    @property
    def sharpness(self) -> float:
        """The least standard deviation chance gives any unit on the scale."""
        if self.kind == "normal":
            return float(self.size.min())
        most = float(max(self.size.max(), self.value.max(), 1.0))
        return float(2 / np.sqrt(most) if self.kind == "binomial" else 1 / np.sqrt(most))

    @property
    def middle(self) -> float:
        """Roughly where the units are on the scale."""
        if self.kind == "normal":
            return float(np.average(self.value - self.offset, weights=self.size**-2.0))
        if self.kind == "poisson":
            return float(np.log((self.value.sum() + 0.5) / (self.size.sum() + 0.5)))
        share = (self.value.sum() + 0.5) / (self.size.sum() + 1)
        return float(special.logit(share) - np.average(self.offset, weights=self.size))

    @property
    def roughly(self) -> tuple[Floats, Floats, Booleans]:
        """Each unit's estimate on the scale and its variance, as if normal, and whether it says anything at all."""
        if self.kind == "normal":
            return self.value - self.offset, self.size**2, np.ones(len(self.value), dtype=bool)
        is_known = self.size > 0
        value, size = self.value + 0.5, np.where(is_known, self.size, 1.0)
        if self.kind == "poisson":
            return np.log(value / size) - self.offset, 1 / value, is_known
        other = np.where(is_known, size + 1 - value, 1.0)
        return np.log(value / other) - self.offset, 1 / value + 1 / other, is_known

    def mean(self, points: Floats) -> Floats:
        """Return each unit's mean (a share, a ratio or the estimate) at each point, shape (n, points)."""
        at = self.offset[:, None] + points[None, :]
        if self.kind == "normal":
            return at
        return special.expit(at) if self.kind == "binomial" else np.exp(at)

    def log_likelihood(self, points: Floats) -> Floats:
        """Return how likely what was seen is at each point of the scale, up to a constant, shape (n, points)."""
        at, value, size = self.offset[:, None] + points[None, :], self.value[:, None], self.size[:, None]
        if self.kind == "normal":
            return -0.5 * ((value - at) / size) ** 2
        if self.kind == "poisson":
            return value * at - size * np.exp(at)
        return np.asarray(value * special.log_expit(at) + (size - value) * special.log_expit(-at))

    def chances(self, place: int, counts: Floats, points: Floats) -> Floats:
        """Return the chance of each count at one unit, at each point of the scale, shape (counts, points)."""
        at, size, counts = self.offset[place] + points[None, :], float(self.size[place]), counts[:, None]
        if self.kind == "poisson":
            return np.asarray(np.exp(counts * (np.log(size) + at) - size * np.exp(at) - special.gammaln(counts + 1)))
        choose = special.gammaln(size + 1) - special.gammaln(counts + 1) - special.gammaln(size - counts + 1)
        return np.asarray(np.exp(choose + counts * special.log_expit(at) + (size - counts) * special.log_expit(-at)))

    def below(self, place: int, value: Floats, points: Floats) -> Floats:
        """Return the chance of at most each value at one unit, at each point of the scale, shape (values, points)."""
        mean, size, value = self.mean(points)[place][None, :], float(self.size[place]), value[:, None]
        if self.kind == "normal":
            return np.asarray(special.ndtr((value - mean) / size))
        floor = np.floor(value)
        if self.kind == "poisson":
            return np.where(floor < 0, 0.0, special.pdtr(np.maximum(floor, 0), size * mean))
        inside = np.clip(floor, 0, size)
        found = np.where(floor >= size, 1.0, special.betainc(np.maximum(size - inside, 1e-300), inside + 1, 1 - mean))
        return np.where(floor < 0, 0.0, found)
