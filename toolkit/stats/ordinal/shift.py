"""How a model's scores shift, category by category, when one column is set from one value to another for everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.ordinal.chances import Chances
from toolkit.stats.variance.likelihood import LikelihoodVariance


@dataclass(frozen=True, slots=True)
class ShiftedBy(Shown):
    """A standardised difference with its interval.

    Attributes
    ----------
    name : str
        What it is a difference of.
    estimate, se, low, high : float
        The difference, its standard error and interval (normal, or t where the model is clustered).
    degrees_of_freedom : float
        Of the t distribution; infinite by the model.
    """

    name: str
    estimate: float
    se: float
    low: float
    high: float
    degrees_of_freedom: float


@dataclass(frozen=True, slots=True)
class CategoryShift(Shown):
    """Chances of every level with a column at one value and at another, averaged over the same rows.

    Attributes
    ----------
    levels : tuple of str
        From the lowest.
    before, after : ndarray, shape (j,)
        Mean chances with the column at its first and at its second value.
    by_category : tuple of ShiftedBy
        After less before, for each level.
    at_or_above : tuple of ShiftedBy
        The same for the chance of each level but the lowest or a higher one.
    mean_score : ShiftedBy or None
        In points; None where levels are words.
    superiority : ShiftedBy
        Chance that one drawn after has a higher score than one drawn before, ties half; 0.5 without a shift.
    """

    levels: tuple[str, ...]
    before: Floats
    after: Floats
    by_category: tuple[ShiftedBy, ...]
    at_or_above: tuple[ShiftedBy, ...]
    mean_score: ShiftedBy | None
    superiority: ShiftedBy

    def tidy(self) -> pd.DataFrame:
        """Return one row a level: level, before, after, shift, se, low, high (shares from 0 to 1)."""
        return pd.DataFrame(
            {"level": one.name, "before": b, "after": a, "shift": one.estimate}
            | {"se": one.se, "low": one.low, "high": one.high}
            for one, b, a in zip(self.by_category, self.before, self.after, strict=True)
        )

    def summary(self) -> str:
        """Return the shift in a few lines, for a person."""
        lines = [
            f"{one.name}: {100 * b:.1f} in every 100 become {100 * a:.1f} ({100 * one.estimate:+.1f}, "
            f"{100 * one.low:+.1f} to {100 * one.high:+.1f})."
            for one, b, a in zip(self.by_category, self.before, self.after, strict=True)
        ]
        s = self.superiority
        lines.append(
            f"Chance of the higher score: {s.estimate:.3f} ({s.low:.3f} to {s.high:.3f}), 0.5 without a shift."
        )
        return "\n".join(lines)


def category_shift(
    chances: Chances,
    variance: LikelihoodVariance,
    matrices: tuple[Floats, Floats],
    weights: Floats,
    levels: tuple[str, ...],
    values: Floats,
    level: float,
) -> CategoryShift:
    """Return the shift of standardised chances between two versions of the same rows.

    Parameters
    ----------
    chances : Chances
        The model.
    variance : LikelihoodVariance
        Of its parameters.
    matrices : pair of ndarray, shape (n, p)
        The rows before and after.
    weights : ndarray, shape (n,)
        What each counts for.
    levels, values
        The levels' names and numbers.
    level : float
        Of the intervals.

    Notes
    -----
    Delta method; the rows averaged over are taken as given.
    """
    share = weights / weights.sum()
    (before, from_before), (after, from_after) = (chances.average(matrix, share) for matrix in matrices)
    shift, slope = after - before, from_after - from_before
    upwards = np.tri(len(levels)).T  # of each level and those above it

    def of(name: str, estimate: float, gradient: Floats) -> ShiftedBy:
        return _shifted(name, estimate, gradient, variance, level)

    wins = np.tri(len(levels), k=-1) + np.eye(len(levels)) / 2  # after by row, before by column
    return CategoryShift(
        levels=levels,
        before=before,
        after=after,
        by_category=tuple(of(name, shift[j], slope[j]) for j, name in enumerate(levels)),
        at_or_above=tuple(
            of(f"{name} or above", float(upwards[j] @ shift), upwards[j] @ slope) for j, name in enumerate(levels) if j
        ),
        mean_score=of("mean score", float(values @ shift), values @ slope) if np.isfinite(values).all() else None,
        superiority=of(
            "superiority", float(after @ wins @ before), (wins @ before) @ from_after + (after @ wins) @ from_before
        ),
    )


def _shifted(name: str, estimate: float, gradient: Floats, variance: LikelihoodVariance, level: float) -> ShiftedBy:
    from scipy.stats import t

    se = float(np.sqrt(max(float(gradient @ variance.covariance @ gradient), 0.0)))
    freedom = variance.freedom(gradient)
    reach = float(t.isf((1 - level) / 2, freedom)) * se
    return ShiftedBy(name, float(estimate), se, float(estimate) - reach, float(estimate) + reach, freedom)
