"""How much rows vary within a unit and year, and how much a year's own luck moves a whole unit, where none began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.staggered.changes import Rows


@dataclass(frozen=True, slots=True)
class Spread(Shown):
    """Variances of the outcome of untreated rows.

    Attributes
    ----------
    within
        Of rows of the same unit and year.
    between
        Of what the rows of a unit and year share beyond the unit's own level and the year's: never below 0.
    freedom
        Degrees of freedom behind ``between``; with 0 it is taken to be 0 and is not known.
    """

    within: float
    between: float
    freedom: int

    def of_change(self, chance: Floats, shared: Floats) -> Floats:
        """Return the variance of changes, given what a variance of 1 of either kind gives them."""
        return np.asarray(self.within * chance + self.between * shared, dtype=np.float64)


def spread_of(rows: Rows, untreated: Booleans, fewest: int = 2) -> Spread:
    """Return the variances of untreated rows.

    Parameters
    ----------
    rows
        All rows.
    untreated : ndarray, shape (n,)
        Which of them had not been treated.
    fewest
        Rows a unit must have in a year for its mean to count.

    Notes
    -----
    Means by unit and year are regressed on units and years, weighted by rows over the variance within. With
    R = W - W X (X'W X)⁻ X'W and y the means, the expected y'R y is the degrees of freedom plus tr(R) times the variance
    sought: DerSimonian and Laird's (1986) method of moments, for a regression.
    """
    years = int(rows.year.max()) + 1 if len(rows.year) else 1
    cell = (rows.unit * years + rows.year)[untreated]
    outcome = rows.outcome[untreated]
    count = np.bincount(cell)
    total = np.bincount(cell, weights=outcome)
    mean = total / np.maximum(count, 1)
    apart = outcome - mean[cell]
    pairs = int((count - 1)[count > 1].sum())
    within = float(apart @ apart / pairs) if pairs else float("nan")
    used = np.flatnonzero(count >= max(fewest, 2))
    if not pairs or within <= 0 or len(used) < 3:
        return Spread(within if pairs else 0.0, 0.0, 0)
    unit, year = np.unique(used // years, return_inverse=True)[1], np.unique(used % years, return_inverse=True)[1]
    design = np.column_stack([np.eye(unit.max() + 1)[unit], np.eye(year.max() + 1)[year]])
    weight = count[used] / within
    scaled = np.sqrt(weight)[:, None] * design
    hat = scaled @ np.linalg.pinv(scaled)
    left = np.sqrt(weight) * mean[used]
    left = left - hat @ left
    freedom = len(used) - round(float(np.trace(hat)))
    if freedom < 1:
        return Spread(within, 0.0, 0)
    trace = float((weight * (1 - np.diag(hat))).sum())
    return Spread(within, max(0.0, (float(left @ left) - freedom) / trace), freedom)
