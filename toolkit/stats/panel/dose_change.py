"""How areas' counts changed from before to after, against the dose each got: one number an area, so time is no trap.

Each area's quarters are added up on either side of the day (Bertrand, Duflo and Mullainathan, 2004, Quarterly Journal
of Economics 119, 249-275: it is the way that keeps its level with few areas and memory in time). Given an area's count
on both sides, the count after is binomial, and its log odds less those of the exposures are the logarithm of the rate
ratio: areas' own levels need no estimate. Areas' rates wander of themselves, so that counts vary more than binomial
ones and the more so the larger they are: Williams (1982), Applied Statistics 31, 144-148, method II, with a t
distribution of as many degrees of freedom as areas less columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.panel.dose_response import DoseEffect

_STEPS, _ROUNDS, _TOLERANCE = 60, 100, 1e-10
_SINGULAR = 1e-9


@dataclass(frozen=True, slots=True)
class DoseChange(Shown):
    """A fitted regression of areas' changes on their doses.

    Attributes
    ----------
    effects : tuple of DoseEffect
        One a column, in their order: what one unit adds to the logarithm of the rate ratio.
    spread : float
        How alike the counts of one area and side are beyond chance (Williams's phi); 0 when areas do not wander.
    change, fitted, variance : ndarray, shape (a,)
        Each area's logarithm of the rate ratio, after over before (half a count added to both where one is 0), what the
        regression makes of it, and its variance; not a number for areas with no count.
    share : ndarray, shape (a,)
        Each area's part in what is known of the first column, summing to 1.
    coefficients : ndarray, shape (k + 1,)
        Of the columns, then the level: the log rate ratio where every column is 0.
    covariance : ndarray, shape (k + 1, k + 1)
        Theirs.
    """

    effects: tuple[DoseEffect, ...]
    spread: float
    change: Floats
    fitted: Floats
    variance: Floats
    share: Floats
    coefficients: Floats
    covariance: Floats

    @property
    def effect(self) -> DoseEffect:
        """The effect of the first column."""
        return self.effects[0]

    @property
    def residual(self) -> Floats:
        """How far each area's change is from its fitted one, in its standard deviations."""
        return np.asarray((self.change - self.fitted) / np.sqrt(self.variance))


def dose_change(
    before: Floats, after: Floats, exposure_before: Floats, exposure_after: Floats, columns: Sequence[Floats]
) -> DoseChange:
    """Fit by iteratively reweighted least squares.

    Parameters
    ----------
    before, after : ndarray, shape (a,)
        Counts from 0 on either side.
    exposure_before, exposure_after : ndarray, shape (a,)
        Above 0, such as child-years.
    columns : sequence of ndarray, each shape (a,)
        The dose first, then whatever else is allowed for.

    Returns
    -------
    DoseChange
        The effect of each column, how far areas wander, and each area's change beside what is made of it.

    Raises
    ------
    InputError
        When shapes differ, there is no exposure or count, areas are no more than the columns and a level, or a column
        says nothing the others do not.
    """
    _check(before, after, exposure_before, exposure_after, columns)
    total = before + after
    inside = total > 0
    design = np.column_stack([*columns, np.ones(len(before))])[inside]
    if inside.sum() <= design.shape[1] + 1 or not before.sum() or not after.sum():
        raise InputError(
            f"{int(inside.sum())} areas have a count, and {design.shape[1]} figures are to be learnt of their changes. "
            "Take more areas, or a longer time."
        )
    scale = np.sqrt((design * design).sum(axis=0))
    if (scale == 0).any() or np.linalg.svd(design / scale, compute_uv=False)[-1] < _SINGULAR:
        raise InputError("Areas do not differ in their dose, or not beside what else is allowed for.")
    offset = np.log(exposure_after[inside] / exposure_before[inside])
    return _fitted(design, after[inside], total[inside], offset, inside)


def expected_spread(
    before: Floats, after: Floats, columns: Sequence[Floats], spread: float, longer: float
) -> tuple[float, int]:
    """Return the standard error of the first column's effect had the time after been longer, and its freedom.

    Parameters
    ----------
    before, after : ndarray, shape (a,)
        Counts as they are, taken for what is to be expected.
    columns : sequence of ndarray, each shape (a,)
        As of `dose_change`.
    spread : float
        How alike the counts of one area and side are: as they wander now.
    longer : float
        How many times as long the time after would be.
    """
    total = before + after * longer
    inside = total > 0
    design = np.column_stack([*columns, np.ones(len(before))])[inside]
    total, chance = total[inside], (after * longer)[inside] / total[inside]
    chance = np.clip(chance, 0.5 / total, 1 - 0.5 / total)
    vary = total * chance * (1 - chance) / (1 + spread * (total - 1))
    bread = np.linalg.inv(design.T @ (vary[:, None] * design))
    return float(np.sqrt(bread[0, 0])), len(total) - design.shape[1]


def _check(before: Floats, after: Floats, first: Floats, second: Floats, columns: Sequence[Floats]) -> None:
    arrays = (before, after, first, second, *columns)
    if len({array.shape for array in arrays}) != 1 or before.ndim != 1 or not columns:
        raise InputError("Counts, exposures and columns must be one number an area each, and one column or more.")
    if not all(np.isfinite(array).all() for array in arrays):
        raise InputError("A count, an exposure or a column holds what is no number.")
    if min(before.min(), after.min()) < 0 or min(first.min(), second.min()) <= 0:
        raise InputError("Counts must be 0 or more, and every exposure above 0. Leave out areas nobody lived in.")


def _fitted(design: Floats, after: Floats, total: Floats, offset: Floats, inside: Booleans) -> DoseChange:
    spread = 0.0
    spare = len(after) - design.shape[1]
    for _ in range(_ROUNDS):
        weight = 1 / (1 + spread * (total - 1))
        beta, bread, chance = _weighted(design, after, total, offset, weight)
        vary = total * chance * (1 - chance)
        excess = weight * (after - total * chance) ** 2 / vary
        left = weight * (1 - weight * vary * np.einsum("ij,jk,ik->i", design, bread, design))
        found = max(0.0, float((excess.sum() - left.sum()) / (left * (total - 1)).sum()))
        if abs(found - spread) < _TOLERANCE or (found == 0 and spread == 0):
            break
        spread = found
    return _result(design, after, total, offset, inside, beta, bread, chance, spread, spare)


def _weighted(
    design: Floats, after: Floats, total: Floats, offset: Floats, weight: Floats
) -> tuple[Floats, Floats, Floats]:
    beta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(offset + design @ beta, -30, 30)))
        vary = weight * total * chance * (1 - chance)
        bread = np.linalg.inv(design.T @ (vary[:, None] * design))
        step = bread @ (design.T @ (weight * (after - total * chance)))
        beta = beta + step
        if np.abs(step).max() < _TOLERANCE * (1 + np.abs(beta).max()):
            return beta, bread, 1 / (1 + np.exp(-np.clip(offset + design @ beta, -30, 30)))
    raise InputError("Areas' changes do not settle: on one side of the day nearly every count is 0.")


def _result(
    design: Floats,
    after: Floats,
    total: Floats,
    offset: Floats,
    inside: Booleans,
    beta: Floats,
    bread: Floats,
    chance: Floats,
    spread: float,
    spare: int,
) -> DoseChange:
    weight = 1 / (1 + spread * (total - 1))
    vary = weight * total * chance * (1 - chance)
    half = 0.5 * ((after == 0) | (after == total))
    number = design.shape[1] - 1
    everywhere = np.full((3, len(inside)), np.nan)
    everywhere[:, inside] = (
        np.log((after + half) / (total - after + half)) - offset,
        design @ beta,
        1 / vary,
    )
    share = np.zeros(len(inside))
    share[inside] = _shares(design, vary)
    return DoseChange(
        effects=tuple(
            DoseEffect(float(beta[k]), float(np.sqrt(bread[k, k])), float(spare), len(after)) for k in range(number)
        ),
        spread=spread,
        change=everywhere[0],
        fitted=everywhere[1],
        variance=everywhere[2],
        share=share,
        coefficients=beta,
        covariance=bread,
    )


def _shares(design: Floats, vary: Floats) -> Floats:
    """Return each area's part of the sum of squares of the first column that the others leave."""
    root = np.sqrt(vary)
    others = design[:, 1:] * root[:, None]
    left = design[:, 0] * root
    left = left - others @ np.linalg.lstsq(others, left, rcond=None)[0]
    return np.asarray(left * left / (left * left).sum())
