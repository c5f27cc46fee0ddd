"""The keys of a protocol's ``[reach_areas]`` table."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from toolkit.studies.protocol import Spec
from toolkit.tables.open_cases import WhileOpen


class ReachAreasSpec(Spec):
    """The keys of ``[reach_areas]``."""

    programmes: tuple[str, ...] = Field(
        min_length=1, description="The money asked about: names of programmes in the table of investments."
    )
    money_from: date | None = Field(
        None, description="The day the money began; the first day it has for any reach area, where not given."
    )
    child_under_months: int = Field(60, ge=1, le=216, description="Children younger than this count.")
    counts: Literal["families", "referrals"] = Field(
        "families",
        description="What is counted in the main answer: families with such a referral, each once a quarter, or every "
        "referral of a child. The other is given beside it.",
    )
    referrals_while_open: WhileOpen = Field(
        "count", description="Whether referrals received while a case of the child was open count as referrals."
    )
    lag_quarters: int = Field(
        1, ge=0, le=4, description="Quarters from the money on before it can work: they are left out."
    )
    min_quarters_before: int = Field(8, ge=4, description="Quarters needed before the money.")
    min_quarters_after: int = Field(3, ge=2, description="Quarters needed once it can work.")
    min_dose_spread: float = Field(
        0.1, gt=0, lt=1, description="How much money for each child must differ between areas, as a part of its mean."
    )
    min_worth: float = Field(
        4.0, ge=2, description="As many areas, all telling alike, the answer must rest on: else it rests on too few."
    )
    trend_margin: float = Field(
        0.1, gt=0, lt=1, description="How far areas may have moved apart by their dose beforehand, to count as alike."
    )
    step_level: float = Field(
        0.01, gt=0, lt=0.2, description="How rarely a district's counts step so by chance, for it to be a break."
    )
    months_each_side: int = Field(
        12, ge=6, le=36, description="Months before and after a centre opened that are compared."
    )
    min_openings: int = Field(
        8, ge=2, description="Areas whose centre opened, and areas whose had not, that must be there to be compared."
    )
    margin: float = Field(0.05, gt=0, lt=1, description="A change of the number of referrals too small to matter.")
