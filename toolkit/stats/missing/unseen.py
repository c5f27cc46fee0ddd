"""Means of all, when only some were seen again: of those seen, weighted for the others, and bounded by the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit, logit

from toolkit.errors import InputError
from toolkit.stats.agreement.coefficient import Coefficient, require_same_length, unknown
from toolkit.stats.arrays.types import Booleans, Floats, Integers
from toolkit.stats.inference.level import require_level
from toolkit.stats.missing.bounds import Bounds, with_interval
from toolkit.stats.notes.shown import Shown
from toolkit.stats.prediction.ridge import chances, fit_ridge
from toolkit.stats.sample.codes import dense_codes


@dataclass(frozen=True, slots=True)
class Measured(Shown):
    """A figure of every row, known of those seen again.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Not a number of those not seen.
    least, most : ndarray, shape (n,)
        The least and the most that each row's can be.
    is_share : bool
        Whether values are 0 or 1, so that intervals stay between.
    limits : tuple of float
        Which no mean can pass.
    """

    values: Floats
    least: Floats
    most: Floats
    is_share: bool
    limits: tuple[float, float]


@dataclass(frozen=True, slots=True)
class OfAll(Shown):
    """One figure's mean, as far as it can be known.

    Attributes
    ----------
    seen, weighted : Coefficient
        Of those seen; and of them weighted by one over their chance of being seen, to stand for all who were like them.
    anything : Bounds
        Whatever the unseen are.
    no_better : Bounds
        If the unseen of each stratum are no better on average than the seen of it.
    """

    seen: Coefficient
    weighted: Coefficient
    anything: Bounds
    no_better: Bounds


@dataclass(frozen=True, slots=True)
class WithUnseen(Shown):
    """All figures, and what the weights are worth.

    Attributes
    ----------
    figures : tuple of OfAll
        As given.
    chance : ndarray, shape (n,)
        Each row's fitted chance of being seen.
    effective : float
        How many rows of one weight those seen are worth.
    largest_share : float
        The heaviest row's part of all weight.
    """

    figures: tuple[OfAll, ...]
    chance: Floats
    effective: float
    largest_share: float


def with_unseen(
    figures: Sequence[Measured],
    is_seen: Booleans,
    design: Floats,
    penalty: Floats,
    stratum: Integers,
    cluster: Integers,
    *,
    level: float = 0.95,
) -> WithUnseen:
    """Return what means of all may be, those not seen again included.

    Parameters
    ----------
    figures : sequence of Measured
        What is asked.
    is_seen : ndarray of bool, shape (n,)
        Which rows were seen again.
    design : ndarray, shape (n, k)
        What was known of every row beforehand, a constant first.
    penalty : ndarray, shape (k,)
        See `fit_ridge`; 0 for the constant.
    stratum : ndarray, shape (n,)
        Codes within which the unseen are taken to be no better than the seen; where none is seen, anything goes.
    cluster : ndarray, shape (n,)
        Only these are taken as independent.
    level : float
        Of the intervals.

    Raises
    ------
    InputError
        For columns of different lengths, or no row.

    Notes
    -----
    Hajek's (1971) ratio of weighted sums, with the chance of being seen by a logistic regression. Errors are by leaving
    out each cluster in turn and fitting again, so that they carry the estimation of the weights. Bounds as Manski's
    (1989), Journal of Human Resources 24, 343-360.
    """
    require_level(level)
    require_same_length(
        seen=len(is_seen), design=len(design), stratum=len(stratum), cluster=len(cluster),
        **{f"figure {place}": len(one.values) for place, one in enumerate(figures)},
    )  # fmt: skip
    if not len(is_seen):
        raise InputError("There is no row of which anything could be known. Give at least one.")
    codes, groups = dense_codes(cluster)
    rows = _Rows(tuple(figures), is_seen, design, penalty, stratum)
    everything = np.ones(len(is_seen), dtype=bool)
    beta = rows.fit(everything)
    chance = rows.chance(everything, beta)
    whole = rows.means(everything, chance)
    kept = [codes != group for group in range(groups)] if groups > 1 else []
    without = np.array([rows.means(keep, rows.chance(keep, rows.fit(keep, beta))) for keep in kept])
    told = []
    for place, figure in enumerate(figures):
        parts = None if not kept else without[:, place]
        told.append(_of_all(figure, whole[place], parts, level))
    weights = np.where(is_seen, 1 / chance, 0.0)
    total, squares = float(weights.sum()), float(weights @ weights)
    return WithUnseen(
        figures=tuple(told),
        chance=chance,
        effective=total**2 / squares if squares > 0 else 0.0,
        largest_share=float(weights.max()) / total if total > 0 else float("nan"),
    )


SEEN, WEIGHTED, LOWEST, HIGHEST, NO_BETTER = range(5)


@dataclass(frozen=True, slots=True)
class _Rows(Shown):
    figures: tuple[Measured, ...]
    is_seen: Booleans
    design: Floats
    penalty: Floats
    stratum: Integers

    def fit(self, keep: Booleans, near: Floats | None = None) -> Floats | None:
        """Return the coefficients of the chance of being seen, fitted on some; ``None`` where all or none were."""
        seen = self.is_seen[keep].astype(np.float64)
        if not len(seen) or seen.min() == seen.max():
            return None
        return fit_ridge(self.design[keep], seen, np.ones(len(seen)), self.penalty, near)[0]

    def chance(self, keep: Booleans, beta: Floats | None) -> Floats:
        """Return every row's chance of being seen: 1 where all those kept were, and half where none."""
        if beta is None:
            return np.full(len(self.is_seen), 1.0 if self.is_seen[keep].all() else 0.5)
        return chances(self.design @ beta)

    def means(self, keep: Booleans, chance: Floats) -> Floats:
        """Return, a row a figure: seen, weighted, lowest, highest and no better."""
        seen = self.is_seen & keep
        weights = np.where(seen, 1 / chance, 0.0)
        found = np.full((len(self.figures), 5), np.nan)
        for place, figure in enumerate(self.figures):
            values = np.where(seen, figure.values, 0.0)
            least, most = (np.where(self.is_seen, figure.values, ends) for ends in (figure.least, figure.most))
            if seen.any():
                found[place, SEEN] = figure.values[seen].mean()
                found[place, WEIGHTED] = weights @ values / weights.sum()
            found[place, LOWEST], found[place, HIGHEST] = least[keep].mean(), most[keep].mean()
            found[place, NO_BETTER] = np.minimum(most, self._like_the_seen(figure, seen))[keep].mean()
        return found

    def _like_the_seen(self, figure: Measured, seen: Booleans) -> Floats:
        """Return each row's value, those of the unseen being the mean of the seen of their stratum."""
        size = int(self.stratum.max()) + 1
        count = np.bincount(self.stratum[seen], minlength=size)
        total = np.bincount(self.stratum[seen], weights=figure.values[seen], minlength=size)
        mean = np.divide(total, count, out=np.full(size, np.inf), where=count > 0)
        return np.where(self.is_seen, figure.values, mean[self.stratum])


def _of_all(figure: Measured, whole: Floats, without: Floats | None, level: float) -> OfAll:
    if without is None or not np.isfinite(without).all():
        errors, freedom = np.full(5, np.nan), float("nan")
    else:
        groups = len(without)
        errors = np.sqrt((groups - 1) / groups * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
        freedom = groups - 1.0

    def bounds(low: int, high: int) -> Bounds:
        return with_interval(
            float(whole[low]), float(whole[high]), (float(errors[low]), float(errors[high])),
            degrees_of_freedom=freedom, level=level, limits=figure.limits,
        )  # fmt: skip

    return OfAll(
        seen=_interval(whole[SEEN], errors[SEEN], freedom, figure.is_share, level),
        weighted=_interval(whole[WEIGHTED], errors[WEIGHTED], freedom, figure.is_share, level),
        anything=bounds(LOWEST, HIGHEST),
        no_better=bounds(LOWEST, NO_BETTER),
    )


def _interval(estimate: float, error: float, freedom: float, is_share: bool, level: float) -> Coefficient:
    whole = float(estimate)
    if not np.isfinite([whole, error]).all() or (is_share and not 0 < whole < 1):
        return unknown(whole)
    reach = float(stats.t.isf((1 - level) / 2, freedom)) * float(error)
    if not is_share:
        return Coefficient(whole, float(error), whole - reach, whole + reach, freedom)
    centre, half = float(logit(whole)), reach / (whole * (1 - whole))
    return Coefficient(whole, float(error), float(expit(centre - half)), float(expit(centre + half)), freedom)
