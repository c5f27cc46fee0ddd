"""The keys of a protocol's ``[progress_rollout]`` table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import Field, field_validator

from toolkit.errors import did_you_mean
from toolkit.studies.protocol import Spec
from toolkit.tables.open_cases import WhileOpen

ALIKE_ON: Mapping[str, str] = MappingProxyType(
    {
        "deprivation": "Mean deprivation tenth of the area",
        "earlier_referrals": "Share of the area's families referred before",
        "size": "Families in the area",
        "provider": "Run by the county council",
    }
)
"""What centres are made alike on, with the words of a page."""


class ProgressRolloutSpec(Spec):
    """The keys of ``[progress_rollout]``."""

    referrals_while_open: WhileOpen = Field(
        "count", description="Whether referrals received while a case of the child was open count as referrals."
    )
    months_each_side: int = Field(
        24, ge=6, le=60, description="Months before and after a centre began to score whose families are compared."
    )
    keep_months: int = Field(6, ge=1, le=12, description="After how many months a family is looked for again.")
    min_families: int = Field(
        5, ge=1, description="Families a centre must have had on each side of the day to be compared."
    )
    min_centres: int = Field(8, ge=3, description="Centres needed of those that score and of those that do not.")
    alike_on: tuple[str, ...] = Field(
        tuple(ALIKE_ON), description="What centres are made alike on, as they were before; the first count first."
    )
    centres_per_covariate: int = Field(
        8, ge=3, description="Centres needed for each thing they are made alike on; the last ones give way."
    )
    dealt_within: Literal["deprivation", "area_team", "provider", "nothing"] = Field(
        "deprivation", description="Groups of centres among which the days of beginning are dealt again."
    )
    draws: int = Field(1999, ge=199, le=99_999, description="How often the days of beginning are dealt again.")
    margin: float = Field(0.02, gt=0, lt=1, description="A difference of shares too small to matter.")
    trend_margin: float = Field(
        0.04, gt=0, lt=1, description="How far apart both kinds of centre may have moved before, to count as alike."
    )
    imbalance: float = Field(
        0.01, ge=0, le=0.2, description="How rarely a deal would leave centres so unlike, for them not to be compared."
    )

    @field_validator("alike_on")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [f'there is no "{n}". {did_you_mean(n, ALIKE_ON)}'.rstrip() for n in names if n not in ALIKE_ON]
        if len(set(names)) < len(names):
            wrong.append("one stands more than once")
        if wrong:
            raise ValueError(" ".join(wrong))
        return names
