"""Our estimate beside what others published: how far these data move each, never the other way round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from toolkit.errors import InputError
from toolkit.publish.published_effects.effects import Dose, PublishedEffect
from toolkit.stats.inference.combine import Combined, combine_normal

Likeness = Literal["same", "near", "other"]
NEAR = frozenset({"referrals", "contacts", "children_in_need"})
"""Outcomes that are not one another but move together: how often social care is asked, and how many it works with."""
_REACH = float(stats.norm.isf(0.025))


@dataclass(frozen=True, slots=True)
class Ours:
    """Our own estimate, in the unit of the published ones.

    Attributes
    ----------
    estimate, low, high
        Change of the outcome in per cent for the dose, with the ends of its 95% interval.
    outcome
        Such as ``referrals``.
    dose
        What it is the effect of.
    """

    estimate: float
    low: float
    high: float
    outcome: str
    dose: Dose


@dataclass(frozen=True, slots=True)
class Beside:
    """A published effect beside ours.

    Attributes
    ----------
    published
        The effect.
    likeness
        Whether it is of our outcome and dose (``same``), of our dose and an outcome near ours (``near``), or neither.
    is_within
        Whether its figure lies within our interval; ``None`` where it has no figure or is of another dose or outcome.
    combined
        What its figure becomes with our data, and how far it moved; ``None`` without an interval of its own, for then
        nobody knows how much it weighs, and for any but the same outcome and dose.
    """

    published: PublishedEffect
    likeness: Likeness
    is_within: bool | None
    combined: Combined | None


def beside(ours: Ours, effects: Iterable[PublishedEffect]) -> tuple[Beside, ...]:
    """Return each published effect beside ours, in their order.

    Raises
    ------
    InputError
        When our estimate does not lie between its ends.

    Notes
    -----
    Both are taken to be normal, a standard error being the interval's length over twice 1.96.
    """
    if not ours.low < ours.estimate < ours.high:
        raise InputError(f"Our estimate, {ours.estimate}, must lie between its ends, {ours.low} and {ours.high}.")
    return tuple(_beside(ours, one) for one in effects)


def _beside(ours: Ours, one: PublishedEffect) -> Beside:
    likeness = likeness_of(ours.outcome, ours.dose, one)
    if likeness == "other" or one.estimate is None:
        return Beside(one, likeness, None, None)
    combined = None
    if likeness == "same" and one.low is not None and one.high is not None:
        errors = ((high - low) / (2 * _REACH) for low, high in ((one.low, one.high), (ours.low, ours.high)))
        combined = combine_normal(one.estimate, next(errors), ours.estimate, next(errors))
    return Beside(one, likeness, ours.low <= one.estimate <= ours.high, combined)


def likeness_of(outcome: str, dose: Dose, one: PublishedEffect) -> Likeness:
    """Return how like a published effect is to one of an outcome and dose."""
    if one.dose != dose:
        return "other"
    if one.outcome == outcome:
        return "same"
    return "near" if {one.outcome, outcome} <= NEAR else "other"
