"""A synthetic control, evened and augmented by ridge regression: for few times before treatment and a unit at the edge.

Ben-Michael, Feller and Rothstein (2021), The augmented synthetic control method, Journal of the American Statistical
Association 116, 1789-1803. What the mixture leaves of the outcome before treatment is carried on by a ridge regression
over the donors; how little it may do so is chosen by leaving out one time before treatment after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.synthetic.control import checked_outcomes
from toolkit.stats.synthetic.weights import evenness_of, nearest_mixture

PENALTIES = 20
SMALLEST_PART = 1e-8
"""The least penalty, as a part of the largest, which is the first singular value squared (the authors' own range)."""
FEWEST_TIMES = 3


@dataclass(frozen=True, slots=True)
class AugmentedControl(Shown):
    """The mixture, what augmentation made of it, and by how much the treated unit parted from it.

    Attributes
    ----------
    mixture : ndarray, shape (d,)
        Weights of donors before augmentation: none below 0, adding to 1.
    weights : ndarray, shape (d,)
        Those after it: they add to 1, and may be below 0.
    gaps : ndarray, shape (t,)
        The treated unit less the weighted donors (less `shift`) at every time.
    shift
        The constant by which the unit lies above the donors before.
    before_rmse, mixture_rmse
        Root mean square of the gaps before treatment, with and without augmentation.
    penalty
        The ridge penalty chosen; infinite where augmentation promised nothing, or too few times were there to see.
    penalties, errors : ndarray, shape (p,)
        The penalties tried, the largest first, and the mean squared error at the times left out with each.
    """

    mixture: Floats
    weights: Floats
    gaps: Floats
    shift: float
    before_rmse: float
    mixture_rmse: float
    penalty: float
    penalties: Floats
    errors: Floats

    @property
    def is_augmented(self) -> bool:
        """Whether augmentation changed the mixture."""
        return bool(np.isfinite(self.penalty))

    @property
    def rests_on(self) -> float:
        """As many donors, all counting alike, the mixture is worth."""
        return float(1 / (self.mixture**2).sum())


def augmented_control(
    outcomes: ArrayLike, treated: int, before: int, *, evened: bool = True, augmented: bool = True
) -> AugmentedControl:
    """Return the synthetic control of one unit by how outcomes moved around their mean before treatment.

    Parameters
    ----------
    outcomes : array_like, shape (t, u)
        By time and unit; whole.
    treated, before
        Which column was treated, and how many of the first times came before.
    evened
        Whether the most even of mixtures about as near is taken (`evenness_of`): with few times before, many are
        equally near, and the sparse one found first is as noisy as its few donors.
    augmented
        Whether to augment; with fewer than three times before there is nothing to choose the penalty by, and none is.

    Raises
    ------
    InputError
        As of `synthetic_control`.
    """
    values = checked_outcomes(outcomes, treated, before)
    unit, donors = values[:, treated], np.delete(values, treated, axis=1)
    mixture = _mixture(unit[:before], donors[:before], evened)
    target, sources = _moved(unit[:before], donors[:before])
    penalty, penalties, errors = float("inf"), np.array([np.inf]), np.array([np.nan])
    if augmented and before >= FEWEST_TIMES:
        penalties = _penalties(sources)
        errors = _errors(unit[:before], donors[:before], penalties, evened)
        penalty = _largest_as_good(penalties, errors)
        errors = errors.mean(axis=0)
    weights = mixture + _augmentation(target, sources, mixture, np.array([penalty]))[0]
    gaps, shift = _gaps(unit, donors, weights, before)
    plain, _ = _gaps(unit, donors, mixture, before)
    return AugmentedControl(
        mixture=mixture,
        weights=weights,
        gaps=gaps,
        shift=shift,
        before_rmse=float(np.sqrt(np.mean(gaps[:before] ** 2))),
        mixture_rmse=float(np.sqrt(np.mean(plain[:before] ** 2))),
        penalty=penalty,
        penalties=penalties,
        errors=errors,
    )


def _mixture(unit: Floats, donors: Floats, evened: bool) -> Floats:
    evenness = evenness_of(donors) if evened and len(unit) > 1 else 0.0
    return nearest_mixture(unit - unit.mean(), donors - donors.mean(axis=0), evenness=evenness)


def _moved(unit: Floats, donors: Floats) -> tuple[Floats, Floats]:
    """Return how the unit and each donor moved around their own mean, less what the mean donor did at each time."""
    around = donors - donors.mean(axis=0)
    usual = around.mean(axis=1)
    return unit - unit.mean() - usual, around - usual[:, None]


def _augmentation(target: Floats, sources: Floats, mixture: Floats, penalties: Floats) -> Floats:
    """Return what augmentation adds to the weights, shape (p, d): the ridge regression's own weights for what is left.

    With X the donors' moves (k, d) and r what the mixture leaves of the unit's, r' (X X' + penalty I)^-1 X.
    """
    values, vectors = np.linalg.eigh(sources @ sources.T)
    left = vectors.T @ (target - sources @ mixture)
    shrunk = left / (np.maximum(values, 0.0) + penalties[:, None])
    return np.asarray((shrunk @ vectors.T) @ sources, dtype=np.float64)


def _penalties(sources: Floats) -> Floats:
    largest = float(np.linalg.norm(sources, 2) ** 2)
    if largest <= 0:
        return np.array([np.inf])
    return np.append(np.inf, largest * np.geomspace(1.0, SMALLEST_PART, PENALTIES))


def _errors(unit: Floats, donors: Floats, penalties: Floats, evened: bool) -> Floats:
    """Return the squared error at each time left out (rows) with each penalty (columns)."""
    rows = []
    for time in range(len(unit)):
        kept = np.arange(len(unit)) != time
        own, others = unit[kept], donors[kept]
        mixture = _mixture(own, others, evened)
        target, sources = _moved(own, others)
        weights = mixture + _augmentation(target, sources, mixture, penalties)
        away = unit[time] - own.mean() - weights @ (donors[time] - others.mean(axis=0))
        rows.append(away**2)
    return np.array(rows)


def _largest_as_good(penalties: Floats, errors: Floats) -> float:
    """Return the largest penalty whose error is within one standard error of the least: the authors' own choice."""
    mean = errors.mean(axis=0)
    least = int(np.argmin(mean))
    se = float(errors[:, least].std(ddof=1) / np.sqrt(len(errors)))
    return float(penalties[mean <= mean[least] + se].max())


def _gaps(unit: Floats, donors: Floats, weights: Floats, before: int) -> tuple[Floats, float]:
    apart = unit - donors @ weights
    shift = float(apart[:before].mean())
    return apart - shift, shift
