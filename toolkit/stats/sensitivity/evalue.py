"""The E-value: how strongly a hidden cause must be tied to treatment and outcome both to explain an effect away.

VanderWeele and Ding (2017), Annals of Internal Medicine 167, 268-274. The conversions of odds and hazard ratios with
a common outcome are from there and VanderWeele (2020), Biometrics 76, 746-752. The bounding
factor is that of Ding and VanderWeele (2016), Epidemiology 27, 368-377.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.errors import InputError, did_you_mean
from toolkit.stats.notes.shown import Shown
from toolkit.stats.sample.aligned import aligned
from toolkit.stats.sample.binary import zero_one
from toolkit.stats.sample.numbers import checked_weights

MEASURES = ("ratio", "rate_ratio", "odds_ratio", "hazard_ratio")


@dataclass(frozen=True, slots=True)
class EValue(Shown):
    """How strong a hidden cause would have to be.

    Attributes
    ----------
    ratio, low, high : float
        The effect as a risk ratio, and the ends of its interval; not a number where none was given.
    point : float
        The E-value of the estimate, 1 or more.
    limit : float
        The E-value of the end of the interval that is nearer to no effect; 1 where the interval holds no effect.
        Not a number where no interval was given.
    """

    ratio: float
    low: float
    high: float
    point: float
    limit: float

    def summary(self) -> str:
        """Return what it means, in plain words."""
        if self.point <= 1.0:
            return "There is no effect to explain away."
        first = (
            "A hidden cause could explain the whole effect only if it went with treatment and with the outcome at "
            f"least {self.point:.2f} times as strongly each, beyond what has been allowed for."
        )
        if math.isnan(self.limit):
            return first
        if self.limit <= 1.0:
            return f"{first} The interval already holds no effect, so no hidden cause is needed."
        return f"{first} One of {self.limit:.2f} times each could move the interval to hold no effect."


def e_value(
    ratio: float,
    low: float = math.nan,
    high: float = math.nan,
    *,
    measure: str = "ratio",
    is_rare: bool = False,
    reference: float = 1.0,
) -> EValue:
    """Return the E-value of a ratio, and of the end of its interval nearer to no effect.

    Parameters
    ----------
    ratio : float
        The estimate, above 0.
    low, high : float
        The ends of its interval, both or neither.
    measure : {"ratio", "rate_ratio", "odds_ratio", "hazard_ratio"}
        What the numbers are. Odds and hazard ratios are turned into risk ratios first.
    is_rare : bool
        Whether fewer than about 15 in 100 have the outcome by the end of follow-up: odds and hazard ratios are then
        taken as risk ratios as they are.
    reference : float
        The risk ratio to explain the effect away to; 1 is no effect.

    Returns
    -------
    EValue
        Of the estimate and of its interval.

    Raises
    ------
    InputError
        When a number is not above 0, the interval does not hold the estimate, or the measure is not known.

    Examples
    --------
    >>> round(e_value(3.9, 1.8, 8.7).point, 2), round(e_value(3.9, 1.8, 8.7).limit, 2)
    (7.26, 3.0)
    """
    if measure not in MEASURES:
        raise InputError(f'There is no measure "{measure}". {did_you_mean(measure, MEASURES)}')
    has_interval = not (math.isnan(low) and math.isnan(high))
    numbers = {"ratio": ratio, "reference": reference} | ({"low": low, "high": high} if has_interval else {})
    wrong = [f"{name} is {value:g}" for name, value in numbers.items() if not 0 < value < math.inf]
    if wrong:
        raise InputError(f"{', '.join(wrong)}. Give ratios above 0, and both ends of the interval or neither.")
    if has_interval and not low <= ratio <= high:
        raise InputError(f"The interval {low:g} to {high:g} does not hold the estimate {ratio:g}.")
    as_risk, low, high = (_risk_ratio(value, measure, is_rare) for value in (ratio, low, high))
    limit = _of(_nearest_to(reference, as_risk, low, high) / reference) if has_interval else math.nan
    return EValue(ratio=as_risk, low=low, high=high, point=_of(as_risk / reference), limit=limit)


def e_value_of_difference(difference: float, baseline: float, low: float = math.nan, high: float = math.nan) -> EValue:
    """Return the E-value of a risk difference, made a ratio over the risk without treatment.

    Parameters
    ----------
    difference, low, high : float
        The risk difference and the ends of its interval, as shares (0.05, not 5).
    baseline : float
        The risk without treatment, a share. It is taken as known: its own error is not allowed for.

    Returns
    -------
    EValue
        Of the ratio of the two risks, and of its interval.

    Raises
    ------
    InputError
        When the baseline is not a share above 0, or the risk with treatment would be below 0 or above 1.

    Notes
    -----
    An end of the interval beyond what a risk can be is brought back to it; only the end nearer to no effect counts.
    """
    if not 0 < baseline < 1:
        raise InputError(f"baseline is {baseline:g}. Give the risk without treatment as a share between 0 and 1.")
    if not 0 < baseline + difference <= 1:
        raise InputError(
            f"A difference of {difference:g} from a risk of {baseline:g} gives {baseline + difference:g}, which is no "
            "risk above 0. Give both as shares."
        )
    smallest = min(1e-9, (baseline + difference) / 2)
    ends = [end if math.isnan(end) else min(max(baseline + end, smallest), 1.0) / baseline for end in (low, high)]
    return e_value((baseline + difference) / baseline, ends[0], ends[1])


def bounding_factor(with_treatment: float, with_outcome: float) -> float:
    """Return the most by which a hidden cause of such strengths can have moved a risk ratio.

    Parameters
    ----------
    with_treatment, with_outcome : float
        Risk ratios, 1 or more: of the hidden cause between the arms, and of the outcome by the hidden cause.

    Returns
    -------
    float
        The factor, 1 or more: a risk ratio divided by it is what the hidden cause could leave of it.

    Raises
    ------
    InputError
        When a strength is below 1.

    Examples
    --------
    >>> round(bounding_factor(2.0, 2.0), 3)
    1.333
    """
    if min(with_treatment, with_outcome) < 1:
        raise InputError(
            f"The strengths are {with_treatment:g} and {with_outcome:g}. Give risk ratios of 1 or more; turn one "
            "below 1 over."
        )
    return with_treatment * with_outcome / (with_treatment + with_outcome - 1)


@dataclass(frozen=True, slots=True)
class Strength(Shown):
    """How strongly something recorded, of yes or no, goes with treatment and with the outcome.

    Attributes
    ----------
    with_treatment : float
        How many times as common it is in one arm as in the other, 1 or more.
    with_outcome : float
        How many times as common the outcome is with it as without, in the arm where that is more; 1 or more.
    factor : float
        The most by which leaving it out could move a risk ratio.
    """

    with_treatment: float
    with_outcome: float
    factor: float

    def summary(self, name: str = "It") -> str:
        """Return what it means, in plain words."""
        return (
            f"{name} is {self.with_treatment:.1f} times as common in one arm as in the other and goes with an outcome "
            f"{self.with_outcome:.1f} times as common: left out, it could have moved the ratio up to "
            f"{self.factor:.2f} times."
        )


def observed_strength(
    outcome: ArrayLike, treated: ArrayLike, has: ArrayLike, weights: ArrayLike | None = None
) -> Strength:
    """Return the strength of something recorded, to set beside an E-value.

    Take it from the sample before matching: after it, what was matched on is as common in both arms.

    Parameters
    ----------
    outcome, treated, has : array_like of 0 and 1, shape (n,)
        The outcome, the arm, and whether a row has the thing.
    weights : array_like, shape (n,), optional
        Of rows.

    Returns
    -------
    Strength
        With treatment and with the outcome, and the most both can have moved a risk ratio.

    Raises
    ------
    InputError
        When all or none of an arm have it, so that no ratio can be formed.
    """
    outcome, treated, has, weights = aligned(outcome=outcome, treated=treated, has=has, weights=weights)
    event, arm, there = zero_one(outcome, "outcome"), zero_one(treated, "treated"), zero_one(has, "has")
    load = np.ones(len(event)) if weights is None else checked_weights(weights)
    if not len(event) == len(arm) == len(there) == len(load):
        raise InputError(
            f"There are {len(event)} outcomes, {len(arm)} arms, {len(there)} of the rest and {len(load)} weights. Give "
            "one a row."
        )
    cells = [(arm == side) & (there == value) & (load > 0) for side in (0, 1) for value in (0, 1)]
    if not all(cell.any() for cell in cells):
        raise InputError("All or none of an arm have it, so its strength cannot be told. Leave it out.")
    common = [float(np.average(there[arm == side], weights=load[arm == side])) for side in (0, 1)]
    with_treatment = max(common[1] / common[0], common[0] / common[1])
    ratios = [1.0]
    for side in (0, 1):
        risks = [
            float(np.average(event[mine], weights=load[mine]))
            for mine in ((arm == side) & (there == 0), (arm == side) & (there == 1))
        ]
        if min(risks) > 0:
            ratios.append(max(risks[1] / risks[0], risks[0] / risks[1]))
    return Strength(with_treatment, max(ratios), bounding_factor(with_treatment, max(ratios)))


def _of(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))


def _nearest_to(reference: float, ratio: float, low: float, high: float) -> float:
    """Return the end of the interval between the estimate and the reference, or the reference where it is inside."""
    if low <= reference <= high:
        return reference
    return low if ratio > reference else high


def _risk_ratio(value: float, measure: str, is_rare: bool) -> float:
    if is_rare or measure in ("ratio", "rate_ratio") or math.isnan(value):
        return value
    if measure == "odds_ratio":
        return math.sqrt(value)
    root = math.sqrt(value)
    return float((1 - 0.5**root) / (1 - 0.5 ** (1 / root)))
