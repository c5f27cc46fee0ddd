"""Rosenbaum's bounds for outcomes of yes or no, in matched pairs or sets of any sizes.

The statistic is the number of treated with the outcome. In a set of n rows, c of them with the outcome and m treated,
the number of treated with it has, in the worst case of a hidden bias of gamma, Fisher's non-central hypergeometric
distribution with odds gamma; with one treated that is a chance of ``gamma c / (gamma c + n - c)``, with pairs
McNemar's test at ``gamma / (1 + gamma)``. Rosenbaum (2002), Observational Studies, chapter 4 (the
Mantel-Haenszel statistic). Sets count as independent; `inflation` widens for sets that share families or centres.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.binary import zero_one
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sensitivity.rosenbaum import GAMMAS, RosenbaumBounds, bounds_of

MOST_EXACT = 2_000
"""With more sets than this that say anything, the normal approximation with a continuity correction is used."""


def mcnemar_bounds(
    treated_only: int,
    control_only: int,
    gammas: Sequence[float] = GAMMAS,
    *,
    side: str = "two-sided",
    alpha: float = 0.05,
    inflation: float = 1.0,
) -> RosenbaumBounds:
    """Return bounds of McNemar's test of matched pairs.

    Parameters
    ----------
    treated_only, control_only : int
        Pairs in which only the treated, or only the control, has the outcome.
    gammas : sequence of float
        Sizes of hidden bias, 1 (none) or more.
    side : {"less", "greater", "two-sided"}
        What is concluded: fewer of the treated have it, more, or either.
    alpha : float
        For the limit.
    inflation : float
        How many times larger the statistic's variance is than if pairs were independent.

    Returns
    -------
    RosenbaumBounds
        The p-values each size of bias allows, and the largest at which the conclusion holds.

    Raises
    ------
    InputError
        When a count is below 0, a gamma below 1, or the side is not known.

    Notes
    -----
    The tail holds the number seen: of 122 pairs, 110 or more. Some programs print the
    tail beyond it.

    Examples
    --------
    >>> mcnemar_bounds(12, 110, [5.0], side="less").high.round(3).tolist()
    [0.023]
    """
    if min(treated_only, control_only) < 0:
        raise InputError(f"There are {treated_only} and {control_only} pairs. Give counts from 0.")
    kinds = _Kinds(np.array([2]), np.array([1]), np.array([1]), np.array([treated_only + control_only]))
    return _bounds("McNemar's test", kinds, treated_only, gammas, side, alpha, inflation)


def mantel_haenszel_bounds(
    outcome: ArrayLike,
    treated: ArrayLike,
    sets: ArrayLike,
    gammas: Sequence[float] = GAMMAS,
    *,
    side: str = "two-sided",
    alpha: float = 0.05,
    inflation: float = 1.0,
) -> RosenbaumBounds:
    """Return bounds of the Mantel-Haenszel test of matched sets: 1:1, k:1, full matching or strata.

    Parameters
    ----------
    outcome : array_like of 0 and 1, shape (n,)
        Whether a row has the outcome.
    treated : array_like of 0 and 1, shape (n,)
        The arm.
    sets : array_like, shape (n,)
        The matched set of a row.
    gammas, side, alpha, inflation
        As in `mcnemar_bounds`.

    Returns
    -------
    RosenbaumBounds
        The p-values each size of bias allows, and the largest at which the conclusion holds.

    Raises
    ------
    InputError
        When an array is not of 0 and 1, lengths differ, or no set's outcomes differ between two arms.
    """
    outcome, treated, sets = aligned(outcome=outcome, treated=treated, sets=sets)
    happened, given = zero_one(outcome, "outcome"), zero_one(treated, "treated")
    codes = group_codes(sets, "sets")
    if not len(happened) == len(given) == len(codes):
        raise InputError(
            f"There are {len(happened)} outcomes, {len(given)} arms and {len(codes)} sets. Give one of each a row."
        )
    sizes = np.bincount(codes)
    events = np.bincount(codes, weights=happened).astype(np.intp)
    arms = np.bincount(codes, weights=given).astype(np.intp)
    says = (events > 0) & (events < sizes) & (arms > 0) & (arms < sizes)
    table, counts = np.unique(np.column_stack([sizes, events, arms])[says], axis=0, return_counts=True)
    kinds = _Kinds(table[:, 0], table[:, 1], table[:, 2], counts)
    seen = int(happened[given == 1][says[codes[given == 1]]].sum())
    return _bounds("Mantel-Haenszel test", kinds, seen, gammas, side, alpha, inflation)


@dataclass(frozen=True, slots=True)
class _Kinds(Shown):
    """Sets alike: rows, rows with the outcome, rows treated, and how many such sets there are."""

    sizes: Integers
    events: Integers
    treated: Integers
    counts: Integers

    def swapped(self) -> _Kinds:
        return _Kinds(self.sizes, self.sizes - self.events, self.treated, self.counts)


def _bounds(
    test: str, kinds: _Kinds, seen: int, gammas: Sequence[float], side: str, alpha: float, inflation: float
) -> RosenbaumBounds:
    sets = int(kinds.counts.sum())
    if not sets:
        raise InputError("In no set do the outcomes differ, so there is nothing to test.")
    if not inflation >= 1:
        raise InputError(f"inflation is {inflation}. Give 1 or more.")
    without = kinds.swapped()
    treated = int((kinds.treated * kinds.counts).sum())

    def greater(share: float) -> float:
        return _tail(kinds, seen, share / (1 - share), inflation)

    def less(share: float) -> float:
        return _tail(without, treated - seen, share / (1 - share), inflation)

    return bounds_of(test, greater, less, gammas, side, alpha, sets)


def _tail(kinds: _Kinds, seen: int, odds: float, inflation: float) -> float:
    """Return the chance of so many or more treated with the outcome."""
    masses = [_number_treated(*kind, odds) for kind in zip(kinds.sizes, kinds.events, kinds.treated, strict=True)]
    if inflation == 1.0 and kinds.counts.sum() <= MOST_EXACT:
        return _exact_tail(masses, kinds.counts, seen)
    from scipy.special import ndtr

    values = [np.arange(len(mass)) for mass in masses]
    means = np.array([value @ mass for value, mass in zip(values, masses, strict=True)])
    squares = np.array([(value * value) @ mass for value, mass in zip(values, masses, strict=True)])
    mean = float(means @ kinds.counts)
    variance = float((squares - means * means) @ kinds.counts) * inflation
    return float(ndtr((mean - (seen - 0.5)) / math.sqrt(variance)))


def _number_treated(size: int, events: int, treated: int, odds: float) -> Floats:
    """Return the chances of 0, 1, … treated with the outcome in one set (Fisher's non-central hypergeometric)."""
    from scipy.special import gammaln

    number = np.arange(min(events, treated) + 1)
    rest = size - events - treated + number
    possible = rest >= 0
    safe = np.where(possible, rest, 0)
    logs = number * math.log(odds) - gammaln(number + 1) - gammaln(events - number + 1)
    logs = logs - gammaln(treated - number + 1) - gammaln(safe + 1)
    mass = np.where(possible, np.exp(logs - logs[possible].max()), 0.0)
    return np.asarray(mass / mass.sum(), dtype=np.float64)


def _exact_tail(masses: Sequence[Floats], counts: Integers, seen: int) -> float:
    total = np.ones(1)
    for mass, count in zip(masses, counts, strict=True):
        total = np.convolve(total, _power(mass, int(count)))
    return float(min(1.0, total[seen:].sum())) if seen > 0 else 1.0


def _power(mass: Floats, count: int) -> Floats:
    """Return the distribution of a sum of so many alike: a binomial for chances of 0 or 1, else by squares."""
    if len(mass) == 2:
        from scipy import stats

        return np.asarray(stats.binom.pmf(np.arange(count + 1), count, mass[1]), dtype=np.float64)
    result, square = np.ones(1), mass
    while count:
        if count & 1:
            result = np.convolve(result, square)
        square = np.convolve(square, square)
        count >>= 1
    return np.asarray(result, dtype=np.float64)
