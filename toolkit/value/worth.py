"""What the money was worth: referrals that did not come, what they would have brought, and the cost of each avoided.

Two ways of carrying what is not known, each said beside its figure. *Drawn*: quantities and their worth, from draws of
everything at once (the effect normal on either side of its estimate, by its 95% interval; entered ranges triangular).
*By ends*: the cost of each referral avoided, from the ends of the money's and the effect's ranges, because a ratio has
no mean where its denominator may be nought.

A worth is at average cost unless it is entered as cash: fewer assessments do not pay off a social worker.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from toolkit.errors import InputError
from toolkit.stats.arrays.types import Floats
from toolkit.value.costs import Consequence, Costs
from toolkit.value.ranges import Range

DRAWS = 10_000
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Avoided:
    """Referrals that did not come, by a study; below 0 more came.

    Attributes
    ----------
    estimate, low, high
        With the ends of the 95% interval.
    expected
        What would have come without the money.
    unit
        What is counted: "referrals", "referrals of families".
    months
        Over how long.
    """

    estimate: float
    low: float
    high: float
    expected: float
    unit: str
    months: int

    @property
    def crosses_nought(self) -> bool:
        """Whether none avoided is within the interval."""
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class CostPerReferral:
    """The cost of each referral avoided, by ends.

    Attributes
    ----------
    low, central, high
        In pounds; ``None`` for the central one where the estimate is none avoided or more came, and for the high one
        where the interval holds none avoided: then no cost is too high.
    is_any
        Whether any were avoided at all, anywhere in the interval.
    """

    low: float | None
    central: float | None
    high: float | None
    is_any: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """How many of one consequence did not follow, and their worth, with the ends of 95% of draws."""

    consequence: Consequence
    count: Range
    worth: Range


@dataclass(frozen=True, slots=True)
class Swing:
    """How far one input alone moves the worth at average cost less the money.

    Attributes
    ----------
    name
        Of the input.
    at_low, at_high
        The result, in pounds, with the input at its low and its high end and everything else in the middle.
    """

    name: str
    at_low: float
    at_high: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What the money was worth.

    Attributes
    ----------
    avoided, costs
        What it is made of.
    cost_per_referral
        By ends.
    quantities
        One a consequence, drawn.
    average, cash
        Worth of all at average cost, and of those entered as cash alone, in pounds, drawn.
    break_even_average, break_even_cash
        Referrals avoided at which the worth would be the money; ``None`` where a referral avoided is worth nothing.
    swings
        Widest first.
    seed, draws
        Of the draws.
    """

    avoided: Avoided
    costs: Costs
    cost_per_referral: CostPerReferral
    quantities: tuple[Quantity, ...]
    average: Range
    cash: Range
    break_even_average: float | None
    break_even_cash: float | None
    swings: tuple[Swing, ...]
    seed: int
    draws: int


def worth_of(avoided: Avoided, costs: Costs, *, seed: int = 1, draws: int = DRAWS) -> Worth:
    """Return what referrals avoided are worth beside the money.

    Raises
    ------
    InputError
        When the referrals avoided are not finite or out of order, or there are fewer than 100 draws.
    """
    if not (np.isfinite([avoided.low, avoided.high]).all() and avoided.low <= avoided.estimate <= avoided.high):
        raise InputError(
            f"Referrals avoided are {avoided.low}, {avoided.estimate}, {avoided.high}: give them in order."
        )
    if draws < 100:
        raise InputError(f"draws is {draws}. Give 100 or more.")
    generator = np.random.default_rng(seed)
    drawn = _effect_drawn(avoided, generator, draws)
    quantities, totals, cash = [], np.zeros(draws), np.zeros(draws)
    for one in costs.consequences:
        count = drawn * one.per_referral.drawn(generator, draws)
        pounds = count * one.cost.pounds.drawn(generator, draws)
        middle = avoided.estimate * one.per_referral.central
        worth = _ends(pounds, middle * one.cost.pounds.central)
        quantities.append(Quantity(one, _ends(count, middle), worth))
        totals = totals + pounds
        cash = cash + (pounds if one.is_cash else 0.0)
    return Worth(
        avoided=avoided,
        costs=costs,
        cost_per_referral=cost_per_referral(avoided, costs.money),
        quantities=tuple(quantities),
        average=_ends(totals, avoided.estimate * worth_of_one(costs)),
        cash=_ends(cash, avoided.estimate * worth_of_one(costs, cash_alone=True)),
        break_even_average=break_even(costs),
        break_even_cash=break_even(costs, cash_alone=True),
        swings=swings(avoided, costs),
        seed=seed,
        draws=draws,
    )


def cost_per_referral(avoided: Avoided, money: Range) -> CostPerReferral:
    """Return the cost of each referral avoided, by the ends of the money's and the effect's ranges."""
    if avoided.high <= 0:
        return CostPerReferral(None, None, None, is_any=False)
    return CostPerReferral(
        low=money.low / avoided.high,
        central=money.central / avoided.estimate if avoided.estimate > 0 else None,
        high=money.high / avoided.low if avoided.low > 0 else None,
        is_any=True,
    )


def worth_of_one(costs: Costs, *, cash_alone: bool = False) -> float:
    """Return what one referral avoided is worth in pounds, everything in the middle."""
    counted = (one for one in costs.consequences if one.is_cash or not cash_alone)
    return sum(one.per_referral.central * one.cost.pounds.central for one in counted)


def break_even(costs: Costs, *, cash_alone: bool = False) -> float | None:
    """Return how many referrals avoided would be worth the money; ``None`` where one is worth nothing.

    It rests on no effect, so it may be said of any result, and before there is one.
    """
    one = worth_of_one(costs, cash_alone=cash_alone)
    return costs.money.central / one if one > 0 else None


def swings(avoided: Avoided, costs: Costs) -> tuple[Swing, ...]:
    """Return how far each input alone moves the worth at average cost less the money, widest first; ties by name."""

    def result(effect: float, money: float, shares: list[float], pounds: list[float]) -> float:
        return effect * sum(share * pound for share, pound in zip(shares, pounds, strict=True)) - money

    effect, money = avoided.estimate, costs.money.central
    shares = [one.per_referral.central for one in costs.consequences]
    pounds = [one.cost.pounds.central for one in costs.consequences]
    found = [
        Swing(f"{avoided.unit} avoided", *(result(end, money, shares, pounds) for end in (avoided.low, avoided.high))),
        Swing("the money", *(result(effect, end, shares, pounds) for end in (costs.money.low, costs.money.high))),
    ]
    for place, one in enumerate(costs.consequences):
        for name, middle, ends in (
            (f"{one.name} for each referral", shares, one.per_referral),
            (f"cost of {one.name}", pounds, one.cost.pounds),
        ):
            at = []
            for end in (ends.low, ends.high):
                moved = [*middle[:place], end, *middle[place + 1 :]]
                at.append(result(effect, money, *((moved, pounds) if middle is shares else (shares, moved))))
            found.append(Swing(name, at[0], at[1]))
    moving = [one for one in found if one.at_low != one.at_high]
    return tuple(sorted(moving, key=lambda one: (-abs(one.at_high - one.at_low), one.name)))


def _effect_drawn(avoided: Avoided, generator: np.random.Generator, draws: int) -> Floats:
    """Return draws of referrals avoided: normal, on either side as wide as that side of the interval."""
    z = generator.standard_normal(draws)
    wide = np.where(z < 0, avoided.estimate - avoided.low, avoided.high - avoided.estimate)
    return np.asarray(avoided.estimate + z * wide / Z)


def _ends(drawn: Floats, central: float) -> Range:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Range(float(low), float(central), float(high))
