"""Whether effects differ between groups: one test over all of them.

An effect that is clear in one group and not in another is no evidence that it differs: the difference itself is
tested, once, over all groups.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.numbers import numbers_of

_SINGULAR = 1e-12
"""Of the largest entry of a covariance: an eigenvalue that is no larger is nought but for rounding."""


@dataclass(frozen=True, slots=True)
class Interaction(Shown):
    """Whether effects differ between groups.

    Attributes
    ----------
    statistic : float
        The F statistic.
    numerator, denominator : float
        Its degrees of freedom; the second may be infinite.
    p_value : float
        Of all effects being the same.
    common : float
        The effect that fits all groups best.
    spread : float
        The largest effect less the smallest.
    alpha : float
        A p-value at most this counts as a difference.
    groups : int
        How many.
    """

    statistic: float
    numerator: float
    denominator: float
    p_value: float
    common: float
    spread: float
    alpha: float
    groups: int

    @property
    def differs(self) -> bool:
        """Whether the data show that the effect differs between groups."""
        return self.p_value <= self.alpha

    def summary(self) -> str:
        """Return what it means, in plain words."""
        if self.differs:
            return f"The effect differs between the {self.groups} groups by more than chance would make it."
        return (
            f"The data do not show that the effect differs between the {self.groups} groups. That is not the same as "
            "showing that it is alike: a difference between groups takes far more data to see than an effect does."
        )


def interaction_test(
    estimates: ArrayLike, covariance: ArrayLike, *, degrees_of_freedom: float = math.inf, alpha: float = 0.05
) -> Interaction:
    """Test that effects in groups are all the same, from their joint covariance.

    Parameters
    ----------
    estimates : array_like, shape (k,)
        One effect a group; ratios as logarithms.
    covariance : array_like, shape (k, k)
        Theirs. Groups that share clusters (families of the same centre) have covariances that are not 0.
    degrees_of_freedom : float
        Of the covariance: clusters less 1, or Satterthwaite's; infinite for a chi-squared test.
    alpha : float
        For `differs`.

    Returns
    -------
    Interaction
        The test, and the effect that fits all groups best.

    Raises
    ------
    InputError
        When there are fewer than two groups, shapes do not fit, there are too few clusters for so many groups, or the
        covariance is singular.

    Notes
    -----
    Wald's test of k - 1 differences; with few clusters as Hotelling's T² (Pustejovsky and Tipton, 2018, Journal of
    Business and Economic Statistics 36, 672-683): ``F = W (df - q + 1) / (df q)`` on q and df - q + 1.
    """
    effects, matrix = numbers_of(estimates, "estimates").reshape(-1), numbers_of(covariance, "covariance")
    groups = len(effects)
    if groups < 2 or matrix.shape != (groups, groups):
        raise InputError(f"There are {groups} effects and a covariance of {matrix.shape}. Give two or more, and k × k.")
    tested = groups - 1
    if degrees_of_freedom <= tested:
        raise InputError(f"{degrees_of_freedom:g} degrees of freedom cannot tell {groups} groups apart. Make fewer.")
    _check_estimated(matrix)
    contrasts = np.column_stack([-np.ones(tested), np.eye(tested)])
    differences = contrasts @ effects
    wald = float(differences @ np.linalg.solve(contrasts @ matrix @ contrasts.T, differences))
    left = degrees_of_freedom - tested + 1
    statistic = wald / tested if math.isinf(left) else wald * left / (degrees_of_freedom * tested)
    weights = np.linalg.solve(matrix, np.ones(groups))
    return _interaction(statistic, tested, left, float(weights @ effects / weights.sum()), effects, alpha)


def _check_estimated(covariance: Floats) -> None:
    """Check that each effect, and each combination of them, has an error of its own."""
    least = float(np.linalg.eigvalsh((covariance + covariance.T) / 2).min())
    if not least > _SINGULAR * float(np.abs(covariance).max()):
        without = np.flatnonzero(~(np.diag(covariance) > _SINGULAR * float(np.abs(covariance).max())))
        which = f"effect {', '.join(str(place + 1) for place in without)} has" if len(without) else "some of them have"
        raise InputError(
            f"The covariance is singular, so these effects cannot be compared: {which} no error of its own, as where "
            "nobody of a group had the outcome. Leave that group out, or put it together with another."
        )


def independent_interaction_test(
    estimates: ArrayLike, se: ArrayLike, degrees_of_freedom: ArrayLike | None = None, *, alpha: float = 0.05
) -> Interaction:
    """Test that effects in groups with nothing in common are all the same.

    Parameters
    ----------
    estimates, se : array_like, shape (k,)
        One effect a group (ratios as logarithms) and its standard error, clustered or not.
    degrees_of_freedom : array_like, shape (k,), optional
        Of each standard error; infinite where not given.
    alpha : float
        For `differs`.

    Returns
    -------
    Interaction
        The test, and the effect that fits all groups best.

    Raises
    ------
    InputError
        When there are fewer than two groups, lengths differ, or a standard error is not above 0.

    Notes
    -----
    Welch's test (1951, Biometrika 38, 330-336); for two groups the t test of the difference with Satterthwaite's
    degrees of freedom. Groups that share clusters are not independent: use `interaction_test`.
    """
    estimates, se, degrees_of_freedom = aligned(estimates=estimates, se=se, degrees_of_freedom=degrees_of_freedom)
    effects, errors = numbers_of(estimates, "estimates").reshape(-1), numbers_of(se, "se").reshape(-1)
    freedom = np.full(len(effects), np.inf)
    freedom = (
        freedom if degrees_of_freedom is None else numbers_of(degrees_of_freedom, "degrees_of_freedom").reshape(-1)
    )
    groups = len(effects)
    if groups < 2 or not groups == len(errors) == len(freedom) or not (errors > 0).all():
        raise InputError(
            f"There are {groups} effects, {len(errors)} standard errors and {len(freedom)} degrees of freedom. Give "
            "two or more of each, standard errors above 0."
        )
    weights = 1 / errors**2
    share = weights / weights.sum()
    common = float(share @ effects)
    between = float(weights @ (effects - common) ** 2) / (groups - 1)
    doubt = float(((1 - share) ** 2 / freedom).sum())
    statistic = between / (1 + 2 * (groups - 2) / (groups**2 - 1) * doubt)
    left = (groups**2 - 1) / (3 * doubt) if doubt > 0 else math.inf
    return _interaction(statistic, groups - 1, left, common, effects, alpha)


def _interaction(
    statistic: float, numerator: float, denominator: float, common: float, effects: Floats, alpha: float
) -> Interaction:
    from scipy.special import chdtrc, fdtrc

    p_value = chdtrc(numerator, statistic * numerator) if math.isinf(denominator) else fdtrc(
        numerator, denominator, statistic
    )  # fmt: skip
    spread = float(effects.max() - effects.min())
    return Interaction(
        statistic=statistic,
        numerator=float(numerator),
        denominator=float(denominator),
        p_value=float(p_value),
        common=common,
        spread=spread,
        alpha=alpha,
        groups=len(effects),
    )
