"""The keys of a protocol's ``[interrupted_series]`` table."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from toolkit.studies.interrupted_series.periods import By
from toolkit.studies.protocol import Spec

Beside = Literal["older_children", "neighbours"]


class SeriesSpec(Spec):
    """The keys of ``[interrupted_series]``."""

    source: Literal["published", "store"] = Field(description="The report's own quarters, or a store's referrals.")
    by: By = Field("quarter", description="What is counted in: quarters, or months.")
    money_from: date = Field(
        description="The day the money began; the quarter or month it is in is the first one after."
    )
    child_under_months: int | None = Field(
        None, ge=1, le=215, description="Children younger than this count; all under 18 where not given."
    )
    compare_with: tuple[Beside, ...] = Field(
        (),
        description="What the county's counts are set beside: children too old for the centres, up to 17; other "
        "councils' published counts by month. The first of them that there is gives the main answer; with none, the "
        "county stands alone.",
    )
    neighbours: tuple[str, ...] = Field((), description="ONS codes of the councils that are neighbours.")
    slope_change: bool = Field(
        False, description="Whether the trend may change too; the answer is then the average over the time after."
    )
    harmonics: Literal[1, 2] | None = Field(
        None, description="Waves a year (two need months) in place of a level for each quarter or month."
    )
    steps: tuple[date, ...] = Field(
        (), description="Days of other lasting changes to allow for, from their quarter or month on."
    )
    min_quarters_before: int = Field(
        8, ge=2, description="Quarters needed before the money; three times as many months."
    )
    min_quarters_after: int = Field(4, ge=1, description="Quarters needed from the money on.")
    event_window: int = Field(
        2,
        ge=0,
        description="Quarters either side of the money in which another event cannot be told from it. One further off "
        "is allowed for.",
    )
    max_dispersion: float = Field(3.0, ge=1, description="How many times the variation of chance is still quiet.")
    step_level: float = Field(
        0.05, gt=0, lt=0.2, description="How rarely the counts of one source step so by chance, for it to be recording."
    )
    most_plausible: float = Field(
        0.35,
        gt=0,
        lt=1,
        description="A change larger than this part, and hardly by chance, is taken for one of recording.",
    )
    margin: float = Field(0.05, gt=0, lt=1, description="A change of the number of referrals too small to matter.")

    @model_validator(mode="after")
    def _has_what_it_compares(self) -> Self:
        problems = []
        if "older_children" in self.compare_with and self.child_under_months is None:
            problems.append("To compare with older_children, give child_under_months: from that age on they are older.")
        if "neighbours" in self.compare_with and not self.neighbours:
            problems.append("To compare with neighbours, name them by their ONS codes in neighbours.")
        if self.harmonics == 2 and self.by == "quarter":
            problems.append("harmonics is 2. Quarters have room for one wave a year; months for two.")
        if problems:
            raise ValueError(" ".join(problems))
        return self
