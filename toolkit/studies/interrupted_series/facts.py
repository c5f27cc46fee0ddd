"""The single figures of an interrupted series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from toolkit.studies.facts import WHERE_KNOWN, Facts, made_of, plain_fields

Told = tuple[float, float, float]
"""A change as a part of what was to be expected (-0.1: a tenth fewer), with the ends of its 95% interval."""

_ONCE_CALLED = {
    "quarters": "periods",
    "quarters_before": "periods_before",
    "quarters_after": "periods_after",
    "lowest_quarter": "lowest",
    "highest_quarter": "highest",
}
"""Names in results of before months could be counted in."""


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The latest year, or as much as has the same months a year before, beside those.

    Attributes
    ----------
    first_month, last_month
        Of the latest: "April 2011".
    referrals, referrals_year_before
        Counted in them, and in the same months a year before.
    """

    first_month: str
    last_month: str
    referrals: int
    referrals_year_before: int


@dataclass(frozen=True, slots=True)
class SeriesFacts(Facts):
    """How long the series is, what it could show, and what it did.

    Attributes
    ----------
    source
        ``published`` (the report's quarters) or ``store``.
    money_from
        The day the money came, as ISO 8601.
    periods, periods_before, periods_after
        Quarters or months counted; those that end before that day, and the others.
    exposure
        What referrals are counted over, in words.
    lowest, highest
        Referrals in the quarter or month with the fewest and the most; ``None`` without any.
    year_before
        The latest year beside the one before; ``None`` where the series is too short.
    missing
        Why the series cannot be fitted, a sentence each; empty where it can.
    by
        ``quarter`` or ``month``.
    child_under_months
        Children younger than this count; ``None`` where all do.
    design
        The way that gives the answer: ``alone``, ``older_children`` or ``neighbours``.
    effect
        The change, by that way; ``None`` where there is none.
    alone
        The change of the county by itself, where that is not the answer; ``None`` where there is none.
    ways_agree
        Whether every way that shows a sign shows the same; ``None`` with one way alone.
    smallest_visible
        The smallest fall that would be told from none in four series of five, as a part, by how the series moved before
        the money; ``None`` where that cannot be known.
    needed, smallest_wanted
        Quarters or months from the money on that would show a fall of so much; ``None`` where no number would.
    typical, typical_year
        How far a quarter's count, and a year's, usually lies from its own trend and season, as a part; ``None`` where
        that cannot be known.
    allowed_for
        Other events and changes that the model has terms for, with their day.
    near
        Those too close to the money to be told from it.
    margin
        The protocol's.
    dispersion, autocorrelation, lags, degrees_of_freedom
        Of the main fit: variance beside a Poisson count's, of neighbouring residuals, periods of memory the interval
        allows for, and its degrees of freedom; ``None`` without a fit.
    memory, memory_allowed_for
        The share of a shock still there a period later, as measured and as allowed for; ``None`` without a fit.
    """

    source: str
    money_from: str
    periods: int
    periods_before: int
    periods_after: int
    exposure: str
    lowest: int | None
    highest: int | None
    year_before: YearBefore | None
    missing: tuple[str, ...] = ()
    by: str = "quarter"
    child_under_months: int | None = None
    design: str = "alone"
    effect: Told | None = None
    alone: Told | None = None
    ways_agree: bool | None = None
    smallest_visible: float | None = None
    needed: int | None = None
    smallest_wanted: float = 0.1
    typical: float | None = None
    typical_year: float | None = None
    allowed_for: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    margin: float = 0.05
    dispersion: float | None = field(default=None, metadata=WHERE_KNOWN)
    autocorrelation: float | None = field(default=None, metadata=WHERE_KNOWN)
    memory: float | None = field(default=None, metadata=WHERE_KNOWN)
    memory_allowed_for: float | None = field(default=None, metadata=WHERE_KNOWN)
    lags: int | None = field(default=None, metadata=WHERE_KNOWN)
    degrees_of_freedom: int | None = field(default=None, metadata=WHERE_KNOWN)

    def to_json(self) -> dict[str, Any]:
        """Return the facts by the keys a bundle's file has for them."""
        before = None if self.year_before is None else plain_fields(self.year_before)
        return plain_fields(self) | {"year_before": before}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self:
        """Return the facts that a bundle's file holds.

        Raises
        ------
        InputError
            Naming what is missing.
        """
        named = {_ONCE_CALLED.get(name, name): value for name, value in found.items()}
        before = named.get("year_before")
        return made_of(cls, {**named, "year_before": before if before is None else made_of(YearBefore, before)})
