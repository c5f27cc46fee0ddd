"""The value of money in words: ranges, who saves and when; an average cost is never called money set free."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.value.costs import Costs
from toolkit.value.ranges import Range
from toolkit.value.worth import CostPerReferral, Quantity, Worth, break_even
from toolkit.wording.numbers import MINUS, pounds

AVERAGE_IS_NOT_CASH = (
    "Worth is at average cost: what such work costs divided by how often it is done. It is not money set free, for "
    "staff and buildings stay."
)
DRAWN = "Ranges of quantities and worth come from {draws:,} draws (seed {seed}) of all that is not exactly known."
BY_ENDS = "The cost of each one avoided is reckoned from the ends of the ranges."
NO_CASH = "Nothing entered here would set money free."
NO_FIGURE = "This result's verdict lets no figure be told, so no value is put on it."


def cost_per_referral_in_words(cost: CostPerReferral, unit: str) -> str:
    """Return the cost of each referral avoided, with its range or that it has no upper end."""
    if not cost.is_any or cost.low is None:
        return f"All that the data fit is no fewer {unit}: there is no cost of one avoided."
    if cost.high is None:
        return (
            f"Each one avoided cost {_rounded(cost.low)} or more, without an upper end: the data also fit no fewer "
            f"{unit} at all."
        )
    about = f"about {_rounded(cost.central)}, " if cost.central is not None else ""
    return f"Each one avoided cost {about}between {_rounded(cost.low)} and {_rounded(cost.high)}."


def worth_in_words(worth: Worth) -> tuple[str, ...]:
    """Return the value of a result in sentences: only where its effect may be stated."""
    money, avoided = worth.costs.money, worth.avoided
    return (
        f"The money, {worth.costs.what}: {_range(money)} in prices of {_year(worth.costs.price_year)}.",
        f"{avoided.unit.capitalize()} avoided in {avoided.months} months: {_number(avoided.estimate)}, between "
        f"{_number(avoided.low)} and {_number(avoided.high)}.",
        f"{cost_per_referral_in_words(worth.cost_per_referral, avoided.unit)} {BY_ENDS}",
        f"At average cost that is worth {_rounded(worth.average.central)}, between {_rounded(worth.average.low)} and "
        f"{_rounded(worth.average.high)}. {AVERAGE_IS_NOT_CASH}",
        _cash(worth),
        *break_even_in_words(worth.costs, avoided.unit, expected=avoided.expected),
        DRAWN.format(draws=worth.draws, seed=worth.seed),
    )


def break_even_in_words(costs: Costs, unit: str, *, expected: float | None = None) -> tuple[str, ...]:
    """Return how many avoided would be worth the money: it rests on no result, so any reader may have it.

    Parameters
    ----------
    costs
        As entered.
    unit
        What is counted.
    expected
        How many would have come without the money, where that may be told.
    """
    lines = []
    for cash_alone, what in ((False, "at average cost"), (True, "in money set free")):
        needed = break_even(costs, cash_alone=cash_alone)
        if needed is None:
            lines += [] if cash_alone else ["Nothing entered here gives one avoided any worth."]
            continue
        part = f", {_share(needed / expected)} of all that were to be expected" if expected else ""
        lines.append(f"The money comes back {what} where {math.ceil(needed):,} {unit} do not come{part}.")
    return tuple(lines)


def quantities_table(worth: Worth) -> pd.DataFrame:
    """Return one row a consequence: how many fewer, their worth, who saves and when."""
    return pd.DataFrame(
        [
            {
                "What": one.consequence.name,
                "Fewer": f"{_number(one.count.central)} ({_number(one.count.low)} to {_number(one.count.high)})",
                "Worth": _range_of_worth(one),
                "Money set free": "yes" if one.consequence.is_cash else "no: average cost",
                "Who saves": one.consequence.who,
                "When": one.consequence.when,
                "Source": f"{one.consequence.cost.source}; {one.consequence.per_referral_source}",
            }
            for one in worth.quantities
        ]
    )


def figures_table(worth: Worth) -> pd.DataFrame:
    """Return the value as signed numbers, for analysts, where the verdict cannot tell."""
    avoided, cost, average = worth.avoided, worth.cost_per_referral, worth.average
    rows = [
        (f"{avoided.unit.capitalize()} avoided", *map(_number, (avoided.estimate, avoided.low, avoided.high))),
        (
            "Pounds for each avoided",
            *("none" if end is None else _rounded(end) for end in (cost.central, cost.low)),
            "no upper end" if cost.high is None else _rounded(cost.high),
        ),
        (
            "Worth at average cost, not cash",
            *map(_rounded, (average.central, average.low, average.high)),
        ),
    ]
    return pd.DataFrame(rows, columns=["What", "Figure", "From", "To"])


def _cash(worth: Worth) -> str:
    if worth.break_even_cash is None:
        return NO_CASH
    named = "; ".join(f"{one.name}: {one.cash_why}" for one in worth.costs.consequences if one.is_cash)
    low, high = _rounded(worth.cash.low), _rounded(worth.cash.high)
    return f"Of that, money set free: {_rounded(worth.cash.central)}, between {low} and {high} ({named})."


def _range_of_worth(one: Quantity) -> str:
    return f"{_rounded(one.worth.central)} ({_rounded(one.worth.low)} to {_rounded(one.worth.high)})"


def _range(given: Range) -> str:
    if given.is_known:
        return pounds(given.central)
    return f"{pounds(given.central)}, between {pounds(given.low)} and {pounds(given.high)}"


def _rounded(amount: float | None) -> str:
    """Return pounds to two figures: more would claim what nobody knows."""
    if amount is None or amount == 0:
        return pounds(amount)
    places = 1 - math.floor(math.log10(abs(amount)))
    return pounds(round(amount, min(places, 0)))


def _number(value: float) -> str:
    written = f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.1f}"
    return written.replace("-", MINUS)


def _share(part: float) -> str:
    return f"{100 * part:,.1f}%" if part < 0.1 else f"{100 * part:,.0f}%"


def _year(ending: int) -> str:
    return f"{ending - 1}/{ending % 100:02d}"
