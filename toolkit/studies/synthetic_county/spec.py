"""The keys of a protocol's ``[synthetic_county]`` table."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from toolkit.areas.measure_words import COUNTED
from toolkit.areas.reorganised import Rule
from toolkit.errors import did_you_mean
from toolkit.stats.synthetic.difference import FEWEST, Chosen
from toolkit.studies.council_named import known_council
from toolkit.studies.protocol import Spec


def _measure(name: str) -> str:
    if name not in COUNTED:
        near = did_you_mean(name, COUNTED)
        raise ValueError(f"That is none of the counts a council is compared by: {', '.join(COUNTED)}. {near}".rstrip())
    return name


class SyntheticCountySpec(Spec):
    """The keys of ``[synthetic_county]``. Years are those ending 31 March."""

    council: Annotated[str, AfterValidator(known_council)] = Field(
        min_length=1, description="The council asked about: its name or its ONS code."
    )
    treated_year: int = Field(ge=2000, le=2100, description="The first year in which what it did can have worked.")
    last_year: int | None = Field(None, description="The last year compared; the first treated one, where not given.")
    first_year: int | None = Field(
        None, description="The first year matched on; the council's first on record without a gap, where not given."
    )
    outcome: Annotated[str, AfterValidator(_measure)] = Field(
        "referrals", description="Which published count, for every 10,000 children aged 0 to 17."
    )
    donors: tuple[Annotated[str, AfterValidator(known_council)], ...] = Field(
        (),
        description="Councils to mix from, such as its statistical neighbours, by name or code; every other council, "
        "where none is named.",
    )
    leave_out: tuple[Annotated[str, AfterValidator(known_council)], ...] = Field(
        (), description="Councils never to mix from, by name or code, such as those that did the same."
    )
    reorganised: Rule = Field(
        "left_out", description="What is done with councils joined, split or recoded in these years."
    )
    chosen_for_rise: Chosen = Field(
        "no",
        description="How the council came to be asked about: for nothing in its own counts, because they had risen "
        "before, or because they rose just then. The range allows for it.",
    )
    augmented: bool = Field(
        True, description="Whether what the mixture leaves of the years before is carried on by ridge regression."
    )
    min_years_before: int = Field(2, ge=2, description="Years needed before.")
    min_donors: int = Field(
        40, ge=FEWEST, description="Councils needed to mix from; each is also one draw of what chance does."
    )
    worst_fit: float = Field(
        0.95, gt=0, le=1, description="The council must fit its mixture better than this share of councils fit theirs."
    )
    largest_believed: float = Field(
        0.3,
        gt=0,
        lt=1,
        description="A larger change of the number of referrals is taken for a change of recording, since no service "
        "is known to have done as much.",
    )
    margin: float = Field(0.05, gt=0, lt=1, description="A change of the number of referrals too small to matter.")

    @property
    def last(self) -> int:
        """The last year compared."""
        return self.treated_year if self.last_year is None else self.last_year

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        problems = []
        if self.last < self.treated_year:
            problems.append(f"last_year is {self.last}: expected {self.treated_year}, which is treated_year, or later")
        if self.first_year is not None and self.first_year > self.treated_year - 2:
            problems.append(
                f"first_year is {self.first_year}: expected {self.treated_year - 2} or earlier, two years before "
                "treated_year"
            )
        if problems:
            raise ValueError("; ".join(problems))
        return self
