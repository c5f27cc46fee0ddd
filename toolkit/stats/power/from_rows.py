"""What a matched or weighted sample could show, read from its rows before any outcome after treatment is looked at.

How alike rows of a centre and of a family are is measured on an outcome of the same kind from before time zero (the
referrals of the year before, say).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError
from toolkit.stats.arrays.types import AnyArray, Floats, Integers
from toolkit.stats.power.matched import Design
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.binary import zero_one
from toolkit.stats.sample.codes import group_codes
from toolkit.stats.sample.numbers import numbers_of
from toolkit.stats.variance.intraclass import intraclass_correlation, repeats


def design_from_rows(
    treated: ArrayLike,
    cluster: ArrayLike,
    before: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    family: ArrayLike | None = None,
    baseline: float | None = None,
    effect_sd: float = 0.0,
    set_size: float = 0.0,
    set_correlation: float = 0.0,
    r_squared: float = 0.0,
) -> Design:
    """Return the design of a matched or weighted sample.

    Parameters
    ----------
    treated : array_like of 0 and 1, shape (n,)
        The arm.
    cluster : array_like, shape (n,)
        Centre or reach area.
    before : array_like of 0 and 1, shape (n,)
        The outcome, or one like it, over as long a time before time zero.
    weights : array_like, shape (n,), optional
        Of rows. Unequal weights count as fewer rows (Kish: the square of their sum over the sum of their squares).
    family : array_like, shape (n,), optional
        Whom a row is of, where one family has several.
    baseline : float, optional
        The share with the outcome without treatment; that of the comparison rows before where not given.
    effect_sd, set_size, set_correlation, r_squared : float
        As in `Design`: they cannot be read from before treatment. What was matched on looks alike in sets for that
        reason alone, so likeness in sets is not measured here; 0 is on the safe side.

    Returns
    -------
    Design
        Ask it for `power`, `detectable`, `rows_needed` and `clusters_needed`.

    Raises
    ------
    InputError
        When lengths differ, an arm is empty, or a number cannot be.
    """
    treated, cluster, before, weights, family = aligned(
        treated=treated, cluster=cluster, before=before, weights=weights, family=family
    )
    arm, earlier = zero_one(treated, "treated") == 1, zero_one(before, "before")
    load = np.ones(len(arm)) if weights is None else numbers_of(weights, "weights").reshape(-1)
    places = group_codes(cluster, "cluster")
    who = np.arange(len(arm)) if family is None else group_codes(family, "family")
    if {len(arm)} != {len(earlier), len(load), len(places), len(who)}:
        raise InputError("Arm, cluster, outcome before, weights and family are not of the same length. Give one a row.")
    if not (np.isfinite(load) & (load >= 0)).all():
        raise InputError("A weight is missing or below 0. Give weights from 0.")
    sides = [(arm == side) & (load > 0) for side in (True, False)]
    if not all(side.any() for side in sides):
        raise InputError("An arm has no rows, so there is nothing to compare.")
    given, compared = sides
    share = float(np.average(earlier[compared], weights=load[compared])) if baseline is None else baseline
    number = int(places.max()) + 1
    return Design(
        _effective(places[given], load[given], number),
        _effective(places[compared], load[compared], number),
        share,
        icc=_likeness(earlier[compared], places[compared]),
        effect_sd=effect_sd,
        set_size=set_size,
        set_correlation=set_correlation,
        treated_repeats=repeats(who[given]),
        control_repeats=repeats(who[compared]),
        family_correlation=_within(earlier[compared], places[compared], who[compared]),
        r_squared=r_squared,
    )


def _effective(places: Integers, load: Floats, number: int) -> Floats:
    """Return rows by cluster, as many in all as equal weights would need to tell as much."""
    sums = np.bincount(places, weights=load, minlength=number)
    return np.asarray(sums * (load.sum() / (load @ load)), dtype=np.float64)


def _likeness(values: Floats, groups: AnyArray) -> float:
    """Return the likeness within groups, 0 where no group has two rows."""
    sizes = np.unique(groups, return_counts=True)[1]
    return intraclass_correlation(values, groups) if len(sizes) > 1 and sizes.max() > 1 else 0.0


def _within(values: Floats, places: Integers, who: AnyArray) -> float:
    """Return the likeness within families beyond that of their centre."""
    means = np.bincount(places, weights=values) / np.maximum(np.bincount(places), 1)
    return _likeness(values - means[places], who)
