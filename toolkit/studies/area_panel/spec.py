"""The keys of a protocol's ``[area_panel]`` table."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from toolkit.areas.measure_words import COUNTED, SPENT_ON
from toolkit.areas.panel import SMALLEST
from toolkit.areas.spend_dose import SURE_START
from toolkit.errors import did_you_mean
from toolkit.studies.council_named import code_of_council
from toolkit.studies.protocol import Spec


class AreaPanelSpec(Spec):
    """The keys of ``[area_panel]``."""

    outcome: str = Field("referrals", description="What is counted: a measure of the published counts.")
    second_outcome: str = Field(
        "section_47_enquiries", description="What is counted beside it: another measure of the published counts."
    )
    spending: str = Field(SURE_START, description="The line of spending: a measure of the published counts, in pounds.")
    first_year: int = Field(2012, ge=2000, le=2100, description="The first year ending 31 March that is counted.")
    last_year: int = Field(2019, ge=2000, le=2100, description="The last.")
    council: Annotated[str, AfterValidator(code_of_council)] | None = Field(
        None,
        description="The council asked about, by its name or its ONS code; the answer is of councils on average where "
        "left out.",
    )
    neighbours: tuple[str, ...] = Field(
        (),
        description="ONS codes of councils to draw beside it, such as its statistical neighbours.",
    )
    leave_out: tuple[str, ...] = Field(SMALLEST, description="ONS codes of councils with too few children for a rate.")
    min_years: int = Field(5, ge=3, description="Years needed.")
    most_broken: float = Field(
        0.25, gt=0, lt=1, description="Part of councils whose records may break in these years, at most."
    )
    most_broken_at_once: float = Field(
        0.1, gt=0, lt=1, description="Part of councils whose records may break in one and the same year, at most."
    )
    false_alarms: float = Field(
        1.0, gt=0, le=20, description="Years of all councils taken for a break by chance, were their wobble normal."
    )
    asked_false_alarm: float = Field(
        0.05,
        gt=0,
        lt=0.5,
        description="How likely chance takes the records of the council asked about for broken, its wobble normal.",
    )
    margin: float = Field(
        0.05, gt=0, lt=1, description="A change of referrals too small to matter, where the money doubles."
    )

    @model_validator(mode="after")
    def _is_known(self) -> Self:
        """Check measures and years.

        Raises
        ------
        ValueError
            Naming every measure that is none or stands twice, and years out of order.
        """
        asked = (("outcome", self.outcome, COUNTED), ("second_outcome", self.second_outcome, COUNTED))
        problems = [
            f'{key} is "{name}", which is none of {", ".join(known)}. {did_you_mean(name, known)}'.rstrip()
            for key, name, known in (*asked, ("spending", self.spending, SPENT_ON))
            if name not in known
        ]
        if self.second_outcome == self.outcome:
            problems.append(f'second_outcome is "{self.outcome}", which is outcome. Name another measure.')
        if self.last_year < self.first_year + self.min_years - 1:
            problems.append(f"last_year must be {self.min_years} years or more from first_year on, counting both.")
        if problems:
            raise ValueError(" ".join(problems))
        return self
