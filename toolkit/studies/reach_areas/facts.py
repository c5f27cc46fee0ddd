"""The single figures of what money did by reach area."""

from __future__ import annotations

from dataclasses import dataclass, field

from toolkit.studies.facts import WHERE_KNOWN, Facts

Told = tuple[float, float, float]
"""A change as a part of what was to be expected (-0.1: a tenth fewer), with the ends of its 95% interval."""


@dataclass(frozen=True, slots=True)
class ReachAreasFacts(Facts):
    """Which areas and quarters were compared, what they could show, and what they did.

    Attributes
    ----------
    areas, areas_with_money
        Reach areas compared, and those of them that got any of the money.
    quarters_before, quarters_after, quarters_between
        Quarters compared on either side, and those left out because the money could not work yet.
    money_from
        The first day of the quarter it began in, as ISO 8601; ``None`` where it never did.
    child_under_months, lag_quarters, counts
        The protocol's.
    typical_dose, least_dose, most_dose
        Pounds for each child in a quarter: the mean of children in areas that got any, and the ends over all areas.
    worth
        As many areas, all telling alike, the answer rests on; ``None`` without one.
    before, after
        What was counted on either side, in all areas.
    effect
        The change of referrals in an area with the typical dose; ``None`` where there is none.
    smallest_visible
        The smallest fall that would be told from none in four samples of five, as a part of referrals.
    quarters_for_visible
        As many quarters after the money would show a fall of `smallest_wanted`; ``None`` where no number would.
    smallest_wanted
        That fall.
    prevented
        The part of all counted after the money that this makes in the county, each area by its own dose; its ends.
    by_quarter, with_deprivation, within_districts, other_count
        The effect by the ways around the main one.
    ways_agree
        Whether the main way and that by quarter agree on the sign, or that none is shown; ``None`` without both.
    trend, trends_alike
        How far areas moved apart by their dose before, with the ends of its 90% range; whether that is within the
        margin.
    margin, trend_margin
        The protocol's.
    centres_opened, centres_not_yet
        Areas whose centre opened within the records and that are compared, and those they are compared with.
    opening
        What opening did; ``None`` with too few of either kind.
    district_steps
        Districts whose counts stepped on their own.
    elsewhere
        Pounds of the money that no one area got.
    pounds
        Of the money in all that are on record in whole quarters, with `elsewhere`; ``None`` in files of before it was
        kept.
    """

    areas: int
    areas_with_money: int
    quarters_before: int
    quarters_after: int
    quarters_between: int
    money_from: str | None
    child_under_months: int
    lag_quarters: int
    counts: str
    typical_dose: float
    least_dose: float
    most_dose: float
    worth: float | None
    before: int
    after: int
    effect: Told | None
    smallest_visible: float | None
    quarters_for_visible: int | None
    smallest_wanted: float
    prevented: Told | None
    by_quarter: Told | None
    with_deprivation: Told | None
    within_districts: Told | None
    other_count: Told | None
    ways_agree: bool | None
    trend: Told | None
    trends_alike: bool
    margin: float
    trend_margin: float
    centres_opened: int
    centres_not_yet: int
    opening: Told | None
    district_steps: int
    elsewhere: float
    pounds: float | None = field(default=None, metadata=WHERE_KNOWN)
