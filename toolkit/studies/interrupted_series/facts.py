"""The single figures of an interrupted series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from toolkit.studies.facts import WHERE_KNOWN, Facts, made_of, plain_fields


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The latest quarters, up to four, beside the same ones a year before.

    Attributes
    ----------
    first_month, last_month
        Of the latest quarters: "April 2011".
    referrals, referrals_year_before
        Counted in them, and in the same months a year before.
    """

    first_month: str
    last_month: str
    referrals: int
    referrals_year_before: int


@dataclass(frozen=True, slots=True)
class SeriesFacts(Facts):
    """How long the series is and how well it can be fitted.

    Attributes
    ----------
    source
        ``published`` (the report's quarters) or ``store``.
    money_from
        The day the money came, as ISO 8601.
    quarters, quarters_before, quarters_after
        Quarters counted; those that end before that day, and the others.
    exposure
        What referrals are counted over, in words.
    lowest_quarter, highest_quarter
        Referrals in the quarter with the fewest and the most; ``None`` without quarters.
    year_before
        The latest year beside the one before; ``None`` where the series is too short.
    missing
        Why the series cannot be fitted, a sentence each; empty where it can.
    dispersion, autocorrelation, lags, degrees_of_freedom
        Of the fit: variance beside a Poisson count's, of neighbouring residuals, quarters of memory the interval allows
        for, and its degrees of freedom; ``None`` without a fit.
    memory
        The share of a shock still there a quarter later; ``None`` without a fit and in results of before it was
        measured.
    smallest_visible_ratio
        The smallest jump, as a ratio, that would mostly stand out; ``None`` without a fit.
    """

    source: str
    money_from: str
    quarters: int
    quarters_before: int
    quarters_after: int
    exposure: str
    lowest_quarter: int | None
    highest_quarter: int | None
    year_before: YearBefore | None
    missing: tuple[str, ...] = ()
    dispersion: float | None = field(default=None, metadata=WHERE_KNOWN)
    autocorrelation: float | None = field(default=None, metadata=WHERE_KNOWN)
    memory: float | None = field(default=None, metadata=WHERE_KNOWN)
    lags: int | None = field(default=None, metadata=WHERE_KNOWN)
    degrees_of_freedom: int | None = field(default=None, metadata=WHERE_KNOWN)
    smallest_visible_ratio: float | None = field(default=None, metadata=WHERE_KNOWN)

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
        before = found.get("year_before")
        return made_of(cls, {**found, "year_before": before if before is None else made_of(YearBefore, before)})
