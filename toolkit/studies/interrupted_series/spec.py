"""The keys of a protocol's ``[interrupted_series]`` table."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from toolkit.studies.protocol import Spec

if TYPE_CHECKING:
    pass


class SeriesSpec(Spec):
    """The keys of ``[interrupted_series]``."""

    source: Literal["published", "store"] = Field(description="The report's own quarters, or a store's referrals.")
    money_from: date = Field(description="The day the money began; its quarter is the first one after.")
    slope_change: bool = Field(False, description="Whether the trend may change too, beside the level.")
    harmonics: Literal[1] | None = Field(None, description="One wave a year in place of a level for each quarter.")
    steps: tuple[date, ...] = Field(
        (), description="Days of other lasting changes to allow for, from their quarter on."
    )
    min_quarters_before: int = Field(8, ge=2, description="Quarters needed before the money.")
    min_quarters_after: int = Field(4, ge=1, description="Quarters needed from the money on.")
    event_window: int = Field(2, ge=0, description="Quarters either side of the money in which nothing else may fall.")
    max_dispersion: float = Field(3.0, ge=1, description="How many times the variation of chance is still quiet.")
