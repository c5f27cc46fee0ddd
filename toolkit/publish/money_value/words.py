"""The value of money in words: ranges, who saves and when; an average cost is never called money set free."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd

from toolkit.value.costs import Costs
from toolkit.value.ranges import Range
from toolkit.value.worth import CostPerReferral, Quantity, Worth, break_even
from toolkit.wording.numbers import MINUS, pounds
from toolkit.wording.years import financial_year

AVERAGE_COST = "An average cost is what such work costs divided by how often it is done. It need not be money paid out."
AVERAGE_IS_NOT_CASH = (
    "Worth is at average cost: what such work costs divided by how often it is done. It is not money set free, for "
    "staff and buildings stay."
)
DRAWN = "Ranges of quantities and worth come from {draws:,} draws (seed {seed}) of all that is not exactly known."
BY_ENDS = "The cost of each one avoided is reckoned from the ends of the ranges."
NO_CASH = "Nothing entered here would set money free."
NO_NUMBER = "This result says of no number of referrals avoided, so no value is put on it."
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
    if came_on_top(worth):
        return _on_top_in_words(worth)
    return (
        f"The money, {worth.costs.what}: {_range(money)} in prices of {financial_year(worth.costs.price_year)}.",
        f"{avoided.unit.capitalize()} in {avoided.months} months: about {_fewer(avoided.estimate)} than were to be "
        f"expected, between {_fewer(avoided.low)} and {_fewer(avoided.high)}.",
        f"{cost_per_referral_in_words(worth.cost_per_referral, avoided.unit)} {BY_ENDS}",
        f"At average cost that is worth {_rounded(worth.average.central)}, between {_rounded(worth.average.low)} and "
        f"{_rounded(worth.average.high)}{_below_nought(worth.average)}. {AVERAGE_IS_NOT_CASH}",
        _cash(worth),
        *break_even_in_words(worth.costs, avoided.unit, expected=avoided.expected),
        DRAWN.format(draws=worth.draws, seed=worth.seed),
    )


def came_on_top(worth: Worth) -> bool:
    """Whether all that the data fit is that none were avoided, or more came."""
    return worth.avoided.high <= 0


def _on_top_in_words(worth: Worth) -> tuple[str, ...]:
    """Return what more referrals cost beside the money: none were avoided, so nothing was worth anything."""
    money, avoided, cost = worth.costs.money, worth.avoided, worth.average
    cash = worth.cash
    lines = [
        f"The money, {worth.costs.what}: {_range(money)} in prices of {financial_year(worth.costs.price_year)}.",
        f"More {avoided.unit} came in {avoided.months} months than were to be expected: about "
        f"{_number(-avoided.estimate)} more, between {_number(-avoided.high)} and {_number(-avoided.low)}.",
        "None were avoided, so there is no worth to set against the money, and no cost of one avoided.",
        f"At average cost they cost about {_rounded(-cost.central)} on top of the money, between "
        f"{_rounded(max(-cost.high, 0.0))} and {_rounded(-cost.low)}. {AVERAGE_COST}",
    ]
    if worth.break_even_cash is not None:
        ends = f"between {_rounded(max(-cash.high, 0.0))} and {_rounded(-cash.low)}"
        lines.append(f"Of that, paid out: {_rounded(-cash.central)}, {ends}.")
    return (*lines, DRAWN.format(draws=worth.draws, seed=worth.seed))


def money_in_words(held: float, costs: Costs) -> str:
    """Return the money entered beside that on record, where they part."""
    return (
        f"The file of costs says {_range(costs.money)}; the result's own records hold {pounds(held)} of this money. "
        "Find out which it is before you quote a figure."
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
        if expected and needed > expected:
            lines.append(
                f"The money cannot come back {what}: it would take {math.ceil(needed):,} {unit} that do not come, and "
                f"about {expected:,.0f} were to be expected in all."
            )
            continue
        part = f", {_share(needed / expected)} of all that were to be expected" if expected else ""
        lines.append(f"The money comes back {what} where {math.ceil(needed):,} {unit} do not come{part}.")
    return tuple(lines)


def quantities_table(worth: Worth) -> pd.DataFrame:
    """Return one row a consequence: how many fewer, their worth, who saves and when; how many more, where more came."""
    if came_on_top(worth):
        return _on_top_table(worth)
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


def quantities_title(worth: Worth) -> str:
    """Return what `quantities_table` stands under."""
    return "What came on top, and who pays" if came_on_top(worth) else "What did not follow, who saves and when"


def _on_top_table(worth: Worth) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "What": one.consequence.name,
                "More": _turned(one.count, _number),
                "Cost on top": _turned(one.worth, _rounded),
                "Who pays": one.consequence.who,
                "When": one.consequence.when,
                "Source": f"{one.consequence.cost.source}; {one.consequence.per_referral_source}",
            }
            for one in worth.quantities
        ]
    )


def _turned(given: Range, written: Callable[[float], str]) -> str:
    """Return a range of how many fewer, none of them above 0, as one of how many more."""
    low = max(-given.high, 0.0)  # an end of the draws may lie a hair above
    return f"{written(-given.central + 0.0)} ({written(low)} to {written(-given.low + 0.0)})"


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


def _fewer(value: float) -> str:
    """Return how many fewer came, or how many more."""
    written = _number(abs(value))
    return "no fewer" if written == "0.0" else f"{written} {'fewer' if value > 0 else 'more'}"


def _below_nought(worth: Range) -> str:
    return " (below nought: more came, at that cost)" if worth.low < 0 else ""


def _number(value: float) -> str:
    written = f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.1f}"
    return written.replace("-", MINUS)


def _share(part: float) -> str:
    return f"{100 * part:,.1f}%" if part < 0.1 else f"{100 * part:,.0f}%"
