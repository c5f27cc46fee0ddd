"""Whether one group's counts stepped beside all others': what a change of recording in one place looks like.

Given all counts of a period, a group's are binomial, so that whatever moves every group alike (seasons, shocks) is no
step. How much a group's part wanders of itself is read from one period to the next, which a single step hardly moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats, Integers
from toolkit.stats.notes.shown import Shown

FEWEST_EACH_SIDE = 3
"""Periods on either side of a step: two alone make a bad season a step."""


@dataclass(frozen=True, slots=True)
class Step(Shown):
    """The largest step of one group.

    Attributes
    ----------
    group, period : int
        Which group, and the first period after the step.
    ratio : float
        The group's rate beside the others' after the step, over that before it.
    z : float
        How large the step is, in its standard errors.
    p_value : float
        Of a step so large at any period of any group, where none has one.
    """

    group: int
    period: int
    ratio: float
    z: float
    p_value: float


def largest_steps(counts: Floats, exposure: Floats) -> tuple[Step, ...]:
    """Return each group's largest step, in their order; none with too few periods or groups.

    Parameters
    ----------
    counts, exposure : ndarray, shape (g, t)
        By group and period; exposure above 0.

    Returns
    -------
    tuple of Step
        One a group, or none.

    Raises
    ------
    InputError
        When shapes differ or an exposure is 0.

    Notes
    -----
    The largest of standardised differences of means before and after, as in Page's problem of one change
    (Hawkins, 1977, Journal of the American Statistical Association 72, 180-186); its p-value by Bonferroni over periods
    and groups, which is never too small.
    """
    if counts.shape != exposure.shape or counts.ndim != 2 or not (exposure > 0).all():
        raise InputError(
            "Counts and exposure must be one table of groups by periods each, with every exposure above 0."
        )
    groups, periods = counts.shape
    places = np.arange(FEWEST_EACH_SIDE, periods - FEWEST_EACH_SIDE + 1)
    if groups < 2 or not len(places):
        return ()
    found = [_largest(counts, exposure, group, places) for group in range(groups)]
    return tuple(
        Step(group, period, ratio, z, float(min(1.0, 2 * stats.norm.sf(abs(z)) * groups * len(places))))
        for group, (period, ratio, z) in enumerate(found)
    )


def _largest(counts: Floats, exposure: Floats, group: int, places: Integers) -> tuple[int, float, float]:
    total, own = counts.sum(axis=0), counts[group]
    beside = exposure[group] / (exposure.sum(axis=0) - exposure[group])
    level = own.sum() / max(float(((total - own) * beside).sum()), 1e-9)
    chance = level * beside / (1 + level * beside)
    vary = np.maximum(total * chance * (1 - chance), 1e-9)
    left = (own - total * chance) / np.sqrt(vary)
    spread = max(1.0, float(np.mean(np.diff(left) ** 2) / 2))
    weight, sums = np.cumsum(vary), np.cumsum(own - total * chance)
    before, after = weight[places - 1], weight[-1] - weight[places - 1]
    change = (sums[-1] - sums[places - 1]) / after - sums[places - 1] / before
    z = change / np.sqrt(spread * (1 / before + 1 / after))
    at = int(np.abs(z).argmax())
    period = int(places[at])
    return period, _ratio(own, total - own, beside, period), float(z[at])


def _ratio(own: Floats, others: Floats, beside: Floats, period: int) -> float:
    sides = [
        (own[side].sum() + 0.5) / ((others * beside)[side].sum() + 0.5) for side in (slice(period, None), slice(period))
    ]
    return float(sides[0] / sides[1])
