"""Counts of areas over time against a dose: Poisson regression with an effect of every area and every period.

Areas' own levels are taken out exactly (Hausman, Hall and Griliches, 1984, Econometrica 52, 909-938), so that only
periods and doses are estimated. The regression needs the mean to be right and nothing else (Wooldridge, 1999, Journal
of Econometrics 90, 77-97): that counts vary more than Poisson ones, and that an area's periods are alike, is allowed
for by clustering on areas, with CR2 and Satterthwaite's degrees of freedom because areas are few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.t_estimate import TEstimate
from toolkit.stats.notes.shown import Shown
from toolkit.stats.regression.least_squares import LinearFit
from toolkit.stats.variance.cr2 import corrected_covariance

_STEPS, _TOLERANCE = 60, 1e-9
_LARGEST_STEP = 2.0
_POWER = 0.8
_SINGULAR = 1e-9


@dataclass(frozen=True, slots=True)
class DoseEffect(TEstimate):
    """What one unit of a dose adds to the logarithm of the rate, with its CR2 standard error.

    Attributes
    ----------
    estimate, se, degrees_of_freedom : float
        On the logarithm of the rate.
    areas : int
        Areas, or groups of them, with a count and two periods or more: the clusters.
    """

    areas: int

    def smallest_visible(self, level: float = 0.95) -> float:
        """Return the smallest effect, on the same scale, told from none in four samples of five."""
        t = stats.t(self.degrees_of_freedom)
        return float((t.isf((1 - level) / 2) + t.ppf(_POWER)) * self.se)


@dataclass(frozen=True, slots=True)
class DoseResponse(Shown):
    """A fitted dose-response of areas' counts.

    Attributes
    ----------
    effects : tuple of DoseEffect
        One a column, in their order.
    mean : ndarray, shape (a, t)
        Expected counts; 0 where an area had no exposure.
    dispersion : float
        Pearson's chi-squared over its degrees of freedom: 1 when counts vary as Poisson counts do.
    share : ndarray, shape (a,)
        Each area's part in what is known of the first column, 0 to 1, summing to 1: how far the answer rests on few.
    coefficients : ndarray, shape (k,)
        Of the columns.
    covariance : ndarray, shape (k, k)
        CR2's.
    """

    effects: tuple[DoseEffect, ...]
    mean: Floats
    dispersion: float
    share: Floats
    coefficients: Floats
    covariance: Floats

    @property
    def effect(self) -> DoseEffect:
        """The effect of the first column."""
        return self.effects[0]


def dose_response(
    counts: Floats, exposure: Floats, columns: Sequence[Floats], *, cluster: Integers | None = None
) -> DoseResponse:
    """Fit by Newton's method, areas' levels taken out exactly.

    Parameters
    ----------
    counts : ndarray, shape (a, t)
        Counts from 0, a row an area and a column a period.
    exposure : ndarray, shape (a, t)
        Such as child-years; a cell of 0 takes no part.
    columns : sequence of ndarray, each shape (a, t)
        The dose first, then whatever else is allowed for. Their effects are additive on the logarithm of the rate.
    cluster : ndarray of int, shape (a,), optional
        Which areas stand together, such as one council before and after a break; each by itself when not given.

    Returns
    -------
    DoseResponse
        The effect of each column, expected counts and how far the answer rests on few areas.

    Raises
    ------
    InputError
        When shapes differ, a value is none that can be, a period or every area has no count, or a column says nothing
        that areas' and periods' own levels do not.
    """
    _check(counts, exposure, columns)
    takes_part = (exposure > 0) & (np.where(exposure > 0, counts, 0).sum(axis=1) > 0)[:, None]
    takes_part &= takes_part.sum(axis=1)[:, None] > 1
    counts = np.where(takes_part, counts, 0.0)
    silent = np.flatnonzero(takes_part.any(axis=0) & (counts.sum(axis=0) == 0))
    if not takes_part.any() or len(silent):
        where = f"period {silent[0] + 1}" if len(silent) else "any area with exposure"
        raise InputError(f"There is no count in {where}, so its rate cannot be compared. Leave it out.")
    design = _design(takes_part, columns)
    area = _areas_of(takes_part)
    mean, beta = _fit(design, counts[takes_part], exposure[takes_part], area, len(counts))
    cluster = np.arange(len(counts)) if cluster is None else cluster
    return _result(design, counts[takes_part], mean, beta, takes_part, len(columns), cluster)


def _check(counts: Floats, exposure: Floats, columns: Sequence[Floats]) -> None:
    shapes = {array.shape for array in (counts, exposure, *columns)}
    if len(shapes) != 1 or counts.ndim != 2 or not columns:
        raise InputError(
            f"Counts, exposure and columns have the shapes {sorted(map(str, shapes))}. Expected one table of areas by "
            "periods each, all alike, and one column or more."
        )
    problems = []
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        problems.append("Counts must be numbers from 0.")
    if not (np.isfinite(exposure).all() and (exposure >= 0).all()):
        problems.append("Exposure must be numbers from 0.")
    if (counts[exposure == 0] > 0).any():
        problems.append("A cell has a count and no exposure. Give its exposure, or leave its count out.")
    if not all(np.isfinite(column).all() for column in columns):
        problems.append("A column holds what is no number.")
    if problems:
        raise InputError(" ".join(problems))


def _design(takes_part: Booleans, columns: Sequence[Floats]) -> Floats:
    """Return the columns, then a level for every period but the first that is there, for the cells that take part."""
    period = np.nonzero(takes_part)[1]
    levels = np.unique(period)[1:]
    return np.column_stack(
        [*(np.asarray(column, dtype=np.float64)[takes_part] for column in columns), period[:, None] == levels[None, :]]
    )


def _areas_of(takes_part: Booleans) -> Integers:
    return np.asarray(np.nonzero(takes_part)[0], dtype=np.intp)


def _fit(design: Floats, counts: Floats, exposure: Floats, area: Integers, areas: int) -> tuple[Floats, Floats]:
    """Return the expected counts and the coefficients that make the likelihood of each area's course greatest."""
    total = np.asarray(np.bincount(area, weights=counts, minlength=areas), dtype=np.float64)
    beta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        mean = _mean(design, beta, exposure, area, total)
        inside = _within(design, mean, area, areas)
        information = inside.T @ (inside * mean[:, None])
        _require_rank(information)
        step = np.linalg.solve(information, inside.T @ (counts - mean))
        beta = beta + step * min(1.0, _LARGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < _TOLERANCE * (1 + np.abs(beta).max()):
            return _mean(design, beta, exposure, area, total), beta
    raise InputError(
        "The rates do not settle: in some period, or at some dose, nearly every count is 0. Take longer periods."
    )


def _mean(design: Floats, beta: Floats, exposure: Floats, area: Integers, total: Floats) -> Floats:
    part = exposure * np.exp(np.clip(design @ beta, -60, 60))
    return np.asarray(part * (total / np.maximum(np.bincount(area, part, len(total)), 1e-300))[area])


def _within(design: Floats, mean: Floats, area: Integers, areas: int) -> Floats:
    """Return the columns less their own mean in each area, weighted by the expected counts."""
    weight = np.maximum(np.bincount(area, mean, areas), 1e-300)
    centre = np.column_stack([np.bincount(area, mean * column, areas) / weight for column in design.T])
    return np.asarray(design - centre[area])


def _require_rank(information: Floats) -> None:
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    if np.linalg.eigvalsh(information / scale[:, None] / scale[None, :])[0] < _SINGULAR:
        raise InputError(
            "A dose says nothing that areas' and periods' own levels do not: it never changed, or changed alike "
            "everywhere. Areas must differ in how much it changed."
        )


def _result(
    design: Floats,
    counts: Floats,
    mean: Floats,
    beta: Floats,
    takes_part: Booleans,
    number: int,
    cluster: Integers,
) -> DoseResponse:
    areas = len(takes_part)
    area = _areas_of(takes_part)
    root = np.sqrt(mean)
    scaled = _within(design, mean, area, areas) * root[:, None]
    bread = np.linalg.inv(scaled.T @ scaled)
    codes = np.unique(cluster[area], return_inverse=True)[1].reshape(-1).astype(np.intp)
    groups = int(codes.max()) + 1
    fit = LinearFit(scaled, (counts - mean) / root, bread, beta, len(beta), np.arange(len(counts)))
    chosen = np.eye(len(beta))[:number]
    covariance = corrected_covariance([fit], [chosen], codes, groups)[0]
    effects = tuple(
        DoseEffect(
            float(beta[place]),
            float(np.sqrt(covariance[place, place])),
            corrected_covariance([fit], [chosen[place : place + 1]], codes, groups)[1],
            groups,
        )
        for place in range(number)
    )
    spare = len(counts) - int(takes_part.any(axis=1).sum()) - design.shape[1]
    table = np.zeros(takes_part.shape)
    table[takes_part] = mean
    return DoseResponse(
        effects=effects,
        mean=table,
        dispersion=float((((counts - mean) / root) ** 2).sum() / spare) if spare > 0 else 1.0,
        share=_shares(scaled, area, areas),
        coefficients=beta[:number],
        covariance=covariance,
    )


def _shares(scaled: Floats, area: Integers, areas: int) -> Floats:
    """Return each area's part of the sum of squares of the first column that the others leave."""
    left = scaled[:, 0]
    if scaled.shape[1] > 1:
        left = left - scaled[:, 1:] @ np.linalg.lstsq(scaled[:, 1:], left, rcond=None)[0]
    squares = np.bincount(area, left * left, areas)
    return np.asarray(squares / squares.sum())
